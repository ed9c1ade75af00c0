/** How a customer's use went: calls, cost and tokens by period, day or hour, altogether and by provider. */
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import type { Store } from "../store/store.ts";
import { listPeriods } from "./list-periods.ts";
import { SHOWN_PROVIDERS } from "./provider-breakdown.ts";
import { type Granularity, slotOf, stepsOf, stepText } from "./time-steps.ts";

export interface Series {
  readonly calls: number[];
  /** Dollars. */
  readonly cost: number[];
  readonly tokens: number[];
}

/** All lists are as long as `periods`, oldest first; the last is the present one. */
export interface Trends {
  readonly periods: string[];
  readonly total_calls: number[];
  readonly total_cost: number[];
  readonly total_tokens: number[];
  readonly provider_trends: Readonly<Record<string, Series>>;
}

export interface TrendsWanted {
  readonly customerId: CustomerId;
  readonly usageAnchor: Instant;
  readonly now: Instant;
  /** How many usage periods. */
  readonly months: number;
  readonly granularity: Granularity;
}

export async function readTrends(store: Store, wanted: TrendsWanted): Promise<Trends> {
  const periods = await listPeriods(store, wanted, wanted.months);
  // An event may be told as of some minutes ahead; it shows once its day has begun.
  const steps = stepsOf(wanted.granularity, periods, instant(wanted.now + 1));
  const rows = await readRows(store, wanted, periods[0]?.start ?? wanted.now);
  const sums = new Map<string, Sum[]>(SHOWN_PROVIDERS.map((provider) => [provider, zeros(steps)]));
  const totals = zeros(steps);
  const slot = (start: number): number => slotOf(wanted.granularity, start);
  const places = new Map(steps.map((step, place) => [slot(step), place]));
  for (const row of rows) {
    const place = places.get(slot(Number(row.step)));
    if (place === undefined) continue;
    const known = sums.get(row.provider) ?? zeros(steps);
    sums.set(row.provider, known);
    for (const sum of [known[place], totals[place]]) if (sum !== undefined) add(sum, row);
  }
  const total = seriesOf(totals);
  return {
    periods: steps.map((step) => stepText(wanted.granularity, step)),
    total_calls: total.calls,
    total_cost: total.cost,
    total_tokens: total.tokens,
    provider_trends: Object.fromEntries(
      [...sums].map(([provider, each]) => [provider, seriesOf(each)]),
    ),
  };
}

interface Sum {
  calls: bigint;
  cost: bigint;
  tokens: bigint;
}

function readRows({ db }: Store, wanted: TrendsWanted, since: Instant) {
  const { customerId, granularity } = wanted;
  const table =
    granularity === "period"
      ? "rollups_period"
      : granularity === "day"
        ? "rollups_day"
        : "rollups_hour";
  return (
    db
      .selectFrom(table)
      // Of a row of a whole period this is the period's start.
      .select(["starts_at as step", "provider"])
      .select(({ fn }) => [
        fn.sum<bigint>("calls").as("calls"),
        fn.sum<bigint>("cost").as("cost"),
        fn.sum<bigint>("tokens").as("tokens"),
      ])
      .where("customer_id", "=", customerId)
      .where("period_start", ">=", BigInt(since))
      .groupBy(["starts_at", "provider"])
      .execute()
  );
}

function zeros(steps: readonly Instant[]): Sum[] {
  return steps.map(() => ({ calls: 0n, cost: 0n, tokens: 0n }));
}

function add(sum: Sum, row: Sum): void {
  sum.calls += BigInt(row.calls);
  sum.cost += BigInt(row.cost);
  sum.tokens += BigInt(row.tokens);
}

function seriesOf(sums: readonly Sum[]): Series {
  return {
    calls: sums.map(({ calls }) => Number(calls)),
    cost: sums.map(({ cost }) => usdNumber(nanoUsd(cost))),
    tokens: sums.map(({ tokens }) => Number(tokens)),
  };
}
