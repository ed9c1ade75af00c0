/** The work that providers answer later: what is due, and how it is asked for. */
import type { CallPorts } from "../call/call.ts";
import { type AwaitedWork, settleLater } from "../call/later/settle-later.ts";
import { createAwaitedQueue } from "../objects/awaited-work.ts";
import type { Parts } from "./open-parts.ts";

export interface DeferredWork {
  /** At most `most` pieces that are due, taken from everybody else. */
  take(most: number): Promise<readonly AwaitedWork[]>;
  /** Settles it if it is over. Rejects where the provider or the ledger is away. */
  ask(work: AwaitedWork): Promise<void>;
  /** Asks once for all that is due, as the clock was set; what fails is due again later. */
  askDue(): Promise<void>;
}

const AT_ONCE = 8;

export function deferredWorkOf(
  parts: Parts,
  calls: Omit<CallPorts, "endLater">,
): DeferredWork & Pick<CallPorts, "endLater"> {
  const queue = createAwaitedQueue(parts);
  const { dialects } = parts.config;
  const ports = {
    ...calls,
    dialect: (name: string) => dialects.find(({ provider }) => provider === name) ?? null,
  };
  const ask = async (work: AwaitedWork): Promise<"running" | "over"> => {
    const state = await settleLater(work, ports);
    if (state === "over") await queue.remove(work.callId);
    return state;
  };
  return {
    take: (most) => queue.take(most),
    ask: async (work) => {
      await ask(work);
    },
    async askDue() {
      for (let due = await queue.take(AT_ONCE); due.length > 0; due = await queue.take(AT_ONCE)) {
        await Promise.allSettled(due.map(ask));
      }
    },
    async endLater(provider, objectId) {
      const work = await queue.find(provider, objectId);
      return work === null ? "over" : ask(work);
    },
  };
}
