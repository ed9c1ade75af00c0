/** What the operator reads of customers; one customer's begins with `["customer", id]`, so that the live stream refreshes it. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as customers from "../../../../src/api/contract/endpoints/customers.ts";
import type { listLimitLifts } from "../../../../src/api/contract/endpoints/limit-lifts.ts";
import type { getLimits } from "../../../../src/api/contract/endpoints/limits.ts";
import type { listAllPlans } from "../../../../src/api/contract/endpoints/plans-admin.ts";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";

export type ListedCustomer = z.output<
  (typeof customers.listCustomers)["answer"]
>["customers"][number];
export type WholeCustomer = z.output<(typeof customers.getCustomer)["answer"]>;
export type LimitUse = z.output<(typeof getLimits)["answer"]>["limits"][number];
export type LimitLift = z.output<(typeof listLimitLifts)["answer"]>["limit_lifts"][number];
export type OfferedPlan = z.output<(typeof listAllPlans)["answer"]>["plans"][number];

export interface CustomersAsked {
  readonly search?: string;
  readonly plan?: string;
  readonly status?: "trialing" | "active" | "past_due" | "paused" | "expired" | "none";
  readonly cursor?: string;
}

const ROWS = 25;

export function customersQuery(asked: CustomersAsked) {
  return queryOptions({
    queryKey: ["operator", "customers", asked],
    queryFn: () => client.admin.customers({ ...asked, limit: ROWS }),
    placeholderData: keepPreviousData,
  });
}

export const plansQuery = queryOptions({
  queryKey: ["operator", "plans"],
  queryFn: async () => (await client.admin.plans()).plans,
});

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "whole"],
    queryFn: () => client.admin.customer(id),
  });
}

export function limitsQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "limits"],
    queryFn: () => client.limits(id),
  });
}

export function liftsQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "lifts"],
    queryFn: async () => (await client.admin.limitLifts(id)).limit_lifts,
  });
}

/** After something was done to a customer: what is shown of them anywhere is read anew. */
export async function readAnew(id: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["customer", id] }),
    queries.invalidateQueries({ queryKey: ["operator"] }),
  ]);
}
