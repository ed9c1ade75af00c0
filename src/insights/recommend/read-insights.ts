/** A customer's insights: what they are advised to do, what each model came to, and how their calls did. */
import { countOf } from "../../core/amount-words.ts";
import type { CustomerId } from "../../core/ids.ts";
import { DAY_MS, type Instant, instant } from "../../core/instant.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import type { PlanDefinition, PlanVersion } from "../../core/plans/plan.ts";
import { PROJECTION_DAYS_MOST } from "../../core/projections/project.ts";
import { cheaperModels } from "../../core/recommendations/cheaper-models.ts";
import { limitsAhead } from "../../core/recommendations/limits-ahead.ts";
import { type BillingCycle, recommendPlan } from "../../core/recommendations/recommend-plan.ts";
import type { Recommendation } from "../../core/recommendations/recommendation.ts";
import { comparedSince, spendChange } from "../../core/recommendations/spend-change.ts";
import { unusedKeys } from "../../core/recommendations/unused-keys.ts";
import {
  figuresBy,
  type LatencySum,
  type PerformanceFigures,
  performanceFigures,
} from "../performance-figures.ts";
import { type PeriodAmounts, readDays, readLatencies, readPeriods } from "./read-customer-sums.ts";
import { readLiveKeys } from "./read-keys.ts";
import { type ModelInsight, type ModelPorts, readModels } from "./read-models.ts";

export interface Insights {
  readonly recommendations: Recommendation[];
  readonly models: ModelInsight[];
  readonly performance: PerformanceFigures & {
    readonly by_provider: Readonly<Record<string, PerformanceFigures>>;
  };
}

export interface InsightsWanted {
  readonly customerId: CustomerId;
  readonly usageAnchor: Instant;
  readonly plan: PlanDefinition;
  /** Plans that the customer may choose. */
  readonly offered: readonly PlanVersion[];
  /** Usage periods looked at, the present one being the last. */
  readonly months: number;
  readonly now: Instant;
}

/** Reads nothing but roll-ups, keys, and a bounded number of the newest calls. */
export async function readInsights(ports: ModelPorts, wanted: InsightsWanted): Promise<Insights> {
  const { store } = ports;
  const { customerId, now } = wanted;
  const present = usagePeriodAt(wanted.usageAnchor, now);
  const rangeStart = periodsBack(wanted, wanted.months - 1);
  // The plan is judged by whole periods, so by one more than are shown.
  const plansStart = periodsBack(wanted, wanted.months);
  const [periods, latencies, days, keys, cycle] = await Promise.all([
    readPeriods(store, { customerId, since: plansStart }),
    readLatencies(store, { customerId, since: rangeStart }),
    readDays(store, { customerId, since: projectedSince(now) }),
    readLiveKeys(store, customerId, now),
    readCycle(ports, customerId),
  ]);
  const inRange = periods.filter(({ periodStart }) => periodStart >= rangeStart);
  const soFar = periods.filter(({ periodStart }) => periodStart === present.start);
  const lately = days.filter(({ day }) => day >= comparedSince(now));
  const { models, repriced } = await readModels(ports, {
    customerId,
    sums: inRange,
    latencies,
    days: lately,
  });
  const { plan, offered } = wanted;
  const wholePeriods = wholePeriodsOf(periods, present.start);
  const range =
    wanted.months === 1 ? "this period" : `your last ${countOf(wanted.months, "period")}`;
  return {
    recommendations: [
      ...limitsAhead({ plan, offered, period: present, now, soFar, days }),
      ...[spendChange(lately, now)].filter((advice) => advice !== null),
      ...[recommendPlan({ current: plan, cycle, offered, wholePeriods, soFar })].filter(
        (advice) => advice !== null,
      ),
      ...cheaperModels(repriced, range),
      ...[unusedKeys(keys, now)].filter((advice) => advice !== null),
    ],
    models,
    performance: performanceOf(latencies, inRange),
  };
}

/** The start of the period so many before the present one. */
function periodsBack({ usageAnchor, now }: InsightsWanted, count: number): Instant {
  let { start } = usagePeriodAt(usageAnchor, now);
  for (let back = 0; back < count && start > 0; back += 1) {
    start = usagePeriodAt(usageAnchor, instant(start - 1)).start;
  }
  return start;
}

/** No recommendation looks at earlier days. */
function projectedSince(now: Instant): Instant {
  return instant(Math.max(0, now - (now % DAY_MS) - PROJECTION_DAYS_MOST * DAY_MS));
}

/** Each by itself, as the roll-ups remember them; periods without use are not in them. */
function wholePeriodsOf(
  periods: readonly PeriodAmounts[],
  presentStart: Instant,
): PeriodAmounts[][] {
  const before = periods.filter(({ periodStart }) => periodStart < presentStart);
  return [...Map.groupBy(before, ({ periodStart }) => periodStart).values()];
}

async function readCycle({ store }: ModelPorts, customerId: CustomerId): Promise<BillingCycle> {
  const row = await store.db
    .selectFrom("subscriptions")
    .select("billing_cycle")
    .where("customer_id", "=", customerId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return row?.billing_cycle ?? "monthly";
}

function performanceOf(
  latencies: readonly LatencySum[],
  sums: readonly PeriodAmounts[],
): Insights["performance"] {
  const outcomes = sums.map(({ scope, events, failed }) => ({ ...scope, events, failed }));
  const byProvider = figuresBy("provider", latencies, outcomes).map(
    ({ provider = "", model: _model, ...figures }) => [provider, figures] as const,
  );
  return {
    ...performanceFigures(latencies, outcomes),
    by_provider: Object.fromEntries(byProvider),
  };
}
