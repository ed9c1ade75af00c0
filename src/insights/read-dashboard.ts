/** A customer's whole dashboard in one answer: now, ever, how it went, what it will come to, and what to know. */

import { usedOf } from "../core/limits/used-of.ts";
import { usagePeriodAt } from "../core/periods/usage-period.ts";
import { periodFrom, periodStartOf } from "./billing-period.ts";
import type { LimitsObject } from "./limits-shape.ts";
import { countUnread, readLatestAlerts } from "./read-alerts.ts";
import { type Projections, projectionOf, readProjectionDays } from "./read-projection.ts";
import { readTrends, type Trends } from "./read-trends.ts";
import { readUsageFacts, type UsageStats, type UsageWanted, usageStatsOf } from "./read-usage.ts";
import type { Alert, AlertPorts } from "./show-alerts.ts";
import type { UsageStatus } from "./usage-percentages.ts";

export interface Dashboard {
  readonly current_usage: UsageStats;
  readonly current_period_usage: UsageStats;
  readonly total_usage: UsageStats;
  readonly trends: Trends;
  readonly limits: LimitsObject;
  readonly usage_percentages: UsageStats["usage_percentages"];
  readonly projections: Projections;
  readonly alerts: Alert[];
  readonly summary: {
    readonly total_api_calls_this_month: number;
    readonly total_cost_this_month: number;
    readonly usage_status: UsageStatus;
    readonly unread_alerts: number;
  };
}

const TREND_MONTHS = 6;
const ALERTS_SHOWN = 10;

/** Of a past period where one is asked for; `all` means the current one, since the whole is there anyway. */
export async function readDashboard(ports: AlertPorts, wanted: UsageWanted): Promise<Dashboard> {
  const { store } = ports;
  const { customerId, usageAnchor, now, plan } = wanted;
  const start = await periodStartOf(store, wanted, wanted.billingPeriod);
  const period = await periodFrom(store, wanted, start ?? usagePeriodAt(usageAnchor, now).start);
  const [facts, trends, alerts, unread, days] = await Promise.all([
    readUsageFacts(ports, wanted, { start, ofAllTime: true }),
    readTrends(store, {
      customerId,
      usageAnchor,
      now,
      months: TREND_MONTHS,
      granularity: "period",
    }),
    readLatestAlerts(ports, { customerId, most: ALERTS_SHOWN }),
    countUnread(ports, customerId),
    now < period.end ? readProjectionDays(store, customerId, now) : [],
  ]);
  const projections = projectionOf({
    plan,
    now,
    period,
    days,
    used: {
      cost: usedOf({ meter: "cost" }, facts.periodSums),
      calls: usedOf({ meter: "calls" }, facts.periodSums),
    },
  });
  const current = usageStatsOf(facts, "period");
  return {
    current_usage: current,
    current_period_usage: current,
    total_usage: usageStatsOf(facts, "all"),
    trends,
    limits: current.limits,
    usage_percentages: current.usage_percentages,
    projections,
    alerts,
    summary: {
      total_api_calls_this_month: current.total_calls,
      total_cost_this_month: current.total_cost,
      usage_status: current.usage_status,
      unread_alerts: unread,
    },
  };
}
