/** What the API's answers hold, by the names that the overview has for them. */
import type { z } from "zod";
import type { readInsights } from "../../../../src/api/contract/endpoints/insights.ts";
import type * as usage from "../../../../src/api/contract/endpoints/usage.ts";

export type DashboardSeen = z.output<(typeof usage.getDashboard)["answer"]>;
export type BreakdownSeen = z.output<(typeof usage.getBreakdown)["answer"]>;
export type InsightsSeen = z.output<(typeof readInsights)["answer"]>;
