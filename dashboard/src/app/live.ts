/** Follows a customer's live stream: what arrives refreshes what is shown. */
import { useEffect, useState } from "react";
import type { LiveEvent } from "../../../src/client/follow-stream.ts";
import { client } from "./client.ts";
import { queries } from "./queries.ts";

export type LiveState = "connecting" | "live" | "lost";

/** At most this often: a burst of calls is one refresh. */
const REFRESH_EVERY_MS = 400;

/**
 * Everything under the query key `["customer", userId]` is read anew when something happens. `onEvent` gets each event
 * as it comes, e.g. a line for a list of calls.
 */
export function useLive(userId: string, onEvent?: (event: LiveEvent) => void): LiveState {
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => {
    const ending = new AbortController();
    let refreshing: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      refreshing ??= setTimeout(() => {
        refreshing = undefined;
        void queries.invalidateQueries({ queryKey: ["customer", userId] });
      }, REFRESH_EVERY_MS);
    };
    const follow = async (): Promise<void> => {
      const events = client.stream(userId, { signal: ending.signal });
      setState("live");
      for await (const event of events) {
        setState("live");
        onEvent?.(event);
        refresh();
      }
    };
    const online = (): void => setState("live");
    const offline = (): void => setState("lost");
    addEventListener("online", online);
    addEventListener("offline", offline);
    void follow().catch(() => {
      if (!ending.signal.aborted) setState("lost");
    });
    return () => {
      ending.abort();
      clearTimeout(refreshing);
      removeEventListener("online", online);
      removeEventListener("offline", offline);
    };
  }, [userId, onEvent]);
  return state;
}
