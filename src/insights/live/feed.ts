/** What a customer's live stream has told so far, and to whom it tells what comes. */
import type { CustomerId } from "../../core/ids.ts";
import type { Listener } from "./listener.ts";
import {
  type Heights,
  type LivePlace,
  movedTo,
  movedToAll,
  NUMBERED_KINDS,
  writePlace,
} from "./live-place.ts";
import type { News } from "./load-news.ts";
import type { Happened } from "./read-happened.ts";

export interface Feed {
  readonly customerId: CustomerId;
  readonly listeners: Set<Listener>;
  readonly place: LivePlace;
  /** Has it been told, or did it happen before the feed began? */
  knows(one: Happened): boolean;
  /** Counts as told without being told. */
  note(one: Happened): void;
  /** A listener came who had been told up to there, on whatever node. */
  reach(place: LivePlace): void;
  tell(news: News): void;
  /** Nothing below can come any more. Says so to the listeners, who then know that all is well. */
  beat(floors: Heights): void;
  /** Forgets what is below. */
  forget(floors: Heights): void;
}

export function createFeed(customerId: CustomerId, start: LivePlace): Feed {
  let place = start;
  const told = {
    usage: new Set<number>(),
    correction: new Set<number>(),
    alert: new Set<number>(),
  };
  const listeners = new Set<Listener>();
  const note = ({ kind, number }: Happened): void => {
    if (kind !== "revision") told[kind].add(number);
    place = movedTo(place, kind, number);
  };
  const push = (text: string): void => {
    for (const listener of listeners) listener.push(text);
  };
  return {
    customerId,
    listeners,
    get place() {
      return place;
    },
    knows: ({ kind, number }) =>
      kind === "revision" ? number <= place.revision : told[kind].has(number),
    note,
    reach(other) {
      place = movedTo(movedToAll(place, other), "revision", other.revision);
    },
    tell(news) {
      note(news.happened);
      push(eventText(news.event, news.data, place));
    },
    beat(floors) {
      place = movedToAll(place, floors);
      push(beatText(place));
    },
    forget(floors) {
      for (const kind of NUMBERED_KINDS) {
        for (const number of told[kind]) if (number <= floors[kind]) told[kind].delete(number);
      }
    },
  };
}

export function eventText(event: string, data: unknown, place: LivePlace): string {
  return `event: ${event}\nid: ${writePlace(place)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A comment that keeps the connection open, and the place to go on from. */
export function beatText(place: LivePlace): string {
  return `: heart-beat\nid: ${writePlace(place)}\n\n`;
}
