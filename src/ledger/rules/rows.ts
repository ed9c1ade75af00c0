/** What the rules read and what they change, as plain values: the same on every database. */
import type { AlertKind } from "../../core/alerts/event-types.ts";
import type { CallId, CustomerId, KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { CallScope, Limit, WindowName } from "../../core/limits/limit.ts";
import type { NanoUsd } from "../../core/money.ts";
import type { PlanVersion } from "../../core/plans/plan.ts";
import type { Amounts, Bucket, Meter, Usage } from "../../core/usage.ts";
import type { Expire, NewObject, Repair, UsageEvent } from "../ledger.ts";

/** A materialised sum: `used` of the events and corrections it covers, `held` of the pending holds. */
export interface CounterRow {
  /** A customer's id, `key:…` or `deployment`. */
  readonly subject: string;
  readonly per: WindowName;
  readonly windowStart: Instant;
  readonly windowEnd: Instant;
  readonly meter: Meter;
  /** `*` stands for all. */
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly used: bigint;
  readonly held: bigint;
}

export interface HoldRow {
  readonly id: CallId;
  readonly customerId: CustomerId;
  readonly keyId?: KeyId;
  readonly scope: CallScope;
  readonly endpoint: string;
  readonly streamed: boolean;
  /** `node/boot`, `external` (made over HTTP), or `provider` (it answers later). */
  readonly owner: string;
  readonly state: "pending" | "released";
  readonly at: Instant;
  readonly periodStart: Instant;
  readonly expiresAt: Instant;
  readonly held: Amounts;
  readonly outputTokens?: number;
  readonly outputCapped: boolean;
  readonly expected: { readonly usage: Usage; readonly cost: NanoUsd };
}

/** What was held for a call and expected of it; kept beside its event, and of no weight there. */
export type HeldFor = Pick<HoldRow, "held" | "expected">;

export type UsageDelta = Readonly<Partial<Record<Bucket, number>>>;

export interface CorrectionRow {
  readonly eventId: CallId;
  readonly customerId: CustomerId;
  readonly sourceId: string;
  readonly reason: string;
  readonly usageDelta: UsageDelta;
  readonly costDelta: bigint;
  readonly createdAt: Instant;
}

/** An event as it was written, and what was appended to it since. */
export interface EventRow {
  readonly event: UsageEvent;
  readonly corrections: readonly CorrectionRow[];
}

/** What holds for a customer at the rows' instant. */
export interface CustomerTerms {
  readonly usageAnchor: Instant;
  /** In force then, as core/subscriptions/plan-at.ts says. */
  readonly plan: PlanVersion;
  /** Non-payment: calls are refused. */
  readonly isExpired: boolean;
  /** At which percentages of a limit they wish to be told; absent: they never said. */
  readonly alertAt?: readonly number[];
}

export interface KeyTerms {
  /** Absent: a service key, which acts for many. */
  readonly customerId?: CustomerId;
  readonly limits: readonly Limit[];
}

/** A combination whose counter does not exist yet. */
export type CounterKey = Omit<CounterRow, "used" | "held">;

/** The database as it was before the batch. A database that cannot answer at once loads what is asked here first. */
export interface LedgerRows {
  /** The ledger's time of this batch. */
  readonly at: Instant;
  readonly nodeId: string;
  readonly bootId: string;
  /** Names of tags that sums are kept by (PURSER_TAGS). */
  readonly declaredTags: readonly string[];
  /** The numbers of the batch's events and alerts, the first of each at 0; asked for in order. */
  eventNumber(index: number): number;
  alertNumber(index: number): number;
  hold(id: CallId): HoldRow | undefined;
  event(id: CallId): EventRow | undefined;
  /** Was it an event once, of a month that was detached? Absent where months stay. */
  hasLeft?(id: CallId): boolean;
  /** The call that a caller's own id names. */
  eventKey(customerId: CustomerId, sourceId: string): CallId | undefined;
  customer(id: CustomerId): CustomerTerms | undefined;
  /** What a customer who is not there yet would be held to. Absent where nobody asks. */
  newcomer?(id: CustomerId): CustomerTerms | undefined;
  key(id: KeyId): KeyTerms | undefined;
  deploymentLimits(): readonly Limit[];
  /** Every counter of a subject whose window starts then. */
  counters(subject: string, windowStart: Instant): readonly CounterRow[];
  /** What a counter must start from, so that it is the sum it stands for. */
  seed(
    key: CounterKey,
    of: { customerId: CustomerId; keyId?: KeyId },
  ): Pick<CounterRow, "used" | "held">;
  /** Pending holds that `expire` must end, the oldest first, at most `operation.most`. */
  due(operation: Expire): readonly HoldRow[];
  /** Thresholds that had their alert, or were covered by a higher one. */
  marks(of: { customerId: string; counterKey: string; cap: bigint }): readonly number[];
}

/** What the roll-up rows of an hour, its day and its usage period rise by. */
export interface RollupDelta {
  readonly customerId: CustomerId;
  readonly periodStart: Instant;
  /** The UTC hour. */
  readonly hour: Instant;
  readonly scope: CallScope;
  readonly keyId: string;
  readonly outcome: "success" | "failed";
  readonly sums: Record<Meter, bigint>;
  events: number;
  latencyMs: number;
  retries: number;
}

/** What a step of a day's histogram of latencies rises by. */
export interface LatencyDelta {
  readonly customerId: CustomerId;
  readonly periodStart: Instant;
  /** The UTC day. */
  readonly day: Instant;
  readonly provider: string;
  readonly model: string;
  /** As core/latency-histogram.ts numbers them. */
  readonly bucket: number;
  events: number;
}

/** What the sums of one value of a declared tag rise by. */
export interface TagDelta {
  readonly customerId: CustomerId;
  readonly periodStart: Instant;
  /** The UTC day. */
  readonly day: Instant;
  readonly tag: string;
  readonly value: string;
  readonly provider: string;
  readonly model: string;
  calls: bigint;
  tokens: bigint;
  cost: bigint;
  /** 0: of corrections only. Such a one changes a row that is there, and makes none. */
  events: number;
}

export interface DenialRow {
  readonly customerId: CustomerId;
  readonly at: Instant;
  readonly code: string;
  readonly scope: CallScope;
  /** What refused, as stable text. */
  readonly limitKey: string;
  /** Absent where the plan or a price refused. */
  readonly by?: {
    readonly limit: Limit;
    readonly used: bigint;
    readonly held: bigint;
    readonly cap: bigint;
    readonly requested: bigint;
  };
}

export interface AlertRow {
  readonly id: number;
  /** `deployment`: for the operator. */
  readonly customerId: string;
  readonly kind: AlertKind;
  /** JSON, as core/alerts/alert-facts.ts says by kind. */
  readonly facts: string;
  readonly type: "usage_threshold" | "limit_reached" | "cost_threshold" | "system";
  readonly threshold: number;
  readonly severity: "info" | "warning" | "error";
  readonly provider: string | null;
  readonly meter: Meter | null;
  readonly title: string;
  readonly message: string;
  readonly periodStart: Instant;
  readonly createdAt: Instant;
}

export interface AlertMark {
  readonly customerId: string;
  readonly counterKey: string;
  readonly cap: bigint;
  readonly threshold: number;
  /** Null: covered by a higher one. */
  readonly alertId: number | null;
}

export interface ObjectRow {
  readonly object: NewObject;
  readonly customerId: CustomerId;
  readonly createdAt: Instant;
}

/** Work that a provider answers later. */
export interface AwaitedRow {
  readonly callId: CallId;
  readonly provider: string;
  readonly objectId: string;
  readonly customerId: CustomerId;
  readonly asked: string;
  readonly createdAt: Instant;
  readonly askAt: Instant;
}

/** A counter in the course of a batch. */
export interface Slot {
  readonly row: CounterRow;
  /** It was made in this batch. */
  readonly fresh: boolean;
  used: bigint;
  held: bigint;
}

/** Noted in the audit log; one of a roll-up is posted to its row too, one of a counter is among the counters. */
export interface RepairRow extends Omit<Repair, "kind"> {
  readonly at: Instant;
}

/** A caller's own id, and the call that it names. */
export interface EventKey {
  readonly customerId: CustomerId;
  readonly sourceId: string;
  readonly id: CallId;
  /** What it named before: a hold that was released. Written over only if it still does. */
  readonly replaces?: CallId;
}

/** What a batch changes; written in the transaction that read the rows. */
export interface Changes {
  readonly counters: readonly Slot[];
  /** Written over what is there; null: deleted. */
  readonly holds: ReadonlyMap<CallId, HoldRow | null>;
  /** Released holds whose deadline is before this are forgotten. */
  readonly forgetReleasedBefore: Instant | null;
  readonly events: readonly UsageEvent[];
  /** Of those events that were held for. */
  readonly heldFor: ReadonlyMap<CallId, HeldFor>;
  readonly eventKeys: readonly EventKey[];
  readonly corrections: readonly CorrectionRow[];
  readonly rollups: readonly RollupDelta[];
  readonly latencies: readonly LatencyDelta[];
  readonly tagSums: readonly TagDelta[];
  readonly denials: readonly DenialRow[];
  readonly objects: readonly ObjectRow[];
  readonly awaited: readonly AwaitedRow[];
  /** Each goes into the outbox too. */
  readonly alerts: readonly AlertRow[];
  readonly marks: readonly AlertMark[];
  readonly repairs: readonly RepairRow[];
}
