/** Holds the most a call can use against every limit that covers it: all are held or none. */
import type { CallId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import { decide, type Wanted } from "../../core/limits/decide.ts";
import { limitKey } from "../../core/limits/read-limit.ts";
import type { PlanDefinition } from "../../core/plans/plan.ts";
import { type Amounts, amountsOf } from "../../core/usage.ts";
import type { Granted, LimitDenial, PlanDenial, Reserve, ReserveAnswer } from "../ledger.ts";
import { assertHolds } from "./assert-holds.ts";
import type { Draft } from "./draft.ts";
import { refuseLeft } from "./left-event.ts";
import { type CallLimit, limitsOfCall } from "./limits-of-call.ts";
import { placeOfCall, termsOf } from "./places.ts";
import { limitDenial, planRefusal } from "./refusals.ts";
import type { CustomerTerms, HoldRow } from "./rows.ts";

export function reserve(draft: Draft, operation: Reserve): ReserveAnswer {
  const before = firstAnswer(draft, operation);
  if (before !== undefined) return before;

  const terms = termsOf(draft.rows, operation.payer);
  const plan = terms.plan.definition;
  const limits = limitsOfCall(draft, { ...operation, terms });
  const byPlan = planRefusal(operation, terms, limits);
  if (byPlan !== null) return refuseByPlan(draft, operation, terms, byPlan);
  const states = limits.map(({ limit, slot: { used, held } }) => ({ limit, used, held }));
  const decision = decide(states, wantedOf(operation, plan));
  if (!decision.ok) {
    const limit = limits[decision.index];
    assertHolds(limit !== undefined, "A refusal names one of the limits.");
    return refuseByLimit(draft, operation, terms, { ...decision, by: limit });
  }
  return grant(draft, operation, terms, { ...decision, limits });
}

/** The same reserve sent twice, or another with the same id of the caller's, has the answer that the first one had. */
function firstAnswer(draft: Draft, operation: Reserve): Granted | undefined {
  const again = answerOf(draft, operation, operation.id);
  if (again !== undefined || operation.sourceId === undefined) return again;
  const named = draft.eventKey(operation.payer.customerId, operation.sourceId);
  // What was released holds nothing any more: to say "granted" of it would let a call through unheld.
  if (named === undefined || draft.hold(named)?.state === "released") return undefined;
  return answerOf(draft, operation, named);
}

function answerOf(draft: Draft, operation: Reserve, id: CallId): Granted | undefined {
  const hold = draft.hold(id);
  if (hold !== undefined) return grantedOf(hold);
  const event = draft.event(id)?.event;
  if (event === undefined) {
    refuseLeft(draft.rows, id);
    return undefined;
  }
  const { usage, cost, calls } = event.facts;
  return {
    kind: "granted",
    id,
    at: event.at,
    held: amountsOf({ usage, cost, calls }),
    expiresAt: later(event.at, operation.ttlMs),
    outputCapped: false,
  };
}

function grantedOf(hold: HoldRow): Granted {
  const { id, at, held, expiresAt, outputTokens, outputCapped } = hold;
  return {
    kind: "granted",
    id,
    at,
    held,
    expiresAt,
    ...(outputTokens === undefined ? {} : { outputTokens }),
    outputCapped,
  };
}

/** A plan may hold what is expected: more calls fit at once, and an overrun blocks the next one. */
function wantedOf(operation: Reserve, plan: PlanDefinition): Wanted {
  const { most, output, expected } = operation;
  if (plan.holds === "expected") {
    const calls = Number(most.calls);
    return { most: amountsOf({ ...expected, calls }), output: { kind: "none" } };
  }
  if (output.kind === "none" || plan.outputCapping) return { most, output };
  return { most, output: { ...output, mayCap: false } };
}

interface Grant {
  readonly amounts: Amounts;
  readonly outputTokens?: number;
  readonly outputCapped: boolean;
  readonly limits: readonly CallLimit[];
}

function grant(draft: Draft, operation: Reserve, terms: CustomerTerms, by: Grant): Granted {
  const { at, nodeId, bootId } = draft.rows;
  const place = placeOfCall(operation.payer, operation.scope, at, terms.usageAnchor);
  for (const slot of draft.slotsAt(place)) slot.held += by.amounts[slot.row.meter];
  for (const { limit, cap, slot } of by.limits) {
    const touched = limit.atCap === "deny" && by.amounts[limit.meter] > 0n;
    assertHolds(!touched || slot.used + slot.held <= cap, "A grant fits under its hard limits.");
  }
  const hold: HoldRow = {
    id: operation.id,
    ...operation.payer,
    scope: operation.scope,
    endpoint: operation.endpoint,
    streamed: operation.streamed,
    owner: operation.owner === "external" ? "external" : `${nodeId}/${bootId}`,
    state: "pending",
    at,
    periodStart: place.starts.period,
    expiresAt: later(at, operation.ttlMs),
    held: by.amounts,
    ...(by.outputTokens === undefined ? {} : { outputTokens: by.outputTokens }),
    outputCapped: by.outputCapped,
    expected: operation.expected,
  };
  draft.putHold(hold);
  if (operation.sourceId !== undefined) {
    draft.addEventKey(hold.customerId, operation.sourceId, hold.id);
  }
  return grantedOf(hold);
}

function refuseByPlan(
  draft: Draft,
  operation: Reserve,
  terms: CustomerTerms,
  code: PlanDenial["code"],
): PlanDenial {
  const { payer, scope } = operation;
  const { at } = draft.rows;
  const what = {
    subscription_expired: terms.plan.definition.slug,
    not_included: scope.provider,
    price_unknown: `${scope.provider} ${scope.model}`,
  }[code];
  draft.denials.push({ customerId: payer.customerId, at, code, scope, limitKey: what });
  return { kind: "denied", code, at, planVersionId: terms.plan.planVersionId };
}

function refuseByLimit(
  draft: Draft,
  operation: Reserve,
  terms: CustomerTerms,
  refusal: { code: LimitDenial["code"]; requested: bigint; by: CallLimit },
): LimitDenial {
  const { code, requested, by } = refusal;
  const { limit, cap, subject, slot } = by;
  const { at } = draft.rows;
  const { used, held } = slot;
  draft.denials.push({
    customerId: operation.payer.customerId,
    at,
    code,
    scope: operation.scope,
    limitKey: subject === "customer" ? limitKey(limit) : `${subject} ${limitKey(limit)}`,
    by: { limit, used, held, cap, requested },
  });
  if (code === "limit_reached") draft.refusedAt.add(slot);
  return limitDenial({ code, requested, by, room: slot, at, terms });
}

function later(at: Instant, ms: number): Instant {
  return (at + ms) as Instant;
}
