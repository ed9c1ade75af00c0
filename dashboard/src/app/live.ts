/** Follows a customer's live stream: what arrives refreshes what is shown. */
import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { LiveEvent } from "../../../src/client/follow-stream.ts";
import { type LiveConnection, type LiveState, openLive } from "./live-connection.ts";
import { queries } from "./queries.ts";

export type { LiveState } from "./live-connection.ts";

/** A call is on the page well within a second, and a burst of calls is one refresh. */
const GATHER_MS = 40;
const BETWEEN_MS = 400;
/** A change of pages does not close the stream. */
const KEPT_MS = 3_000;

interface Followed {
  connection: LiveConnection;
  readonly watchers: Set<() => void>;
  readonly listeners: Set<(event: LiveEvent) => void>;
  closing?: ReturnType<typeof setTimeout>;
}

const followed = new Map<string, Followed>();

/**
 * Everything under the query key `["customer", userId]` is read anew when something happens. `onEvent` gets each event
 * as it comes, e.g. a line for a list of calls. All parts of a page share one stream.
 */
export function useLive(userId: string, onEvent?: (event: LiveEvent) => void): LiveState {
  const subscribe = useCallback((changed: () => void) => watch(userId, changed), [userId]);
  const state = useSyncExternalStore(
    subscribe,
    () => followed.get(userId)?.connection.state ?? "connecting",
  );
  useEffect(() => {
    if (onEvent === undefined) return;
    const listeners = followed.get(userId)?.listeners;
    listeners?.add(onEvent);
    return () => {
      listeners?.delete(onEvent);
    };
  }, [userId, onEvent]);
  return state;
}

function watch(userId: string, changed: () => void): () => void {
  const one = followed.get(userId) ?? follow(userId);
  clearTimeout(one.closing);
  one.watchers.add(changed);
  return () => {
    one.watchers.delete(changed);
    if (one.watchers.size > 0) return;
    one.closing = setTimeout(() => {
      one.connection.end();
      followed.delete(userId);
    }, KEPT_MS);
  };
}

function follow(userId: string): Followed {
  const watchers = new Set<() => void>();
  const listeners = new Set<(event: LiveEvent) => void>();
  const refresh = refresher(userId);
  const connection = openLive(userId, {
    changed: () => {
      for (const changed of watchers) changed();
    },
    happened: (event) => {
      for (const listener of listeners) listener(event);
      refresh();
    },
    caughtUp: () => void readBehind(userId),
  });
  const one: Followed = { connection, watchers, listeners };
  followed.set(userId, one);
  return one;
}

/** Anew what was read before now; what is just being read comes anyway. */
function readBehind(userId: string): Promise<void> {
  const now = Date.now();
  return queries.invalidateQueries({
    queryKey: ["customer", userId],
    predicate: ({ state }) =>
      state.fetchStatus === "idle" && state.dataUpdatedAt > 0 && state.dataUpdatedAt < now,
  });
}

/** One refresh at a time, and one more where something happened meanwhile. */
function refresher(userId: string): () => void {
  let isWanted = false;
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isWanted) {
      await pause(GATHER_MS);
      isWanted = false;
      await queries.invalidateQueries({ queryKey: ["customer", userId] });
      await pause(BETWEEN_MS);
    }
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
