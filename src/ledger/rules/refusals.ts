/** When a call is refused, and in what words: the same for one that is reserved and one that is only asked about. */
import type { Instant } from "../../core/instant.ts";
import { includesProvider } from "../../core/plans/plan.ts";
import type { LimitDenial, PlanDenial, Reserve } from "../ledger.ts";
import type { CallLimit } from "./limits-of-call.ts";
import type { CustomerTerms } from "./rows.ts";

/** Why the plan refuses, whatever room there is; null: it does not. */
export function planRefusal(
  { scope, priced }: Pick<Reserve, "scope" | "priced">,
  terms: CustomerTerms,
  limits: readonly CallLimit[],
): PlanDenial["code"] | null {
  if (terms.isExpired) return "subscription_expired";
  if (!includesProvider(terms.plan.definition, scope.provider)) return "not_included";
  return !priced && limits.some(boundsCost) ? "price_unknown" : null;
}

function boundsCost({ limit }: CallLimit): boolean {
  return limit.meter === "cost" && limit.atCap === "deny";
}

export function limitDenial(refused: {
  readonly code: LimitDenial["code"];
  readonly requested: bigint;
  readonly by: CallLimit;
  /** What counts as used and held. */
  readonly room: { readonly used: bigint; readonly held: bigint };
  readonly at: Instant;
  readonly terms: CustomerTerms;
}): LimitDenial {
  const { code, requested, by, room, at, terms } = refused;
  return {
    kind: "denied",
    code,
    limit: by.limit,
    subject: by.subject,
    used: room.used,
    held: room.held,
    cap: by.cap,
    requested,
    at,
    resetsAt: by.slot.row.windowEnd,
    planVersionId: terms.plan.planVersionId,
  };
}
