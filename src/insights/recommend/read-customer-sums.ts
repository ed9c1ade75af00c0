/** Reads a customer's own roll-ups as recommendations need them: by period, by day, and by how long calls took. */

import type { CustomerId } from "../../core/ids.ts";
import { type Instant, instant } from "../../core/instant.ts";
import { PERIOD_MS_MOST } from "../../core/periods/usage-period.ts";
import type { DayAmounts, ScopedAmounts } from "../../core/recommendations/recommendation.ts";
import { type Amounts, METERS, NO_AMOUNTS } from "../../core/usage.ts";
import { OWN_STARTS } from "../../store/own-starts.ts";
import type { Store } from "../../store/store.ts";
import type { LatencySum } from "../performance-figures.ts";

export interface PeriodAmounts extends ScopedAmounts {
  readonly periodStart: Instant;
  readonly events: number;
  readonly failed: number;
}

/** Usage periods that begin at `since` or later; `keyId`: of that key only. */
export async function readPeriods(
  { db }: Store,
  of: { readonly customerId: CustomerId; readonly since: Instant; readonly keyId?: string },
): Promise<PeriodAmounts[]> {
  const { keyId } = of;
  const rows = await db
    .selectFrom("rollups_period")
    .$if(keyId !== undefined, (query) => query.where("key_id", "=", keyId ?? ""))
    .select(["period_start", "provider", "model", "operation"])
    .select(({ fn }) => METERS.map((meter) => fn.sum<bigint>(meter).as(meter)))
    .select(({ fn, eb }) => [
      fn.sum<bigint>("events").as("events"),
      fn
        .sum<bigint>(eb.case().when("outcome", "=", "failed").then(eb.ref("events")).else(0).end())
        .as("failed"),
    ])
    .where("customer_id", "=", of.customerId)
    .where("period_start", ">=", BigInt(of.since))
    .groupBy(["period_start", "provider", "model", "operation"])
    .execute();
  return rows.map((row) => ({
    periodStart: instant(Number(row.period_start)),
    scope: { provider: row.provider, model: row.model, operation: row.operation },
    amounts: amountsOfRow(row),
    events: Number(row.events),
    failed: Number(row.failed),
  }));
}

/** UTC days that begin at `since` or later. */
export async function readDays(
  { db }: Store,
  of: { readonly customerId: CustomerId; readonly since: Instant },
): Promise<DayAmounts[]> {
  const rows = await db
    .selectFrom("rollups_day")
    .select(["starts_at", "provider", "model", "operation"])
    .select(({ fn }) => METERS.map((meter) => fn.sum<bigint>(meter).as(meter)))
    .where("customer_id", "=", of.customerId)
    // A period is a month at most: this bounds what the index must look through.
    .where("period_start", ">", BigInt(of.since - PERIOD_MS_MOST))
    .where(OWN_STARTS, ">=", BigInt(of.since))
    .groupBy(["starts_at", "provider", "model", "operation"])
    .execute();
  return rows.map((row) => ({
    day: Number(row.starts_at),
    scope: { provider: row.provider, model: row.model, operation: row.operation },
    amounts: amountsOfRow(row),
  }));
}

/** Of usage periods that begin at `since` or later. */
export async function readLatencies(
  { db }: Store,
  of: { readonly customerId: CustomerId; readonly since: Instant },
): Promise<LatencySum[]> {
  const rows = await db
    .selectFrom("latencies_day")
    .select(["provider", "model", "bucket"])
    .select(({ fn }) => fn.sum<bigint>("events").as("events"))
    .where("customer_id", "=", of.customerId)
    .where("period_start", ">=", BigInt(of.since))
    .groupBy(["provider", "model", "bucket"])
    .execute();
  return rows.map((row) => ({ ...row, bucket: Number(row.bucket), events: Number(row.events) }));
}

function amountsOfRow(row: Readonly<Record<keyof Amounts, bigint>>): Amounts {
  const amounts = { ...NO_AMOUNTS };
  for (const meter of METERS) amounts[meter] = BigInt(row[meter]);
  return amounts;
}
