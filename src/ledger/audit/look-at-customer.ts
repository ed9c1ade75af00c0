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

const LONG: readonly WindowName[] = ["period", "month"];
const SHORT: readonly WindowName[] = ["day", "hour", "minute"];

/** Yields between portions of bounded work. Memory: the rows of the customer, or of one month where they are many. */
export async function* lookAtCustomer(
  store: Store,
  customerId: CustomerId,
  to: { readonly progress: Progress; readonly alsoPost: AlsoPost },
): AsyncGenerator<void, Difference[]> {
  const look = new Look(store, customerId, await subjectsOf(store, customerId), to);
  const whole = await look.read(ALL_TIME, WINDOWS, WHOLE_MOST);
  if (whole !== null) {
    yield* look.count(whole, null);
    return differencesOf(whole);
  }
  const long = await look.readLong();
  const differences: Difference[] = [];
  let month = await look.monthFrom(ALL_TIME);
  while (month !== null) {
    const found = await look.read(month, SHORT, Number.POSITIVE_INFINITY);
    if (found === null) throw new Error("A month is read whole.");
    yield* look.count(found, long);
    differences.push(...differencesOf(found));
    month = await look.monthFrom({ ...ALL_TIME, from: month.to });
  }
  to.progress.counters += long.size;
  return [...differences, ...long.differences()];
}

/** The numbers of a stretch of time, as they were found. */
interface Found {
  readonly span: Span;
  readonly until: Cut;
  readonly counters: CounterTally;
  readonly hours: RollupTally;
  readonly days: RollupTally;
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
  async read(span: Span, pers: readonly WindowName[], most: number): Promise<Found | null> {
    const cutBefore = await readCut(this.store);
    const hours = await this.readRollups("rollups_hour", { span, cutBefore, most });
    if (hours === null) return null;
    const days = await this.readRollups("rollups_day", { span, cutBefore, most });
    const counters = await this.readCounters(pers, span, most);
    if (days === null || counters === null) return null;
    // No row was read at a later cut than the one there is now.
    return { span, until: await readCut(this.store), counters, hours, days };
  }

  async readLong(): Promise<CounterTally> {
    const long = await this.readCounters(LONG, ALL_TIME, Number.POSITIVE_INFINITY);
    if (long === null) throw new Error("Counters of long windows are read whole.");
    return long;
  }

  monthFrom({ from }: Span): Promise<Span | null> {
    const { customerId, subjects } = this;
    return nextMonth(this.store, { customerId, subjects, from });
  }

  /** Posts the log of that stretch to all that was found. */
  async *count(found: Found, long: CounterTally | null): AsyncGenerator<void> {
    const { span, until, counters, hours, days } = found;
    const { customerId, progress } = this;
    const post = (posting: Posting): void => {
      hours.post(posting);
      days.post(posting);
      counters.post(posting);
      long?.post(posting);
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
    progress.rollups += hours.size + days.size;
    progress.counters += counters.size;
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

function differencesOf({ hours, days, counters }: Found): Difference[] {
  return [...hours.differences(), ...days.differences(), ...counters.differences()];
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
