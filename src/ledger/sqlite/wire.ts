/** Operations and answers as compact JSON: copying objects between threads costs several times as much. */
import type { CallId, CustomerId, KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { Limit } from "../../core/limits/limit.ts";
import type { OutputHold } from "../../core/limits/output-hold.ts";
import { nanoUsd, nanoUsdPerMillion } from "../../core/money.ts";
import { type Amounts, METERS, type Usage } from "../../core/usage.ts";
import type { FaultWords } from "../../store/sqlite/messages.ts";
import type { EventFacts, Operation, UsageEvent } from "../ledger.ts";
import type { Answer } from "../rules.ts";

/** A whole number: as a JSON number where that is exact, else as text. */
type Whole = number | string;
type Flag = 0 | 1;

export interface BatchMessage {
  readonly at: Instant;
  readonly operations: readonly WireOperation[];
}

/** One result for each operation, in order; and, where asked for, the counters that each commit left. */
export interface BatchResult {
  readonly results: readonly WireResult[];
  readonly committed?: readonly WireCounter[];
}

export type WireResult = { readonly ok: WireAnswer } | { readonly fault: FaultWords };

export interface WireCounter {
  readonly subject: string;
  readonly per: string;
  readonly windowStart: number;
  readonly meter: string;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly used: string;
  readonly held: string;
}

/** Operations travel as they are, but for what JSON cannot say. */
export type WireOperation = readonly [operation: Operation, wholes: readonly Whole[]];
export type WireAnswer = readonly [answer: object, wholes: readonly Whole[]];

void 0 as unknown as [CallId, CustomerId, KeyId, Limit, OutputHold, Amounts, Usage, EventFacts, UsageEvent, Answer, Flag];
void [METERS, nanoUsd, nanoUsdPerMillion];
