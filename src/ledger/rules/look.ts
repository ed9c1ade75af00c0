/** Looks at limits though nothing was used: caps or wishes have changed, and what was used may be past a threshold now. */
import type { CustomerId, KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { Limit } from "../../core/limits/limit.ts";
import { thresholdsOf } from "../../core/limits/thresholds.ts";
import type { Look, Looked } from "../ledger.ts";
import type { Draft } from "./draft.ts";
import { counterKeyOf } from "./limits-of-call.ts";
import type { Slot } from "./rows.ts";
import { DEPLOYMENT, keySubject } from "./subjects.ts";

export function look(draft: Draft, operation: Look): Looked {
  for (const slot of slotsOfLook(draft, operation)) draft.lookedAt.add(slot);
  return { kind: "looked" };
}

/** Their counters exist from here on, seeded from what was used before. Of a customer who is not there: none. */
export function slotsOfLook(draft: Draft, operation: Look): Slot[] {
  const { rows } = draft;
  if ("deployment" in operation) {
    // Its windows are the calendar's, and it is seeded from all customers.
    const of = { customerId: DEPLOYMENT as CustomerId };
    return slotsOf(draft, rows.deploymentLimits(), { subject: DEPLOYMENT, anchor: rows.at, of });
  }
  const { customerId, keyId } = operation.payer;
  const terms = rows.customer(customerId);
  if (terms === undefined) return [];
  const anchor = terms.usageAnchor;
  const of = { customerId, ...(keyId === undefined ? {} : { keyId }) };
  const own = { subject: customerId, anchor, of };
  const slots = slotsOf(draft, terms.plan.definition.limits, own);
  if (keyId === undefined) return slots;
  const limits = rows.key(keyId)?.limits ?? [];
  return [...slots, ...slotsOf(draft, limits, { ...own, subject: keySubject(keyId) })];
}

function slotsOf(
  draft: Draft,
  limits: readonly Limit[],
  whose: {
    readonly subject: string;
    readonly anchor: Instant;
    readonly of: { customerId: CustomerId; keyId?: KeyId };
  },
): Slot[] {
  return limits
    .filter((limit) => limit.cap.kind !== "unlimited" && mayAlert(limit))
    .map((limit) =>
      draft.slotOf(counterKeyOf(limit, whose.subject, draft.rows.at, whose.anchor), whose.of),
    );
}

/** Whatever its customer and the plan wish; a counter too many costs little. */
function mayAlert(limit: Limit): boolean {
  return thresholdsOf({ ...limit, atCap: "deny" }).length > 0;
}
