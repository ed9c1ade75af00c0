/** Makes an attempt at a provider and, where that is safe, one more. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CallWatch } from "./call-watch.ts";
import type { Flow, Sending } from "./exchange.ts";
import { type AnswerBody, type AnswerHead, type ExchangeEnd, exchange } from "./exchange.ts";
import { retryDelayMs } from "./retry.ts";

export interface Attempted<Body> {
  readonly end: ExchangeEnd<Body>;
  readonly retryCount: number;
}

/** `open` must send nothing to the client for an answer that may be tried again (503, 529, 429). */
export async function attempt<Body extends AnswerBody>(
  sending: Sending,
  watch: CallWatch,
  open: (head: AnswerHead, flow: Flow) => Body,
): Promise<Attempted<Body>> {
  const first = await exchange(sending, watch, open);
  const waitMs = retryDelayMs(first);
  if (waitMs === null || watch.stopped !== null) return { end: first, retryCount: 0 };
  await waitUnlessStopped(waitMs, watch);
  // Stopped while waiting: the first answer, which nobody has seen, is the call's.
  if (watch.stopped !== null) return { end: first, retryCount: 0 };
  return { end: await exchange(sending, watch, open), retryCount: 1 };
}

async function waitUnlessStopped(waitMs: number, watch: CallWatch): Promise<void> {
  const stopping = new AbortController();
  watch.onStop(() => stopping.abort());
  watch.pause(true); // The provider has answered; the silence now is ours.
  try {
    await sleep(waitMs, undefined, { signal: stopping.signal });
  } catch {
    // Stopped; the caller sees it in the watch.
  } finally {
    watch.pause(false);
    watch.onStop(null);
  }
}
