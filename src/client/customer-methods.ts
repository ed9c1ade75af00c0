/** What a customer reads about themself, as methods of the client. */
import type { QueryIn } from "../api/contract/endpoint.ts";
import { readInsights } from "../api/contract/endpoints/insights.ts";
import { getLimits } from "../api/contract/endpoints/limits.ts";
import { getFeatures, listPlans, listPricing } from "../api/contract/endpoints/plans.ts";
import * as usage from "../api/contract/endpoints/usage.ts";
import type { Call } from "./ask-endpoint.ts";

export function customerMethods(call: Call) {
  return {
    /** The plans that are sold, by price. Needs no key. */
    plans: () => call(listPlans),
    /** What models cost now. Needs no key. */
    pricing: (query: QueryIn<typeof listPricing> = {}) => call(listPricing, { query }),
    usage: (userId: string, query: QueryIn<typeof usage.getUsage> = {}) =>
      call(usage.getUsage, { params: { user_id: userId }, query }),
    trends: (userId: string, query: QueryIn<typeof usage.getTrends> = {}) =>
      call(usage.getTrends, { params: { user_id: userId }, query }),
    /** Usage periods with their exact start and end, newest first. */
    periods: (userId: string) => call(usage.listUsagePeriods, { params: { user_id: userId } }),
    breakdown: (userId: string, query: QueryIn<typeof usage.getBreakdown>) =>
      call(usage.getBreakdown, { params: { user_id: userId }, query }),
    dashboard: (userId: string, query: QueryIn<typeof usage.getDashboard> = {}) =>
      call(usage.getDashboard, { params: { user_id: userId }, query }),
    /** Each limit with what is used, held and left of it. */
    limits: (userId: string) => call(getLimits, { params: { user_id: userId } }),
    /** The plan's features as words, and every switch with whether it is on. */
    features: (userId: string) => call(getFeatures, { params: { user_id: userId } }),
    /** Is that switch on in the customer's plan; one that no plan has is off. */
    has: async (userId: string, feature: string): Promise<boolean> => {
      const { switches } = await call(getFeatures, { params: { user_id: userId } });
      return switches[feature] === true;
    },
    insights: (userId: string, query: QueryIn<typeof readInsights> = {}) =>
      call(readInsights, { params: { user_id: userId }, query }),
  };
}
