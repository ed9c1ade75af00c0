/** What is sold: a plan, and the versions of it that never change. */
import type { Limit } from "../limits/limit.ts";
import type { NanoUsd } from "../money.ts";

export const TIERS = ["free", "basic", "pro", "enterprise"] as const;
export type Tier = (typeof TIERS)[number];

export type IncludedProviders =
  | { readonly kind: "all" }
  | { readonly kind: "listed"; readonly providers: readonly string[] };

/** What one version of a plan says. An edit makes a new version; a subscription points at a version. */
export interface PlanDefinition {
  /** The operator's own short name, e.g. `pro`; `slug` in the API. */
  readonly slug: string;
  readonly name: string;
  readonly tier: Tier;
  readonly priceMonthly: NanoUsd;
  readonly priceYearly: NanoUsd;
  readonly description: string;
  /** Words for people. */
  readonly features: readonly string[];
  /** Names that the operator's application asks for, to switch something on. */
  readonly switches: readonly string[];
  /** Not offered; an operator may still put somebody on it. It is the plan's, not a version's: hiding makes no version. */
  readonly hidden: boolean;
  readonly providers: IncludedProviders;
  readonly limits: readonly Limit[];
  /** May the gateway lower an output limit so that a call still fits? */
  readonly outputCapping: boolean;
  /** What is held while a call runs: the most it can cost, or what is expected (overruns then block the next call). */
  readonly holds: "worst_case" | "expected";
  /** Percent of each limit to alert at, where neither the limit nor the customer says; absent: the usual ones. */
  readonly alertAt?: readonly number[];
}

export interface PlanVersion {
  readonly planId: number;
  readonly planVersionId: number;
  readonly version: number;
  readonly definition: PlanDefinition;
}

export function includesProvider(plan: PlanDefinition, provider: string): boolean {
  return plan.providers.kind === "all" || plan.providers.providers.includes(provider);
}
