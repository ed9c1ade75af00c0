/** Follows a customer's live stream, and goes on where it was after a lost connection. */
import { PurserError } from "./purser-error.ts";
import { readServerEvents } from "./read-server-events.ts";

export interface LiveEvent {
  /** `usage`, `alert`, `subscription`; `reset`: too much was missed, read everything anew. */
  readonly event: string;
  /** JSON, parsed. */
  readonly data: unknown;
  /** Give it as `lastEventId` to go on from here, later or elsewhere. */
  readonly id: string;
}

/** Opens the stream after that event; "" opens it at its present end. */
export type OpenStream = (lastEventId: string, signal?: AbortSignal) => Promise<Response>;

const WAIT_MS_LEAST = 1_000;
const WAIT_MS_MOST = 30_000;
/** After that long without an event in between, the server is not coming back. */
const TRIES_MOST = 20;

/** Ends when the signal does. Throws PurserError where Purser refuses, or cannot be reached for some ten minutes. */
export async function* followStream(
  open: OpenStream,
  { lastEventId = "", signal }: { lastEventId?: string; signal?: AbortSignal },
): AsyncGenerator<LiveEvent, void, undefined> {
  const state: Following = { id: lastEventId, tries: 0, waitMs: WAIT_MS_LEAST };
  while (!signal?.aborted) {
    try {
      yield* readOnce(open, state, signal);
    } catch (cause) {
      if (signal?.aborted) return;
      state.tries += 1;
      if (isFinal(cause) || state.tries >= TRIES_MOST) throw cause;
    }
    await pause(state.waitMs, signal);
    state.waitMs = Math.min(state.waitMs * 2, WAIT_MS_MOST);
  }
}

interface Following {
  id: string;
  /** Failures since the last event. */
  tries: number;
  waitMs: number;
}

/** Ends where the connection does. */
async function* readOnce(
  open: OpenStream,
  state: Following,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveEvent, void, undefined> {
  const { body } = await open(state.id, signal);
  if (body === null) return;
  for await (const { event, data, id, retryMs } of readServerEvents(body)) {
    state.tries = 0;
    // An event without an id does not move the place to go on from.
    if (id !== "") state.id = id;
    state.waitMs = retryMs ?? WAIT_MS_LEAST;
    if (data !== null) yield { event, data: JSON.parse(data), id: state.id };
  }
}

/** A refusal stays one; a server that restarts, or is too busy for the moment, does not. */
function isFinal(cause: unknown): boolean {
  if (!(cause instanceof PurserError)) return cause instanceof SyntaxError;
  return cause.status !== null && cause.status < 500 && cause.status !== 429;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
