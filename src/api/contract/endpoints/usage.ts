/** What a customer used, how that went, and what it will come to. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { usageQuery, usageStats } from "../subscription.ts";
import {
  breakdown,
  breakdownQuery,
  dashboard,
  dashboardQuery,
  periods,
  trends,
  trendsQuery,
} from "../usage-pages.ts";

const OWN = { method: "GET", audience: "customer", tag: "usage", body: noBody } as const;

export const getUsage = endpoint({
  ...OWN,
  path: "/api/subscription/usage/:user_id",
  summary: "What a customer used in a period, against the limits of their plan",
  query: usageQuery,
  answer: usageStats,
});

export const getTrends = endpoint({
  ...OWN,
  path: "/api/subscription/usage/:user_id/trends",
  summary: "Calls, cost and tokens of the latest usage periods, by period, day or hour",
  query: trendsQuery,
  answer: trends,
});

export const getBreakdown = endpoint({
  ...OWN,
  path: "/api/subscription/usage/:user_id/breakdown",
  summary: "What was used by provider, model, operation, key or tag, in sums or step by step",
  description:
    "Of one usage period (`billing_period`), of all time, or of whole days from `from` to `to`. Names are ordered by cost.",
  query: breakdownQuery,
  answer: breakdown,
});

export const listUsagePeriods = endpoint({
  ...OWN,
  path: "/api/subscription/usage/:user_id/periods",
  summary: "A customer's usage periods with their exact start and end, newest first",
  query: noQuery,
  answer: periods,
});

export const getDashboard = endpoint({
  ...OWN,
  path: "/api/subscription/dashboard/:user_id",
  summary: "A customer's whole dashboard: usage, trends, limits, projections and alerts",
  query: dashboardQuery,
  answer: dashboard,
});
