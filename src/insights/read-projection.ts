/** What a customer's period will come to, in cost and in calls. */
import type { CustomerId } from "../core/ids.ts";
import { DAY_MS, type Instant, instant, nearestInstant } from "../core/instant.ts";
import { type NanoUsd, nanoUsd, usdNumber } from "../core/money.ts";
import type { Period } from "../core/periods/period.ts";
import { PERIOD_MS_MOST } from "../core/periods/usage-period.ts";
import type { PlanDefinition } from "../core/plans/plan.ts";
import { PROJECTION_DAYS_MOST, type Projection, project } from "../core/projections/project.ts";
import { OWN_STARTS } from "../store/own-starts.ts";
import type { Store } from "../store/store.ts";
import { periodCap } from "./limits-shape.ts";
import { percent } from "./usage-percentages.ts";

export interface Projections {
  /** Dollars, as are `low` and `high`: the truth lies between these in about eight of ten cases. */
  readonly projected_monthly_cost: number;
  /** 0: no limit. */
  readonly cost_limit: number;
  readonly projected_usage_percentage: number;
  readonly projected_calls: number;
  readonly low: number;
  readonly high: number;
  readonly method: Projection["method"];
}

export interface ProjectionDay {
  readonly day: Instant;
  readonly cost: bigint;
  readonly calls: bigint;
}

export interface ProjectionFacts {
  readonly plan: PlanDefinition;
  readonly period: Period;
  readonly now: Instant;
  readonly days: readonly ProjectionDay[];
  /** Of the period so far. */
  readonly used: { readonly cost: bigint; readonly calls: bigint };
}

export function projectionOf({ period, now, used, plan, days }: ProjectionFacts): Projections {
  const cost = project({
    period,
    now,
    used: used.cost,
    days: days.map((row) => ({ day: row.day, amount: row.cost })),
  });
  const calls = project({
    period,
    now,
    used: used.calls,
    days: days.map((row) => ({ day: row.day, amount: row.calls })),
  });
  const cap = periodCap(plan, { meter: "cost" });
  return {
    projected_monthly_cost: usdNumber(wholeNano(cost.projected)),
    cost_limit: cap === null ? 0 : usdNumber(nanoUsd(cap)),
    projected_usage_percentage: cap === null ? 0 : percent(cost.projected, cap),
    projected_calls: Number(calls.projected),
    low: usdNumber(wholeNano(cost.low)),
    high: usdNumber(wholeNano(cost.high)),
    method: cost.method,
  };
}

/** What a generous projection comes to must still be an amount. */
const LARGEST = 9_000_000_000_000_000_000n;

function wholeNano(amount: bigint): NanoUsd {
  return nanoUsd(amount > LARGEST ? LARGEST : amount);
}

/** Whole UTC days before today with any use, as far back as a projection looks. */
export async function readProjectionDays(
  { db }: Store,
  customerId: CustomerId,
  now: Instant,
): Promise<ProjectionDay[]> {
  const today = now - (now % DAY_MS);
  const first = nearestInstant(today - PROJECTION_DAYS_MOST * DAY_MS);
  const rows = await db
    .selectFrom("rollups_day")
    .select("starts_at")
    .select(({ fn }) => [fn.sum<bigint>("cost").as("cost"), fn.sum<bigint>("calls").as("calls")])
    .where("customer_id", "=", customerId)
    // Few periods can have a part in them: this bounds what the index must look through.
    .where("period_start", ">", BigInt(first - PERIOD_MS_MOST))
    .where(OWN_STARTS, ">=", BigInt(first))
    .where(OWN_STARTS, "<", BigInt(today))
    .groupBy("starts_at")
    .execute();
  return rows.map((row) => ({
    day: instant(Number(row.starts_at)),
    cost: BigInt(row.cost),
    calls: BigInt(row.calls),
  }));
}
