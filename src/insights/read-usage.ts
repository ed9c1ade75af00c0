/** A customer's usage page: what they used in a period, of what they may use. Reads roll-ups, never events. */

import type { CustomerId } from "../core/ids.ts";
import { formatInstant, type Instant } from "../core/instant.ts";
import type { Limit, WindowName } from "../core/limits/limit.ts";
import { usedOf } from "../core/limits/used-of.ts";
import { usagePeriodAt } from "../core/periods/usage-period.ts";
import { windowAt } from "../core/periods/window.ts";
import type { PlanDefinition } from "../core/plans/plan.ts";
import type { Store } from "../store/store.ts";
import { billingPeriodText, periodStartOf } from "./billing-period.ts";
import { type LimitsObject, limitsObject } from "./limits-shape.ts";
import { type BreakdownWithTotals, breakdownOf } from "./provider-breakdown.ts";
import { readAlerts } from "./read-alerts.ts";
import type { Alert, AlertPorts } from "./show-alerts.ts";
import { percent, type UsageStatus, usagePercentages, usageStatus } from "./usage-percentages.ts";
import { type PeriodSum, readHistory, readSums, type UsageSum } from "./usage-sums.ts";

export interface UsageStats extends BreakdownWithTotals {
  readonly billing_period: string;
  readonly usage_status: UsageStatus;
  /** Seconds. */
  readonly avg_response_time: number;
  /** Percent. */
  readonly error_rate: number;
  readonly limits: LimitsObject;
  readonly usage_percentages: Readonly<Record<string, number>>;
  readonly alerts: Alert[];
  readonly historical_breakdown: (BreakdownWithTotals & { readonly billing_period: string })[];
  readonly last_updated: string;
}

export interface UsageWanted {
  readonly customerId: CustomerId;
  readonly usageAnchor: Instant;
  readonly plan: PlanDefinition;
  readonly now: Instant;
  /** `YYYY-MM-DD`, `YYYY-MM` or `all`; left out: the current period. */
  readonly billingPeriod?: string;
}

const HISTORY_PERIODS_MOST = 24;
const ALERTS_MOST = 50;

export async function readUsage(ports: AlertPorts, wanted: UsageWanted): Promise<UsageStats> {
  const start = await periodStartOf(ports.store, wanted, wanted.billingPeriod);
  const facts = await readUsageFacts(ports, wanted, { start, ofAllTime: start === null });
  return usageStatsOf(facts, start === null ? "all" : "period");
}

/** What both the page of a period and that of all time are made of. */
export interface UsageFacts {
  readonly wanted: UsageWanted;
  /** Of all time, the percentages, status and alerts are the current period's. */
  readonly periodStart: Instant;
  readonly periodSums: readonly UsageSum[];
  /** Empty unless they were asked for. */
  readonly allSums: readonly UsageSum[];
  readonly history: readonly PeriodSum[];
  readonly alerts: readonly Alert[];
  readonly status: UsageStatus;
}

/** `start`: of the period; null: the current one. */
export async function readUsageFacts(
  ports: AlertPorts,
  wanted: UsageWanted,
  of: { readonly start: Instant | null; readonly ofAllTime: boolean },
): Promise<UsageFacts> {
  const { store } = ports;
  const { customerId, now } = wanted;
  const current = usagePeriodAt(wanted.usageAnchor, now).start;
  const periodStart = of.start ?? current;
  const [periodSums, allSums, history, alerts, calendarSums] = await Promise.all([
    readSums(store, customerId, { kind: "period", start: periodStart }),
    of.ofAllTime ? readSums(store, customerId, { kind: "all" }) : [],
    readHistory(store, customerId, HISTORY_PERIODS_MOST),
    readAlerts(ports, { customerId, periodStart, most: ALERTS_MOST }),
    periodStart === current ? readCalendarSums(store, wanted) : [],
  ]);
  const status = statusOf(wanted, new Map([["period", periodSums], ...calendarSums]));
  return { wanted, periodStart, periodSums, allSums, history, alerts, status };
}

export function usageStatsOf(facts: UsageFacts, of: "period" | "all"): UsageStats {
  const { wanted, periodStart, periodSums, history, alerts, status } = facts;
  const sums = of === "all" ? facts.allSums : periodSums;
  return {
    billing_period: billingPeriodText(of === "all" ? null : periodStart),
    usage_status: status,
    ...breakdownOf(sums.map(({ scope, amounts }) => ({ provider: scope.provider, ...amounts }))),
    ...performanceOf(sums),
    limits: limitsObject(wanted.plan),
    usage_percentages: usagePercentages(wanted.plan, periodSums),
    alerts: [...alerts],
    historical_breakdown: historyOf(history),
    last_updated: formatInstant(wanted.now),
  };
}

/** Limits of a day or longer count; those of calendar windows only for the period that runs now. */
function readCalendarSums(
  store: Store,
  wanted: UsageWanted,
): Promise<(readonly [WindowName, readonly UsageSum[]])[]> {
  const windows = (["month", "day"] as const).filter((per) =>
    wanted.plan.limits.some((limit) => limit.per === per),
  );
  return Promise.all(
    windows.map(async (per) => {
      const window = windowAt(per, wanted.now, wanted.usageAnchor);
      const sums = await readSums(store, wanted.customerId, { kind: "window", ...window });
      return [per, sums] as const;
    }),
  );
}

function statusOf(
  { plan }: UsageWanted,
  sumsOf: ReadonlyMap<WindowName, readonly UsageSum[]>,
): UsageStatus {
  const counted = plan.limits.filter((limit) => sumsOf.has(limit.per));
  return usageStatus(counted, (limit: Limit) => usedOf(limit, sumsOf.get(limit.per) ?? []));
}

function performanceOf(sums: readonly UsageSum[]): {
  avg_response_time: number;
  error_rate: number;
} {
  const total = (of: (sum: UsageSum) => number): number =>
    sums.reduce((all, sum) => all + of(sum), 0);
  const events = total((sum) => sum.events);
  const failed = total((sum) => sum.failed);
  const latencyMs = total((sum) => sum.latencyMs);
  return {
    avg_response_time: events === 0 ? 0 : Math.round(latencyMs / events) / 1_000,
    error_rate: percent(BigInt(failed), BigInt(events)),
  };
}

function historyOf(history: readonly PeriodSum[]): UsageStats["historical_breakdown"] {
  // Two that start on one date are one, as in the trends.
  const byPeriod = Map.groupBy(history, (sum) => billingPeriodText(sum.periodStart));
  return [...byPeriod].map(([period, sums]) => ({
    billing_period: period,
    ...breakdownOf(sums),
  }));
}
