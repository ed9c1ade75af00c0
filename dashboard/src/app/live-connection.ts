/** Keeps one live stream of a customer open while any part of the page wants it, and says whether it is. */
import { streamUsage } from "../../../src/api/contract/endpoints/stream.ts";
import { followStream, type LiveEvent } from "../../../src/client/follow-stream.ts";
import { PurserError } from "../../../src/client/purser-error.ts";
import { client } from "./client.ts";

export type LiveState = "connecting" | "live" | "lost";

/** The server's heart beats every 15 seconds; silence that long is a dead connection that nobody has closed. */
const SILENCE_MS_MOST = 40_000;
/** A page that nobody looks at gives its connection back: browsers have six for a server. */
const HIDDEN_MS_MOST = 60_000;
const AGAIN_MS = 30_000;

export interface LiveConnection {
  readonly state: LiveState;
  end(): void;
}

export interface LivePorts {
  changed(): void;
  happened(event: LiveEvent): void;
  /** The stream begins to tell: what was read before may be behind. */
  caughtUp(): void;
}

/** Goes on where it was after a break; only a refusal of who asks ends it. */
export function openLive(userId: string, ports: LivePorts): LiveConnection {
  const ending = new AbortController();
  const following = { state: "connecting" as LiveState, lastEventId: "" };
  const tell = (state: LiveState): void => {
    if (ending.signal.aborted || state === following.state) return;
    following.state = state;
    ports.changed();
    if (state === "live") ports.caughtUp();
  };
  const open = async (lastEventId: string, signal?: AbortSignal): Promise<Response> => {
    following.lastEventId = lastEventId;
    try {
      const answer = await openStream(userId, lastEventId, signal);
      tell("live");
      const lost = (): void => tell("lost");
      return new Response(answer.body === null ? null : watched(answer.body, lost));
    } catch (cause) {
      tell("lost");
      throw cause;
    }
  };
  void keepFollowing(ending.signal, async (signal) => {
    for await (const event of followStream(open, { lastEventId: following.lastEventId, signal })) {
      following.lastEventId = event.id;
      ports.happened(event);
    }
  });
  return {
    get state() {
      return following.state;
    },
    end: () => ending.abort(),
  };
}

function openStream(userId: string, lastEventId: string, signal: AbortSignal | undefined) {
  const headers: Record<string, string> =
    lastEventId === "" ? {} : { "last-event-id": lastEventId };
  return client.open(streamUsage, { params: { user_id: userId }, headers, signal });
}

/** Follows again after the network or the page was away, and half a minute after it gave up. */
async function keepFollowing(
  ending: AbortSignal,
  follow: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!ending.aborted) {
    const pausing = new AbortController();
    const stopWatching = watchPage(() => pausing.abort());
    try {
      await follow(AbortSignal.any([ending, pausing.signal]));
    } catch (cause) {
      if (isForGood(cause)) return;
    } finally {
      stopWatching();
    }
    await untilWanted(ending);
  }
}

function isForGood(cause: unknown): boolean {
  return cause instanceof PurserError && (cause.status === 401 || cause.status === 403);
}

/** Calls `pause` once the network is gone, or the page has been hidden for a minute. */
function watchPage(pause: () => void): () => void {
  let hiding: ReturnType<typeof setTimeout> | undefined;
  const seen = (): void => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(pause, HIDDEN_MS_MOST);
  };
  seen();
  addEventListener("offline", pause);
  document.addEventListener("visibilitychange", seen);
  return () => {
    clearTimeout(hiding);
    removeEventListener("offline", pause);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Until the network or the page is back, or half a minute has passed with both there. */
function untilWanted(ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const isBack = (): boolean => navigator.onLine && !document.hidden;
    const done = (): void => {
      clearInterval(again);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", look);
      ending.removeEventListener("abort", done);
      resolve();
    };
    const look = (): void => {
      if (isBack()) done();
    };
    const again = setInterval(look, AGAIN_MS);
    addEventListener("online", done);
    document.addEventListener("visibilitychange", look);
    ending.addEventListener("abort", done);
  });
}

/** The same bytes; says once when they end, break off or stay away for too long. */
function watched(body: ReadableStream<Uint8Array>, lost: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await withinSilence(reader.read());
        if (!done) return controller.enqueue(value);
        lost();
        controller.close();
      } catch (cause) {
        lost();
        controller.error(cause);
        void reader.cancel().catch(() => undefined);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

async function withinSilence<Value>(reading: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The live stream fell silent.")), SILENCE_MS_MOST);
  });
  try {
    return await Promise.race([reading, silence]);
  } finally {
    clearTimeout(timer);
  }
}
