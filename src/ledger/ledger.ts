/** The ledger's door: what can be asked of it and what it answers; it says nothing of a database. */
import type { CallId, CustomerId, KeyId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { CallScope, Limit } from "../core/limits/limit.ts";
import type { OutputHold } from "../core/limits/output-hold.ts";
import type { NanoUsd } from "../core/money.ts";
import type { Amounts, Usage } from "../core/usage.ts";
import type { DerivedSum } from "./derived-sum.ts";
import type { Look, Looked, Raise, RaisedAnswer } from "./look-and-raise.ts";
import type { Preflight, Preflighted } from "./preflight.ts";

export type { Look, Looked, Raise, RaisedAnswer } from "./look-and-raise.ts";

/** Whose allowance a call counts against. Every call also counts for the deployment. */
export interface Payer {
  readonly customerId: CustomerId;
  /** The key the call was made with: it may have a budget of its own, and roll-ups are kept by it. */
  readonly keyId?: KeyId;
}

export interface Reserve {
  readonly kind: "reserve";
  readonly id: CallId;
  readonly payer: Payer;
  readonly scope: CallScope;
  /** The most the call can use without its output tokens. */
  readonly most: Amounts;
  readonly output: OutputHold;
  /** What it will probably use, output included: the event's numbers if the call's end is never heard of. */
  readonly expected: { readonly usage: Usage; readonly cost: NanoUsd };
  /** false: no price is known for the call. Refused with `price_unknown` where a hard limit on cost covers it. */
  readonly priced: boolean;
  /** Kept so that an event can be written for a hold whose maker died. */
  readonly endpoint: string;
  readonly streamed: boolean;
  /** The hold ends this long after it was granted. */
  readonly ttlMs: number;
  /** `external`: made over HTTP, outlives the node. */
  readonly owner: "node" | "external";
  /** The caller's own id of an external hold: a second reserve with it returns the first answer. */
  readonly sourceId?: string;
}

export interface Granted {
  readonly kind: "granted";
  readonly id: CallId;
  /** The instant of the call: windows, prices, roll-ups and billing period follow it. */
  readonly at: Instant;
  readonly held: Amounts;
  readonly expiresAt: Instant;
  /** Output tokens (all choices together) that the request must be held to; absent: send nothing. */
  readonly outputTokens?: number;
  /** The grant is smaller than what the request named. */
  readonly outputCapped: boolean;
}

/** An expected refusal. Amounts are in the limit's meter (`cost`: nano-dollars). */
export interface LimitDenial {
  readonly kind: "denied";
  /** `limit_reached`: used up. `limit_held`: it would fit if calls in flight ended. */
  readonly code: "limit_reached" | "limit_held";
  readonly limit: Limit;
  readonly subject: "customer" | "key" | "deployment";
  readonly used: bigint;
  readonly held: bigint;
  readonly cap: bigint;
  readonly requested: bigint;
  readonly at: Instant;
  readonly resetsAt: Instant;
  /** The plan version in force, so that the answer can name an upgrade. */
  readonly planVersionId: number;
}

/** The plan is not paid for, does not have the provider, or a price is needed and not known. */
export interface PlanDenial {
  readonly kind: "denied";
  readonly code: "subscription_expired" | "not_included" | "price_unknown";
  readonly at: Instant;
  readonly planVersionId: number;
}

export type ReserveAnswer = Granted | LimitDenial | PlanDenial;

/** The facts of a usage event. Immutable once written; later truth is appended as corrections. */
export interface EventFacts {
  readonly usage: Usage;
  readonly cost: NanoUsd;
  /** JSON of the charge's lines, as shown in the API; see `core/pricing/price.ts`. */
  readonly lines: string;
  readonly statedCost?: NanoUsd;
  /** 0: the provider refused before working. */
  readonly calls: 0 | 1;
  readonly model: string;
  readonly statusCode: number;
  readonly latencyMs: number;
  readonly firstTokenMs?: number;
  readonly retryCount: number;
  readonly estimated: boolean;
  readonly unpriced: boolean;
  /** Words for the log: kept apart from the event, can be deleted. */
  readonly errorMessage?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export type EventSource = "gateway" | "library" | "reservation" | "event" | "import";

/** Something that a call made at its provider, which only its customer may name from then on. */
export interface NewObject {
  readonly provider: string;
  readonly objectId: string;
  readonly kind: string;
  /** How many input tokens it makes of a request that names it. */
  readonly tokens?: number;
}

export interface Settle {
  readonly kind: "settle";
  readonly id: CallId;
  readonly source: EventSource;
  readonly facts: EventFacts;
  /** What the call made, written in the same transaction. */
  readonly objects?: readonly NewObject[];
  /** Over HTTP: only a hold made over HTTP, of this customer, may be ended. */
  readonly onlyExternal: boolean;
}

export interface Settled {
  readonly kind: "settled";
  /** true: it had been settled before; this is the first answer and nothing changed. */
  readonly again: boolean;
  readonly event: UsageEvent;
}

/** The provider has begun work that it answers later: the hold waits for that, whatever becomes of this node. */
export interface Defer {
  readonly kind: "defer";
  readonly id: CallId;
  /** The hold ends this long after now. */
  readonly ttlMs: number;
  /** What the work is asked for by. */
  readonly object: NewObject;
  /** JSON of what its answer will be read and priced with. */
  readonly asked: string;
  readonly askAfterMs: number;
}

export interface Deferred {
  readonly kind: "deferred";
}

export interface Release {
  readonly kind: "release";
  readonly id: CallId;
  readonly reason: string;
  readonly onlyExternal: boolean;
}

export interface Released {
  readonly kind: "released";
  readonly again: boolean;
}

/** Something told after the fact: never refused for a limit; each source id counts once. */
export interface RecordEvent {
  readonly kind: "record";
  readonly id: CallId;
  readonly payer: Payer;
  readonly sourceId?: string;
  readonly scope: CallScope;
  readonly endpoint: string;
  readonly source: EventSource;
  readonly streamed: boolean;
  /** When it happened; left out: now, by the ledger's clock. */
  readonly timestamp?: Instant;
  readonly facts: EventFacts;
}

export interface Recorded {
  readonly kind: "recorded";
  /** true: that source id was counted before; nothing changed. */
  readonly duplicate: boolean;
  readonly event: UsageEvent;
}

/** A later truth about an event: posted to the event's own windows. Deltas may be negative. */
export interface Correct {
  readonly kind: "correct";
  readonly eventId: CallId;
  readonly reason: string;
  /** The same correction sent twice counts once. */
  readonly sourceId: string;
  readonly usageDelta: Readonly<Partial<Record<keyof Usage, number>>>;
  readonly costDelta: bigint;
}

export interface Corrected {
  readonly kind: "corrected";
  readonly again: boolean;
}

/** There is no such hold or event, or it is not the caller's to end. */
export interface Unknown {
  readonly kind: "unknown";
}

/** It has ended the other way: a release after a settle. */
export interface Conflict {
  readonly kind: "conflict";
  readonly message: string;
}

/** The sweeper: ends every hold that is due, into events at expected usage marked `unconfirmed`. */
export interface Expire {
  readonly kind: "expire";
  /** Holds of this node's earlier boots end now, whatever their deadline. */
  readonly deadBoots: boolean;
  /** At most this many; the answer says how many ended. */
  readonly most: number;
}

export interface Expired {
  readonly kind: "expired";
  readonly count: number;
}

/** What an audit found: posts what a derived number lacks, and notes it in the audit log. */
export interface Repair {
  readonly kind: "repair";
  readonly of: DerivedSum;
  /** Of one moment; the difference is what counts, since calls go on. */
  readonly found: bigint;
  readonly expected: bigint;
  /** Who asked for it, as in the audit log. */
  readonly actor: string;
}

export interface Repaired {
  readonly kind: "repaired";
}

export interface UsageEvent {
  readonly id: CallId;
  /** Positive integer, rising in the order of writing. */
  readonly seq: number;
  readonly customerId: CustomerId;
  readonly keyId?: KeyId;
  readonly at: Instant;
  readonly periodStart: Instant;
  readonly scope: CallScope;
  readonly endpoint: string;
  readonly source: EventSource;
  readonly streamed: boolean;
  readonly unconfirmed: boolean;
  /** What was used beyond the hold, in tokens and nano-dollars, was recorded all the same. */
  readonly overrun: boolean;
  readonly facts: EventFacts;
}

export type Operation =
  | Reserve
  | Settle
  | Defer
  | Release
  | RecordEvent
  | Correct
  | Expire
  | Repair
  | Preflight
  | Look
  | Raise;

/**
 * Every method resolves once its change is durable. A refusal is a value. A rejection means that the ledger is away
 * or overloaded: the caller must deny (`enforcement_unavailable`), never assume.
 */
export interface Ledger {
  reserve(operation: Reserve): Promise<ReserveAnswer>;
  settle(operation: Settle): Promise<Settled | Unknown | Conflict>;
  defer(operation: Defer): Promise<Deferred | Unknown>;
  release(operation: Release): Promise<Released | Unknown | Conflict>;
  record(operation: RecordEvent): Promise<Recorded>;
  correct(operation: Correct): Promise<Corrected | Unknown>;
  expire(operation: Expire): Promise<Expired>;
  /** `conflict`: it would leave less than nothing. `unknown`: there is no such counter. */
  repair(operation: Repair): Promise<Repaired | Unknown | Conflict>;
  preflight(operation: Preflight): Promise<Preflighted>;
  look(operation: Look): Promise<Looked>;
  raise(operation: Raise): Promise<RaisedAnswer>;
}
