/** Below which numbers nothing can appear any more, though numbers are committed out of order. */
import { type Heights, NUMBERED_KINDS } from "./live-place.ts";

export interface Floors {
  /** Rows above it are to be read again each time. */
  readonly at: Heights;
  /** Notes the highest numbers seen before a read, once that read is done. */
  noteRead(highest: Heights, nowMs: number): void;
}

/** On PostgreSQL a number is given before its transaction commits; none takes nearly this long in between. */
const LOOK_BACK_MS = 10_000;
/** Until that time has gone by, so many numbers stand for it. */
const LOOK_BACK_ROWS = 1_000;
/** How exactly it is known which number was the highest when. */
const NOTE_EVERY_MS = 500;

/** `nowMs`: by a clock that only goes forward. */
export function createFloors(highest: Heights, nowMs: number): Floors {
  let at = heightsOf((kind) => Math.max(0, highest[kind] - LOOK_BACK_ROWS));
  const notes: { readonly highest: Heights; readonly atMs: number }[] = [{ highest, atMs: nowMs }];
  return {
    get at() {
      return at;
    },
    noteRead(seen, readMs) {
      // What was the highest long ago has been read up to, together with all that was late.
      for (let [oldest] = notes; oldest !== undefined; [oldest] = notes) {
        if (readMs - oldest.atMs < LOOK_BACK_MS) break;
        const { highest: then } = oldest;
        const before = at;
        at = heightsOf((kind) => Math.max(before[kind], then[kind]));
        notes.shift();
      }
      const last = notes.at(-1);
      if (last === undefined || readMs - last.atMs >= NOTE_EVERY_MS) {
        notes.push({ highest: seen, atMs: readMs });
      }
    },
  };
}

function heightsOf(of: (kind: keyof Heights) => number): Heights {
  const [usage = 0, correction = 0, alert = 0] = NUMBERED_KINDS.map(of);
  return { usage, correction, alert };
}
