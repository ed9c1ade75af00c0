/** The feeds of the customers who are listened to: each look at the database serves all of them. */
import type { CustomerId } from "../../core/ids.ts";
import type { Store } from "../../store/store.ts";
import type { AlertPorts } from "../show-alerts.ts";
import { beatText, createFeed, type Feed } from "./feed.ts";
import { createFloors, type Floors } from "./floors.ts";
import { createListener, type Listener } from "./listener.ts";
import type { LivePlace } from "./live-place.ts";
import { loadNews } from "./load-news.ts";
import { readMissed } from "./missed.ts";
import { type Happened, readHappened, readHighest, readLatestRevisions } from "./read-happened.ts";

/** `poll` and `join` are not to run beside each other, nor themselves. */
export interface Feeds {
  has(customerId: CustomerId): boolean;
  isEmpty(): boolean;
  /** Reads what is new and tells it. What could not be read is read the next time. */
  poll(): Promise<void>;
  /** Begins with what happened since that place; null: with what happens from now on. */
  join(customerId: CustomerId, after: LivePlace | null): Promise<Listener>;
  leave(customerId: CustomerId, listener: Listener): void;
  beat(): void;
  end(): void;
}

/** Whose details one statement reads. */
const NEWS_AT_ONCE = 200;
/** What a client waits before it comes again. */
const RETRY_MS = 2_000;

export function createFeeds(ports: AlertPorts): Feeds {
  const { store } = ports;
  const feeds = new Map<string, Feed>();
  /** Null while nobody listens. */
  let floors: Floors | null = null;
  const poll = async (): Promise<void> => {
    if (feeds.size === 0) floors = null;
    if (floors !== null) await tellFresh(ports, feeds, floors);
  };
  return {
    has: (customerId) => feeds.has(customerId),
    isEmpty: () => feeds.size === 0,
    poll,
    async join(customerId, after) {
      // So that what is told below as missed and what is told from now on meet without gap or overlap.
      await poll();
      const highest = await readHighest(store);
      floors ??= createFloors(highest, performance.now());
      const feed = feeds.get(customerId) ?? (await begunFeed(store, customerId, floors));
      const missed =
        after === null ? [] : await readMissed(ports, { feed, after, highest, floors: floors.at });
      const listener = createListener();
      listener.push(`retry: ${RETRY_MS}\n${beatText(after ?? feed.place)}`);
      for (const text of missed) listener.push(text);
      feed.listeners.add(listener);
      feeds.set(customerId, feed);
      return listener;
    },
    leave(customerId, listener) {
      const feed = feeds.get(customerId);
      feed?.listeners.delete(listener);
      if (feed?.listeners.size === 0) feeds.delete(customerId);
    },
    beat() {
      if (floors !== null) for (const feed of feeds.values()) feed.beat(floors.at);
    },
    end() {
      for (const feed of feeds.values()) for (const listener of feed.listeners) listener.end();
    },
  };
}

/** It knows all that is there already. */
async function begunFeed(store: Store, customerId: CustomerId, floors: Floors): Promise<Feed> {
  const [before, revisions] = await Promise.all([
    readHappened(store, [customerId], floors.at),
    readLatestRevisions(store, [customerId]),
  ]);
  const feed = createFeed(customerId, { ...floors.at, revision: revisions.get(customerId) ?? 0 });
  for (const one of before) feed.note(one);
  return feed;
}

async function tellFresh(
  ports: AlertPorts,
  feeds: ReadonlyMap<string, Feed>,
  floors: Floors,
): Promise<void> {
  const startedMs = performance.now();
  const highest = await readHighest(ports.store);
  const fresh = await readFresh(ports.store, feeds, floors);
  for (let from = 0; from < fresh.length; from += NEWS_AT_ONCE) {
    const some = fresh.slice(from, from + NEWS_AT_ONCE);
    for (const news of await loadNews(ports, some)) {
      feeds.get(news.happened.customerId)?.tell(news);
    }
    // What is not there any more is not looked for again.
    for (const one of some) feeds.get(one.customerId)?.note(one);
  }
  floors.noteRead(highest, startedMs);
  for (const feed of feeds.values()) feed.forget(floors.at);
}

async function readFresh(
  store: Store,
  feeds: ReadonlyMap<string, Feed>,
  floors: Floors,
): Promise<Happened[]> {
  const customerIds = [...feeds.values()].map(({ customerId }) => customerId);
  const [happened, revisions] = await Promise.all([
    readHappened(store, customerIds, floors.at),
    readLatestRevisions(store, customerIds),
  ]);
  const fresh = happened.filter((one) => feeds.get(one.customerId)?.knows(one) === false);
  for (const { customerId, place } of feeds.values()) {
    const latest = revisions.get(customerId) ?? 0;
    for (let number = place.revision + 1; number <= latest; number += 1) {
      fresh.push({ kind: "revision", number, customerId, eventId: null });
    }
  }
  return fresh;
}
