/** A `Deliver` for tests: the real one, with what a test wants to be different. */
import { createDeliver, type DeliverPorts } from "../../src/alerts/channels/deliver.ts";
import type { Attempt, Message, Target } from "../../src/alerts/message.ts";

export type Wishes = Partial<DeliverPorts> & { readonly signal?: AbortSignal };

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** One attempt, as the dispatcher makes it. */
export function attempt(
  message: Message,
  target: Target,
  { signal, ...ports }: Wishes = {},
): Promise<Attempt> {
  const { deliver } = createDeliver({
    mail: null,
    log: SILENT,
    privateReceivers: [],
    version: "9.8.7",
    ...ports,
  });
  return deliver(message, target, signal ?? new AbortController().signal);
}
