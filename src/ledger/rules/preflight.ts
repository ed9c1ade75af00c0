/** Says whether calls would be let through, judged together by the rules that reserve them; holds nothing. */
import { decide } from "../../core/limits/decide.ts";
import { WINDOWS } from "../../core/limits/limit.ts";
import type { Payer } from "../ledger.ts";
import type {
  LimitRoom,
  Preflight,
  PreflightCall,
  Preflighted,
  PreflightVerdict,
} from "../preflight.ts";
import { assertHolds } from "./assert-holds.ts";
import type { Draft } from "./draft.ts";
import { type CallLimit, limitsOfCall } from "./limits-of-call.ts";
import { termsOrNewcomers } from "./places.ts";
import { limitDenial, planRefusal } from "./refusals.ts";
import type { CounterKey, CustomerTerms, Slot } from "./rows.ts";
import { counterWords } from "./which-counter.ts";

/** What calls that were let through before would use, by the counters that they count in. */
type Taken = Map<string, bigint>;

export function preflight(draft: Draft, operation: Preflight): Preflighted {
  const { terms, limits } = limitsOfPreflight(draft, operation);
  const taken: Taken = new Map();
  const verdicts = operation.calls.map((call, index) => {
    const mine = limits[index];
    assertHolds(mine !== undefined, "Each call has its limits.");
    const verdict = judge(draft, call, { terms, limits: mine, taken });
    if (verdict.kind === "fits") take(mine, call, taken);
    return verdict;
  });
  const [first] = limits;
  return { kind: "preflighted", verdicts, allCalls: allCallsOf(first ?? []) };
}

/** The limits of each call. Counters of somebody who is not there are not begun: nothing can have been counted. */
export function limitsOfPreflight(
  draft: Draft,
  { payer, calls }: Preflight,
): { readonly terms: CustomerTerms; readonly limits: readonly CallLimit[][] } {
  const { terms, isThere } = termsOrNewcomers(draft.rows, payer);
  const slotOf = isThere ? undefined : newcomersSlots(draft, payer);
  const limits = calls.map(({ scope }) => limitsOfCall(draft, { payer, scope, terms }, slotOf));
  return { terms, limits };
}

function newcomersSlots(draft: Draft, payer: Payer): (key: CounterKey) => Slot {
  const nothing = { used: 0n, held: 0n };
  return (key) =>
    key.subject === payer.customerId
      ? { row: { ...key, ...nothing }, fresh: true, ...nothing }
      : draft.slotOf(key, payer);
}

function judge(
  draft: Draft,
  call: PreflightCall,
  of: { terms: CustomerTerms; limits: readonly CallLimit[]; taken: Taken },
): PreflightVerdict {
  const { terms, limits, taken } = of;
  const { at } = draft.rows;
  const code = planRefusal(call, terms, limits);
  if (code !== null) {
    return { kind: "denied", code, at, planVersionId: terms.plan.planVersionId };
  }
  const rooms = limits.map((limit) => roomOf(limit, taken));
  const decision = decide(rooms, { most: call.most, output: { kind: "none" } });
  if (decision.ok) return { kind: "fits", nearest: nearestOf(rooms, call) };
  const [by, room] = [limits[decision.index], rooms[decision.index]];
  assertHolds(by !== undefined && room !== undefined, "A refusal names one of the limits.");
  return limitDenial({ ...decision, by, room, at, terms });
}

function roomOf({ limit, cap, subject, slot }: CallLimit, taken: Taken): LimitRoom {
  const before = taken.get(counterWords(slot.row)) ?? 0n;
  return { limit, subject, used: slot.used + before, held: slot.held, cap };
}

/** Several limits may look at one counter, which rises once. */
function take(limits: readonly CallLimit[], { most }: PreflightCall, taken: Taken): void {
  const counters = new Map(limits.map(({ slot }) => [counterWords(slot.row), slot.row.meter]));
  for (const [words, meter] of counters) {
    taken.set(words, (taken.get(words) ?? 0n) + most[meter]);
  }
}

function nearestOf(rooms: readonly LimitRoom[], { most }: PreflightCall): LimitRoom | null {
  let nearest: LimitRoom | null = null;
  for (const room of rooms) {
    if (room.limit.atCap !== "deny" || most[room.limit.meter] === 0n) continue;
    if (nearest === null || isNearer(room, nearest)) nearest = room;
  }
  return nearest;
}

/** Compares (used + held) / cap without dividing. */
function isNearer(one: LimitRoom, other: LimitRoom): boolean {
  if (one.cap === 0n || other.cap === 0n) return one.cap === 0n && other.cap !== 0n;
  return (one.used + one.held) * other.cap > (other.used + other.held) * one.cap;
}

/** Of the customer's own and the key's; what all customers do together is nobody's usage. */
function allCallsOf(limits: readonly CallLimit[]): LimitRoom | null {
  const found = limits.filter(
    ({ limit: { meter, provider, model, operation }, subject }) =>
      meter === "calls" &&
      provider === undefined &&
      model === undefined &&
      operation === undefined &&
      subject !== "deployment",
  );
  const longest = WINDOWS.flatMap((per) => found.filter(({ limit }) => limit.per === per))[0];
  return longest === undefined ? null : roomOf(longest, new Map());
}
