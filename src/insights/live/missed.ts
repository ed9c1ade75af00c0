/** What a listener missed who comes again, as it would have been told. */
import type { AlertPorts } from "../show-alerts.ts";
import { eventText, type Feed } from "./feed.ts";
import { type Heights, type LivePlace, movedTo, NUMBERED_KINDS } from "./live-place.ts";
import { loadNews } from "./load-news.ts";
import { type Happened, readHappened } from "./read-happened.ts";

/** More than that is read anew sooner than told. */
const MISSED_MOST = 1_000;
/** Events of all customers that are looked through for those of one. */
const LOOKED_THROUGH_MOST = 50_000;
const NEWS_AT_ONCE = 200;

/** Texts of events, up to what the feed has told; one `reset` where too much was missed, or the place is not of this database. */
export async function readMissed(
  ports: AlertPorts,
  of: {
    readonly feed: Feed;
    readonly after: LivePlace;
    readonly highest: Heights;
    readonly floors: Heights;
  },
): Promise<string[]> {
  const { feed, after, highest, floors } = of;
  const reset = (reason: string): string[] => [eventText("reset", { reason }, feed.place)];
  // Of another database, or of this one before it was restored.
  const isBeyond =
    after.revision > feed.place.revision ||
    NUMBERED_KINDS.some((kind) => after[kind] > highest[kind]);
  if (isBeyond) return reset("There is no such place in this stream.");
  if (NUMBERED_KINDS.some((kind) => highest[kind] - after[kind] > LOOKED_THROUGH_MOST)) {
    return reset("Too long ago.");
  }
  feed.reach(after);
  const missed = [
    ...(await readHappened(ports.store, [feed.customerId], after)).filter(
      (one) => isAtMost(one, floors) || feed.knows(one),
    ),
    ...revisionsBetween(feed, after.revision),
  ];
  if (missed.length > MISSED_MOST) return reset("Too much happened since.");
  let place = after;
  const texts: string[] = [];
  for (let from = 0; from < missed.length; from += NEWS_AT_ONCE) {
    for (const { happened, event, data } of await loadNews(
      ports,
      missed.slice(from, from + NEWS_AT_ONCE),
    )) {
      place = movedTo(place, happened.kind, happened.number);
      texts.push(eventText(event, data, place));
    }
  }
  return texts;
}

function isAtMost({ kind, number }: Happened, floors: Heights): boolean {
  return kind !== "revision" && number <= floors[kind];
}

function revisionsBetween({ customerId, place }: Feed, after: number): Happened[] {
  const count = Math.min(place.revision - after, MISSED_MOST + 1);
  return Array.from({ length: count }, (_, index) => ({
    kind: "revision",
    number: after + 1 + index,
    customerId,
    eventId: null,
  }));
}
