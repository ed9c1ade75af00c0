/** Adds up a customer's roll-ups: what was used in a period or a window, by provider, model and operation. */
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { CallScope } from "../core/limits/limit.ts";
import { PERIOD_MS_MOST } from "../core/periods/usage-period.ts";
import { type Amounts, METERS, NO_AMOUNTS } from "../core/usage.ts";
import { OWN_STARTS } from "../store/own-starts.ts";
import type { Store } from "../store/store.ts";

/** What one (provider, model, operation) came to. */
export interface UsageSum {
  readonly scope: CallScope;
  readonly amounts: Amounts;
  readonly events: number;
  readonly failed: number;
  readonly latencyMs: number;
}

/** `period`: one usage period by its start; `window`: UTC days; `all`: since ever. Only windows are read day by day. */
export type Stretch =
  | { readonly kind: "period"; readonly start: Instant }
  | { readonly kind: "window"; readonly start: Instant; readonly end: Instant }
  | { readonly kind: "all" };

export async function readSums(
  store: Store,
  customerId: CustomerId,
  stretch: Stretch,
): Promise<readonly UsageSum[]> {
  let query = store.db
    .selectFrom(stretch.kind === "window" ? "rollups_day" : "rollups_period")
    .select(["provider", "model", "operation"])
    .select(({ fn }) => METERS.map((meter) => fn.sum<bigint>(meter).as(meter)))
    .select(({ fn, eb }) => [
      fn.sum<bigint>("events").as("events"),
      fn.sum<bigint>("latency_ms").as("latency_ms"),
      fn
        .sum<bigint>(eb.case().when("outcome", "=", "failed").then(eb.ref("events")).else(0).end())
        .as("failed"),
    ])
    .where("customer_id", "=", customerId)
    .groupBy(["provider", "model", "operation"]);
  if (stretch.kind === "period") query = query.where("period_start", "=", BigInt(stretch.start));
  if (stretch.kind === "window") {
    query = query
      .where(OWN_STARTS, ">=", BigInt(stretch.start))
      .where(OWN_STARTS, "<", BigInt(stretch.end))
      // A period is a month at most: this bounds what the index must look through.
      .where("period_start", ">", BigInt(stretch.start - PERIOD_MS_MOST))
      .where("period_start", "<", BigInt(stretch.end));
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    scope: { provider: row.provider, model: row.model, operation: row.operation },
    amounts: amountsOfRow(row),
    events: Number(row.events),
    failed: Number(row.failed),
    latencyMs: Number(row.latency_ms),
  }));
}

/** What each provider came to, in each of the latest usage periods that have any usage; newest first. */
export interface PeriodSum {
  readonly periodStart: Instant;
  readonly provider: string;
  readonly calls: bigint;
  readonly tokens: bigint;
  readonly cost: bigint;
}

export async function readHistory(
  store: Store,
  customerId: CustomerId,
  periodsMost: number,
): Promise<readonly PeriodSum[]> {
  const periods = store.db
    .selectFrom("rollups_period")
    .select("period_start")
    .distinct()
    .where("customer_id", "=", customerId)
    .orderBy("period_start", "desc")
    .limit(periodsMost);
  const rows = await store.db
    .selectFrom("rollups_period")
    .select(["period_start", "provider"])
    .select(({ fn }) => [
      fn.sum<bigint>("calls").as("calls"),
      fn.sum<bigint>("tokens").as("tokens"),
      fn.sum<bigint>("cost").as("cost"),
    ])
    .where("customer_id", "=", customerId)
    .where("period_start", "in", periods)
    .groupBy(["period_start", "provider"])
    .orderBy("period_start", "desc")
    .execute();
  return rows.map((row) => ({
    periodStart: instant(Number(row.period_start)),
    provider: row.provider,
    calls: BigInt(row.calls),
    tokens: BigInt(row.tokens),
    cost: BigInt(row.cost),
  }));
}

function amountsOfRow(row: Readonly<Record<keyof Amounts, bigint>>): Amounts {
  const amounts = { ...NO_AMOUNTS };
  for (const meter of METERS) amounts[meter] = BigInt(row[meter]);
  return amounts;
}
