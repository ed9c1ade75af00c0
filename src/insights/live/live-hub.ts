/** One a node: looks for what happened to the customers who are listened to, and tells each listener. */
import type { Readable } from "node:stream";
import { AppError } from "../../core/errors.ts";
import type { CustomerId } from "../../core/ids.ts";
import type { AlertPorts } from "../show-alerts.ts";
import { createClockwork } from "./clockwork.ts";
import { createFeeds } from "./feeds.ts";
import type { LivePlace } from "./live-place.ts";
import { createPlaces } from "./places.ts";

export interface LiveHub {
  /**
   * The events of a customer from now on, or from that place on, as server-sent events; destroy the stream to leave.
   * Throws `too_many_requests` where too many listen already, `starting` where the server is about to stop.
   */
  listen(customerId: CustomerId, after: LivePlace | null): Promise<Readable>;
  /** Something was just written for that customer. */
  wake(customerId: CustomerId): void;
  /** Ends all streams. */
  close(): Promise<void>;
}

const POLL_EVERY_MS = 500;
const POLL_AGAIN_MS = 50;
const BEAT_EVERY_MS = 15_000;
const LISTENERS_MOST = { all: 1_000, ofCustomer: 10 };

export function createLiveHub(
  ports: AlertPorts & { readonly fault: (cause: unknown, during: string) => void },
): LiveHub {
  const feeds = createFeeds(ports);
  const places = createPlaces(LISTENERS_MOST);
  const inTurn = createTurns();
  let isClosed = false;
  const clockwork = createClockwork({
    work: () => inTurn(() => feeds.poll()),
    isWanted: () => !feeds.isEmpty(),
    everyMs: POLL_EVERY_MS,
    hurriedMs: POLL_AGAIN_MS,
    fault: (cause) => ports.fault(cause, "the live stream"),
  });
  const beating = setInterval(() => feeds.beat(), BEAT_EVERY_MS).unref();
  return {
    async listen(customerId, after) {
      if (isClosed) throw new AppError("starting", "Purser is stopping; connect again shortly.");
      places.take(customerId);
      try {
        const listener = await inTurn(() => feeds.join(customerId, after));
        listener.stream.once("close", () => {
          feeds.leave(customerId, listener);
          places.leave(customerId);
        });
        clockwork.start();
        return listener.stream;
      } catch (cause) {
        places.leave(customerId);
        throw cause;
      }
    },
    wake(customerId) {
      if (feeds.has(customerId)) clockwork.hurry();
    },
    async close() {
      isClosed = true;
      clearInterval(beating);
      clockwork.stop();
      await inTurn(async () => feeds.end());
    },
  };
}

/** One work at a time, in the order asked for. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
