/** What becomes of a wish: steps, nothing since it is so already, or a refusal with its reason. */
import type { Instant } from "../instant.ts";
import type { Step } from "./step.ts";
import { type OpenSubscription, scheduledOf } from "./subscription.ts";

export type Outcome =
  | { readonly kind: "steps"; readonly steps: readonly Step[] }
  /** It is so already. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "refused"; readonly why: Refusal };

export type Refusal =
  | "no_subscription"
  | "payment_required"
  | "paused_by_operator"
  | "is_paused"
  | "is_expired"
  | "is_subscribed"
  | "not_active"
  | "nothing_missing";

export const UNCHANGED: Outcome = { kind: "unchanged" };

export function refused(why: Refusal): Outcome {
  return { kind: "refused", why };
}

/** What was to happen at the period's end does not: the subscription goes on as it is. */
export function unschedule(before: OpenSubscription, now: Instant): Outcome {
  if (before.status === "expired" || scheduledOf(before) === null) return UNCHANGED;
  return oneStep("unschedule", { ...before, scheduled: null }, now);
}

export function oneStep(kind: Step["kind"], after: OpenSubscription, now: Instant): Outcome {
  return { kind: "steps", steps: [{ kind, at: now, after, begins: false, renewal: null }] };
}
