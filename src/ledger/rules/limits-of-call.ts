/** Which limits a call is held to: its plan's, its key's and the deployment's, each with its counter. */
import type { Instant } from "../../core/instant.ts";
import { type CallScope, covers, type Limit } from "../../core/limits/limit.ts";
import { windowAt } from "../../core/periods/window.ts";
import type { LimitDenial, Payer } from "../ledger.ts";
import type { Draft } from "./draft.ts";
import type { CounterKey, CustomerTerms, Slot } from "./rows.ts";
import { DEPLOYMENT, keySubject } from "./subjects.ts";

export interface CallLimit {
  readonly limit: Limit;
  readonly cap: bigint;
  readonly subject: LimitDenial["subject"];
  readonly slot: Slot;
}

/**
 * The limits with a cap that cover the call, hard and soft. Their counters exist from here on, seeded from what was
 * used and held before, which must happen before any operation of the batch posts.
 */
export function limitsOfCall(
  draft: Draft,
  call: { readonly payer: Payer; readonly scope: CallScope; readonly terms: CustomerTerms },
  slotOf: (key: CounterKey) => Slot = (key) => draft.slotOf(key, call.payer),
): CallLimit[] {
  const { payer, scope, terms } = call;
  const found: CallLimit[] = [];
  const add = (subject: CallLimit["subject"], name: string, limits: readonly Limit[]): void => {
    for (const limit of limits) {
      if (limit.cap.kind === "unlimited" || !covers(limit, scope)) continue;
      const key = counterKeyOf(limit, name, draft.rows.at, terms.usageAnchor);
      found.push({ limit, cap: limit.cap.amount, subject, slot: slotOf(key) });
    }
  };
  add("customer", payer.customerId, terms.plan.definition.limits);
  if (payer.keyId !== undefined) {
    add("key", keySubject(payer.keyId), draft.rows.key(payer.keyId)?.limits ?? []);
  }
  add("deployment", DEPLOYMENT, draft.rows.deploymentLimits());
  return found;
}

/** The counter that a limit of this subject's goes by at that instant. */
export function counterKeyOf(
  limit: Limit,
  subject: string,
  at: Instant,
  anchor: Instant,
): CounterKey {
  const per = subject === DEPLOYMENT && limit.per === "period" ? "month" : limit.per;
  const window = windowAt(per, at, anchor);
  return {
    subject,
    per: limit.per,
    windowStart: window.start,
    windowEnd: window.end,
    meter: limit.meter,
    provider: limit.provider ?? "*",
    model: limit.model ?? "*",
    operation: limit.operation ?? "*",
  };
}
