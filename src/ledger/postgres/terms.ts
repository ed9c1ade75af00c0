/** A customer's terms as the database tells them, with plans by their version's id. */
import { instant } from "../../core/instant.ts";
import { type LimitLift, readLift } from "../../core/limits/lifted.ts";
import type { PlanTerms } from "../../core/subscriptions/plan-at.ts";
import type { TermsRow } from "./batch-rows.ts";

export function liftsFrom({ lifts }: TermsRow): readonly LimitLift[] {
  return (lifts ?? []).map((row) => readLift(row.limit_json, instant(row.until)));
}

export function termsFrom(row: TermsRow): {
  readonly subscription: PlanTerms<number> | null;
  readonly defaultPlan: number | null;
} {
  const { status, plan_version_id: plan, next_plan_at: nextAt, grace_until: graceUntil } = row;
  if (status === null || plan === null)
    return { subscription: null, defaultPlan: row.default_plan };
  return {
    subscription: {
      status,
      plan,
      next: nextAt === null ? null : { at: instant(nextAt), plan: row.next_plan_version_id },
      graceUntil: graceUntil === null ? null : instant(graceUntil),
    },
    defaultPlan: row.default_plan,
  };
}
