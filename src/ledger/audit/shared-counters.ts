/** The counters that many customers share, the deployment's and service keys': recounted while customers are looked at. */
import type { KeyId } from "../../core/ids.ts";
import { DAY_MS, type Instant, instant } from "../../core/instant.ts";
import type { Store } from "../../store/store.ts";
import { DEPLOYMENT, keySubject } from "../rules/subjects.ts";
import { CounterTally } from "./counter-tally.ts";
import type { Difference } from "./difference.ts";
import type { Cut, Posting } from "./posting.ts";
import { readCounters } from "./read-counters.ts";
import { readCut } from "./read-cut.ts";
import { readPostingsSince } from "./read-postings.ts";
import { ALL_TIME } from "./span.ts";

/** Of their windows under a day, those of this long before the newest: a year of minutes would not fit in memory. */
const SHORT_WINDOWS_KEPT_MS = 31 * DAY_MS;

export class SharedCounters {
  private readonly store: Store;
  private readonly tally = new CounterTally();
  /** The log as of before the first counter was last read. */
  private cut: Cut = { seq: 0n, correction: 0n };

  private constructor(store: Store) {
    this.store = store;
  }

  /** Reads them. From here on every posting of every customer is to be posted, once. */
  static async open(store: Store): Promise<SharedCounters> {
    const shared = new SharedCounters(store);
    await shared.read();
    return shared;
  }

  get size(): number {
    return this.tally.size;
  }

  post(posting: Posting): void {
    this.tally.post(posting);
  }

  differences(): Difference[] {
    return this.tally.differences();
  }

  /** Looks again: reads them anew, and counts what has been written since. Yields between portions. */
  async *lookAgain(): AsyncGenerator<void, Difference[]> {
    const since = this.cut;
    await this.read();
    const until = await readCut(this.store);
    for await (const { postings } of readPostingsSince(this.store, { since, until })) {
      for (const posting of postings) this.tally.post(posting);
      yield;
    }
    return this.differences();
  }

  private async read(): Promise<void> {
    this.cut = await readCut(this.store);
    for (const subject of await sharedSubjects(this.store)) {
      const from = await shortFrom(this.store, subject);
      const subjects = [subject];
      for (const [pers, span] of [
        [["period", "month", "day"], ALL_TIME],
        [["hour", "minute"], { ...ALL_TIME, from }],
      ] as const) {
        const pages = readCounters(this.store, { subjects, holdsOf: null, pers, span });
        for await (const page of pages) this.tally.add(page);
      }
    }
  }
}

async function sharedSubjects({ db }: Store): Promise<string[]> {
  const keys = await db.selectFrom("keys").select("id").where("customer_id", "is", null).execute();
  return [DEPLOYMENT, ...keys.map(({ id }) => keySubject(id as KeyId))];
}

async function shortFrom({ db }: Store, subject: string): Promise<Instant> {
  const row = await db
    .selectFrom("counters")
    .select(({ fn }) => fn.max("window_start").as("newest"))
    .where("subject", "=", subject)
    .executeTakeFirst();
  // Of no rows the greatest is null.
  const newest = Number((row?.newest as bigint | null | undefined) ?? 0n);
  return instant(Math.max(0, newest - SHORT_WINDOWS_KEPT_MS));
}
