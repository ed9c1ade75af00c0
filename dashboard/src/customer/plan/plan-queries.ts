/** What the page of a plan reads. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { plan } from "../../../../src/api/contract/subscription.ts";
import type {
  invoicePage,
  ownSubscription,
  planChange,
  renewalPage,
} from "../../../../src/api/contract/subscriptions.ts";
import { client } from "../../app/client.ts";
import { keptOf } from "../../parts/kept-of.ts";

export type OwnSubscription = z.output<typeof ownSubscription>;
export type Subscription = NonNullable<OwnSubscription["subscription"]>;
export type Cycle = Subscription["billing_cycle"];
export type OfferedPlan = z.output<typeof plan>;
export type PlanChange = z.output<typeof planChange>;
export type RenewalPage = z.output<typeof renewalPage>;
export type InvoicePage = z.output<typeof invoicePage>;
export type When = "now" | "period_end";

export const LINES_A_PAGE = 10;

export function subscriptionQuery(userId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "subscription"],
    queryFn: () => client.subscription(userId),
  });
}

/** The same for everybody, cheapest first. */
export const plansQuery = queryOptions({
  queryKey: ["plans"],
  queryFn: async () => (await client.plans()).plans,
});

/** In words, of the version that this customer has. */
export function featuresQuery(userId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "features"],
    queryFn: async () => (await client.features(userId)).features,
  });
}

export interface WantedChange {
  readonly planId: number;
  readonly cycle: Cycle;
  readonly when: When;
}

/** What a change would come to; it changes nothing. */
export function previewQuery(userId: string, { planId, cycle, when }: WantedChange) {
  return queryOptions({
    queryKey: ["customer", userId, "plan-preview", planId, cycle, when],
    queryFn: () =>
      client.changePlan(userId, { plan_id: planId, billing_cycle: cycle, when, preview: true }),
    placeholderData: keptOf(userId),
  });
}

export function renewalsQuery(userId: string, page: number) {
  return queryOptions({
    queryKey: ["customer", userId, "renewals", page],
    queryFn: () =>
      client.renewalHistory(userId, { limit: LINES_A_PAGE, offset: (page - 1) * LINES_A_PAGE }),
    placeholderData: keptOf(userId),
  });
}

export function invoicesQuery(userId: string, page: number) {
  return queryOptions({
    queryKey: ["customer", userId, "invoices", page],
    queryFn: () =>
      client.billingHistory(userId, { limit: LINES_A_PAGE, offset: (page - 1) * LINES_A_PAGE }),
    placeholderData: keptOf(userId),
  });
}
