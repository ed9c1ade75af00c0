/** What can be asked of the ledger before calls are made, and what it answers: it holds nothing. */
import type { CallScope, Limit } from "../core/limits/limit.ts";
import type { Amounts } from "../core/usage.ts";
import type { LimitDenial, Payer, PlanDenial } from "./ledger.ts";

/** A call that may be made: what it would use at most, output included. */
export interface PreflightCall {
  readonly scope: CallScope;
  readonly most: Amounts;
  /** As in `Reserve`. */
  readonly priced: boolean;
}

/** Would these calls be let through, one after the other? Holds nothing. A customer who is not there yet is a new one. */
export interface Preflight {
  readonly kind: "preflight";
  readonly payer: Payer;
  readonly calls: readonly PreflightCall[];
}

/** A limit and what its counter says, in its meter. */
export interface LimitRoom {
  readonly limit: Limit;
  readonly subject: LimitDenial["subject"];
  readonly used: bigint;
  readonly held: bigint;
  readonly cap: bigint;
}

/** `nearest`: the hard limit nearest its cap of those that the call adds to; null: nothing limits it. */
export type PreflightVerdict =
  | { readonly kind: "fits"; readonly nearest: LimitRoom | null }
  | LimitDenial
  | PlanDenial;

export interface Preflighted {
  readonly kind: "preflighted";
  /** One for each call. What the calls before it would use counts as used; one that is refused uses nothing. */
  readonly verdicts: readonly PreflightVerdict[];
  /** The limit on calls of all kinds together as it stands before them, of the longest window; null: there is none. */
  readonly allCalls: LimitRoom | null;
}
