/** Looks once at a customer: recounts the log and says which of its counters and roll-ups differ. */
import type { CustomerId, KeyId } from "../../core/ids.ts";
import { WINDOWS, type WindowName } from "../../core/limits/limit.ts";
import type { Store } from "../../store/store.ts";
import type { RollupTableName } from "../derived-sum.ts";
import { keySubject } from "../rules/subjects.ts";
import { CounterTally } from "./counter-tally.ts";
import type { Difference } from "./difference.ts";
import { nextMonth } from "./next-places.ts";
import type { Cut, Posting } from "./posting.ts";
import { readCounters } from "./read-counters.ts";
import { readCut } from "./read-cut.ts";
import { readPostings } from "./read-postings.ts";
import { readBalances, readRollups } from "./read-rollups.ts";
import { RollupTally } from "./rollup-tally.ts";
import { ALL_TIME, type Span } from "./span.ts";

/** Work done so far, for whoever waits. */
export interface Progress {
  customers: number;
  events: number;
  counters: number;
  rollups: number;
}

/** Who is told of each posting besides: the counters that many customers share. */
export type AlsoPost = ((posting: Posting) => void) | null;

/** A customer with more rows of a kind is looked at month by month. */
const WHOLE_MOST = 5_000;

/** What is looked at in one go. */
interface Kinds {
  readonly pers: readonly WindowName[];
  readonly tables: readonly RollupTableName[];
}

/** What may span months is read whole; the rest month by month. */
const LONG: Kinds = { pers: ["period", "month"], tables: ["rollups_period"] };
const SHORT: Kinds = { pers: ["day", "hour", "minute"], tables: ["rollups_hour", "rollups_day"] };
const EVERY: Kinds = { pers: WINDOWS, tables: [...SHORT.tables, ...LONG.tables] };

/** Yields between portions of bounded work. Memory: the rows of the customer, or of one month where they are many. */
export async function* lookAtCustomer(
  store: Store,
  customerId: CustomerId,
  to: { readonly progress: Progress; readonly alsoPost: AlsoPost },
): AsyncGenerator<void, Difference[]> {
  const look = new Look(store, customerId, await subjectsOf(store, customerId), to);
  const whole = await look.read(ALL_TIME, EVERY, WHOLE_MOST);
  if (whole !== null) {
    yield* look.count(whole, null);
    return differencesOf(whole);
  }
  const long = await look.readWhole(ALL_TIME, LONG);
  const differences: Difference[] = [];
  let month = await look.monthFrom(ALL_TIME);
  while (month !== null) {
    const found = await look.readWhole(month, SHORT);
    yield* look.count(found, long);
    differences.push(...differencesOf(found));
    month = await look.monthFrom({ ...ALL_TIME, from: month.to });
  }
  look.tell(long);
  return [...differences, ...differencesOf(long)];
}

/** The numbers of a stretch of time, as they were found. */
interface Found {
  readonly span: Span;
  readonly until: Cut;
  readonly counters: CounterTally;
  readonly rollups: readonly RollupTally[];
}

class Look {
  private readonly store: Store;
  private readonly customerId: CustomerId;
  private readonly subjects: readonly string[];
  private readonly progress: Progress;
  private readonly alsoPost: AlsoPost;

  constructor(
    store: Store,
    customerId: CustomerId,
    subjects: readonly string[],
    to: { readonly progress: Progress; readonly alsoPost: AlsoPost },
  ) {
    this.store = store;
    this.customerId = customerId;
    this.subjects = subjects;
    this.progress = to.progress;
    this.alsoPost = to.alsoPost;
  }

  /** null: there are more than `most` rows of a kind. */
  async read(span: Span, { pers, tables }: Kinds, most: number): Promise<Found | null> {
    const cutBefore = await readCut(this.store);
    const rollups: RollupTally[] = [];
    for (const table of tables) {
      const tally = await this.readRollups(table, { span, cutBefore, most });
      if (tally === null) return null;
      rollups.push(tally);
    }
    const counters = await this.readCounters(pers, span, most);
    if (counters === null) return null;
    // No row was read at a later cut than the one there is now.
    return { span, until: await readCut(this.store), counters, rollups };
  }

  async readWhole(span: Span, kinds: Kinds): Promise<Found> {
    const found = await this.read(span, kinds, Number.POSITIVE_INFINITY);
    if (found === null) throw new Error("Without a bound all is read.");
    return found;
  }

  monthFrom({ from }: Span): Promise<Span | null> {
    const { customerId, subjects } = this;
    return nextMonth(this.store, { customerId, subjects, from });
  }

  /** Posts the log of that stretch to all that was found. */
  async *count(found: Found, long: Found | null): AsyncGenerator<void> {
    const { span, until } = found;
    const { customerId, progress } = this;
    const tallies = [...talliesOf(found), ...(long === null ? [] : talliesOf(long))];
    const post = (posting: Posting): void => {
      for (const tally of tallies) tally.post(posting);
      this.alsoPost?.(posting);
    };
    for await (const balances of readBalances(this.store, { customerId, span })) {
      for (const balance of balances) post(balance);
    }
    for await (const page of readPostings(this.store, { customerId, span, until })) {
      for (const posting of page.postings) post(posting);
      progress.events += page.events;
      yield;
    }
    this.tell(found);
  }

  /** It was looked at. */
  tell({ rollups, counters }: Found): void {
    for (const { size } of rollups) this.progress.rollups += size;
    this.progress.counters += counters.size;
  }

  private async readRollups(
    table: RollupTableName,
    of: { readonly span: Span; readonly cutBefore: Cut; readonly most: number },
  ): Promise<RollupTally | null> {
    const tally = new RollupTally(table, of.cutBefore);
    const { customerId } = this;
    for await (const rows of readRollups(this.store, table, { customerId, span: of.span })) {
      tally.add(rows);
      if (tally.size >= of.most) return null;
    }
    return tally;
  }

  private async readCounters(
    pers: readonly WindowName[],
    span: Span,
    most: number,
  ): Promise<CounterTally | null> {
    const tally = new CounterTally();
    const { customerId: holdsOf, subjects } = this;
    for await (const page of readCounters(this.store, { subjects, holdsOf, pers, span })) {
      tally.add(page);
      if (tally.size >= most) return null;
    }
    return tally;
  }
}

function talliesOf({ rollups, counters }: Found): (RollupTally | CounterTally)[] {
  return [...rollups, counters];
}

function differencesOf(found: Found): Difference[] {
  return talliesOf(found).flatMap((tally) => tally.differences());
}

/** The customer, and the keys that only it uses. */
async function subjectsOf({ db }: Store, customerId: CustomerId): Promise<string[]> {
  const keys = await db
    .selectFrom("keys")
    .select("id")
    .where("customer_id", "=", customerId)
    .execute();
  return [customerId, ...keys.map(({ id }) => keySubject(id as KeyId))];
}
