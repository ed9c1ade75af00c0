/** Reads the roll-ups of a portion of customers: their period, their last days, and their last hours. */
import type { CustomerId } from "../../core/ids.ts";
import { DAY_MS, type Instant, instant } from "../../core/instant.ts";
import type { CallScope } from "../../core/limits/limit.ts";
import { PERIOD_MS_MOST } from "../../core/periods/usage-period.ts";
import { type Amounts, METERS, type Meter, NO_AMOUNTS } from "../../core/usage.ts";
import { OWN_STARTS } from "../../store/own-starts.ts";
import type { Store } from "../../store/store.ts";
import { lastFullHour } from "./read-active.ts";

export interface OfPortion {
  readonly customerIds: readonly CustomerId[];
  readonly now: Instant;
}

interface Own {
  readonly customerId: CustomerId;
}

export interface PeriodUse extends Own {
  readonly periodStart: Instant;
  readonly scope: CallScope;
  readonly amounts: Amounts;
}

/** By provider, model and operation, of periods that may still run. */
export async function readPeriodUse(
  { db }: Store,
  { customerIds, now }: OfPortion,
): Promise<PeriodUse[]> {
  const rows = await db
    .selectFrom("rollups_period")
    .select(["customer_id", "period_start", "provider", "model", "operation"])
    .select(({ fn }) => METERS.map((meter) => fn.sum<bigint>(meter).as(meter)))
    .where("customer_id", "in", customerIds)
    .where("period_start", ">", since(now, PERIOD_MS_MOST))
    .groupBy(["customer_id", "period_start", "provider", "model", "operation"])
    .execute();
  return rows.map((row) => ({
    customerId: row.customer_id as CustomerId,
    periodStart: timeOf(row.period_start),
    scope: { provider: row.provider, model: row.model, operation: row.operation },
    amounts: amountsOf(row),
  }));
}

export interface DayUse extends Own {
  readonly day: Instant;
  readonly periodStart: Instant;
  readonly amounts: Amounts;
  readonly events: number;
  readonly failed: number;
}

/** Today, and so many whole UTC days before it. */
export async function readDayUse(
  { db }: Store,
  { customerIds, now, days }: OfPortion & { readonly days: number },
): Promise<DayUse[]> {
  const first = (now % DAY_MS) + days * DAY_MS;
  const rows = await db
    .selectFrom("rollups_day")
    .select(["customer_id", "starts_at", "period_start"])
    .select(({ fn }) => METERS.map((meter) => fn.sum<bigint>(meter).as(meter)))
    .select(({ fn, eb }) => [
      fn.sum<bigint>("events").as("events"),
      fn
        .sum<bigint>(eb.case().when("outcome", "=", "failed").then(eb.ref("events")).else(0).end())
        .as("failed"),
    ])
    .where("customer_id", "in", customerIds)
    // A period is a month at most: this bounds what the index must look through.
    .where("period_start", ">", since(now, first + PERIOD_MS_MOST))
    .where(OWN_STARTS, ">=", since(now, first))
    .groupBy(["customer_id", "starts_at", "period_start"])
    .execute();
  return rows.map((row) => ({
    customerId: row.customer_id as CustomerId,
    day: timeOf(row.starts_at),
    periodStart: timeOf(row.period_start),
    amounts: amountsOf(row),
    events: Number(row.events),
    failed: Number(row.failed),
  }));
}

export interface HourUse extends Own {
  /** Of the hours that began in the last 24. */
  readonly calls: bigint;
  readonly cost: bigint;
  /** Of the last full hour and the one that runs. */
  readonly events: number;
  readonly failed: number;
}

/** `days`: what `readDayUse` found; it says which periods the hours are kept under, so that few rows are looked at. */
export async function readHourUse(
  { db }: Store,
  { days, now }: { readonly days: readonly DayUse[]; readonly now: Instant },
): Promise<HourUse[]> {
  const from = since(now, DAY_MS) + 1n;
  const places = new Map(
    days
      .filter(({ day }) => BigInt(day) + BigInt(DAY_MS) > from)
      .map((row) => [`${row.customerId} ${row.periodStart}`, row]),
  );
  if (places.size === 0) return [];
  const hour = BigInt(lastFullHour(now));
  const rows = await db
    .selectFrom("rollups_hour")
    .select("customer_id")
    .select(({ fn, eb }) => {
      const isLately = eb("starts_at", ">=", hour);
      const hasFailed = eb.and([isLately, eb("outcome", "=", "failed")]);
      return [
        fn.sum<bigint>("calls").as("calls"),
        fn.sum<bigint>("cost").as("cost"),
        fn.sum<bigint>(eb.case().when(isLately).then(eb.ref("events")).else(0).end()).as("events"),
        fn.sum<bigint>(eb.case().when(hasFailed).then(eb.ref("events")).else(0).end()).as("failed"),
      ];
    })
    .where(({ eb }) =>
      eb.or(
        [...places.values()].map(({ customerId, periodStart }) =>
          eb.and([
            eb("customer_id", "=", customerId),
            eb("period_start", "=", BigInt(periodStart)),
            eb(OWN_STARTS, ">=", from),
          ]),
        ),
      ),
    )
    .groupBy("customer_id")
    .execute();
  return rows.map((row) => ({
    customerId: row.customer_id as CustomerId,
    calls: BigInt(row.calls),
    cost: BigInt(row.cost),
    events: Number(row.events),
    failed: Number(row.failed),
  }));
}

export interface ScopedDayUse extends Own {
  readonly day: Instant;
  readonly scope: CallScope;
  readonly amounts: Amounts;
}

/** As `readDayUse`, by provider, model and operation; only these meters, the others are 0. */
export async function readScopedDayUse(
  { db }: Store,
  of: OfPortion & { readonly days: number; readonly meters: ReadonlySet<Meter> },
): Promise<ScopedDayUse[]> {
  const { customerIds, now, days } = of;
  if (customerIds.length === 0) return [];
  const meters = [...of.meters];
  const first = (now % DAY_MS) + days * DAY_MS;
  const rows = await db
    .selectFrom("rollups_day")
    .select(["customer_id", "starts_at", "provider", "model", "operation"])
    .select(({ fn }) => meters.map((meter) => fn.sum<bigint>(meter).as(meter)))
    .where("customer_id", "in", customerIds)
    .where("period_start", ">", since(now, first + PERIOD_MS_MOST))
    .where(OWN_STARTS, ">=", since(now, first))
    .groupBy(["customer_id", "starts_at", "provider", "model", "operation"])
    .execute();
  return rows.map((row) => ({
    customerId: row.customer_id as CustomerId,
    day: timeOf(row.starts_at),
    scope: { provider: row.provider, model: row.model, operation: row.operation },
    amounts: amountsOf(row, meters),
  }));
}

function since(now: Instant, ms: number): bigint {
  return BigInt(Math.max(0, now - ms));
}

function timeOf(ms: bigint): Instant {
  return instant(Number(ms));
}

function amountsOf(
  row: Readonly<Record<Meter, bigint>>,
  meters: readonly Meter[] = METERS,
): Amounts {
  const amounts = { ...NO_AMOUNTS };
  for (const meter of meters) amounts[meter] = BigInt(row[meter]);
  return amounts;
}
