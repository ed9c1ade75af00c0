/** What the page of providers reads, anew every half a minute while it is open. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  getDeploymentLimits,
  setDeploymentLimits,
} from "../../../../src/api/contract/endpoints/operation.ts";
import type { readProviders } from "../../../../src/api/contract/endpoints/system.ts";
import { client } from "../../app/client.ts";

export type ProviderStates = z.output<(typeof readProviders)["answer"]>;
export type ProviderState = ProviderStates["providers"][number];
export type LimitUse = ProviderState["limits"][number];
export type DeploymentLimit = z.output<(typeof getDeploymentLimits)["answer"]>["limits"][number];
export type LimitsWish = z.input<(typeof setDeploymentLimits)["body"]>["limits"];

const ANEW_MS = 30_000;

export const providersQuery = queryOptions({
  queryKey: ["operator", "providers"],
  queryFn: () => client.admin.providers(),
  refetchInterval: ANEW_MS,
});

export const limitsQuery = queryOptions({
  queryKey: ["operator", "limits"],
  queryFn: async () => (await client.admin.limits()).limits,
});

/** `from` is an instant; the range goes on to the end of today. */
export function modelsQuery(from: string) {
  return queryOptions({
    queryKey: ["operator", "performance", "provider_model", from],
    queryFn: () => client.admin.performance({ from, by: "provider_model" }),
    placeholderData: keepPreviousData,
    refetchInterval: ANEW_MS,
  });
}
