/** What can be done to a subscription, by its customer or by the operator. */
import type { Instant } from "../instant.ts";
import type { PlanVersion } from "../plans/plan.ts";
import type { BillingCycle } from "./subscription.ts";

export type When = "now" | "period_end";

export interface Trial {
  readonly end: Instant;
  /** What follows it. */
  readonly afterwards: "active" | "cancel";
}

export type Action =
  | {
      readonly kind: "subscribe";
      readonly plan: PlanVersion;
      readonly cycle: BillingCycle;
      readonly trial: Trial | null;
    }
  | {
      readonly kind: "change_plan";
      readonly plan: PlanVersion;
      /** null: the present one. */
      readonly cycle: BillingCycle | null;
      readonly when: When;
    }
  | { readonly kind: "cancel"; readonly when: When }
  | { readonly kind: "resume" }
  | { readonly kind: "pause" }
  | { readonly kind: "payment_failed"; readonly graceMs: number }
  | { readonly kind: "payment_received" }
  | {
      readonly kind: "migrate";
      readonly fromVersionId: number;
      readonly to: PlanVersion;
      readonly when: When;
    };
