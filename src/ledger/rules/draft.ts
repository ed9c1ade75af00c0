/** The rows as a batch has changed them so far: later operations of the batch see what earlier ones did. */
import type { CallId, CustomerId, KeyId } from "../../core/ids.ts";
import { HOUR_MS, type Instant } from "../../core/instant.ts";
import { type CallScope, WINDOWS, type WindowName } from "../../core/limits/limit.ts";
import { windowAt } from "../../core/periods/window.ts";
import { type Amounts, METERS, NO_AMOUNTS } from "../../core/usage.ts";
import type { UsageEvent } from "../ledger.ts";
import { LatencyCounts } from "./latency-counts.ts";
import { Raised } from "./raised.ts";
import type {
  AwaitedRow,
  Changes,
  CorrectionRow,
  CounterKey,
  CounterRow,
  DenialRow,
  EventKey,
  EventRow,
  HeldFor,
  HoldRow,
  LedgerRows,
  ObjectRow,
  RepairRow,
  RollupDelta,
  Slot,
} from "./rows.ts";
import { DEPLOYMENT, keySubject } from "./subjects.ts";
import { TagSums } from "./tag-sums.ts";
import { counts, isSameCounter } from "./which-counter.ts";

/** Which counters and roll-ups a call counts in: whose it is, what it is, and the windows of its instant. */
export interface Place {
  readonly customerId: CustomerId;
  readonly keyId?: KeyId;
  readonly scope: CallScope;
  readonly at: Instant;
  /** Where the windows of `at` start. The deployment's own `period` is the calendar month. */
  readonly starts: Readonly<Record<WindowName, Instant>>;
}

const NO_SLOTS: readonly Slot[] = [];

export class Draft {
  readonly rows: LedgerRows;
  forgetReleasedBefore: Instant | null = null;
  /** Counters whose limit refused for good: their alert at 100 % comes early. */
  readonly refusedAt = new Set<Slot>();
  /** Counters whose thresholds are looked at though the batch may not change them. */
  readonly lookedAt = new Set<Slot>();
  readonly denials: DenialRow[] = [];
  readonly objects: ObjectRow[] = [];
  readonly awaited: AwaitedRow[] = [];
  readonly repairs: RepairRow[] = [];
  readonly latencies = new LatencyCounts();
  readonly tagSums: TagSums;
  readonly raised: Raised;
  private readonly eventKeys = new Map<string, EventKey>();
  private readonly buckets = new Map<string, readonly Slot[]>();
  private readonly holds = new Map<CallId, HoldRow | null>();
  private readonly events = new Map<CallId, EventRow>();
  private readonly newEvents: UsageEvent[] = [];
  private readonly heldFor = new Map<CallId, HeldFor>();
  private readonly corrections: CorrectionRow[] = [];
  private readonly rollups = new Map<string, RollupDelta>();

  constructor(rows: LedgerRows) {
    this.rows = rows;
    this.tagSums = new TagSums(rows.declaredTags);
    this.raised = new Raised(rows);
  }

  hold(id: CallId): HoldRow | undefined {
    const changed = this.holds.get(id);
    return changed === undefined ? this.rows.hold(id) : (changed ?? undefined);
  }

  putHold(hold: HoldRow): void {
    this.holds.set(hold.id, hold);
  }

  deleteHold(id: CallId): void {
    this.holds.set(id, null);
  }

  event(id: CallId): EventRow | undefined {
    return this.events.get(id) ?? this.rows.event(id);
  }

  /** Appends an event, numbering it. */
  addEvent(unnumbered: Omit<UsageEvent, "seq">, heldFor?: HeldFor): UsageEvent {
    const event = { ...unnumbered, seq: this.rows.eventNumber(this.newEvents.length) };
    this.newEvents.push(event);
    if (heldFor !== undefined) this.heldFor.set(event.id, heldFor);
    this.events.set(event.id, { event, corrections: [] });
    return event;
  }

  addCorrection(row: EventRow, correction: CorrectionRow): EventRow {
    const corrected = { event: row.event, corrections: [...row.corrections, correction] };
    this.corrections.push(correction);
    this.events.set(row.event.id, corrected);
    return corrected;
  }

  eventKey(customerId: CustomerId, sourceId: string): CallId | undefined {
    const added = this.eventKeys.get(`${customerId} ${sourceId}`);
    return added?.id ?? this.rows.eventKey(customerId, sourceId);
  }

  /** What it named before is a released hold, and is named no more. */
  addEventKey(customerId: CustomerId, sourceId: string, id: CallId): void {
    const replaces = this.rows.eventKey(customerId, sourceId);
    this.eventKeys.set(`${customerId} ${sourceId}`, {
      customerId,
      sourceId,
      id,
      ...(replaces === undefined ? {} : { replaces }),
    });
  }

  /** Every existing counter that counts a call of that place. */
  slotsAt(place: Place): Slot[] {
    const slots: Slot[] = [];
    this.collect(slots, place.customerId, place, place.starts.period);
    if (place.keyId !== undefined) {
      this.collect(slots, keySubject(place.keyId), place, place.starts.period);
    }
    this.collect(slots, DEPLOYMENT, place, place.starts.month);
    return slots;
  }

  /** Nodes that use a counter together may each see less than there is; so the sweeper looks, too. */
  lookAtDeployment(): void {
    const { at } = this.rows;
    const short = this.rows.deploymentLimits().filter(({ alertAt }) => alertAt !== undefined);
    const windows = new Set<WindowName>(["month", "day", ...short.map(({ per }) => per)]);
    windows.delete("period");
    for (const per of windows) {
      for (const slot of this.bucket(DEPLOYMENT, windowAt(per, at, at).start)) {
        this.lookedAt.add(slot);
      }
    }
  }

  /** The counter of exactly this combination, if there is one. */
  slotIfThere(key: CounterKey): Slot | undefined {
    return this.bucket(key.subject, key.windowStart).find(({ row }) => isSameCounter(row, key));
  }

  /** The counter of exactly this combination, made from its sums if nobody has asked for it before. */
  slotOf(key: CounterKey, of: { customerId: CustomerId; keyId?: KeyId }): Slot {
    const known = this.slotIfThere(key);
    if (known !== undefined) return known;
    const bucket = this.bucket(key.subject, key.windowStart);
    const row: CounterRow = { ...key, ...this.rows.seed(key, of) };
    const slot = { row, fresh: true, used: row.used, held: row.held };
    this.buckets.set(`${key.subject} ${key.windowStart}`, [...bucket, slot]);
    return slot;
  }

  /** The roll-up row that a call of that place and outcome adds to. */
  rollupAt(place: Place, outcome: "success" | "failed"): RollupDelta {
    const { customerId, scope, starts, keyId = "" } = place;
    const key = [
      customerId,
      starts.period,
      starts.hour,
      scope.provider,
      scope.model,
      scope.operation,
      keyId,
      outcome,
    ].join(" ");
    const known = this.rollups.get(key);
    if (known !== undefined) return known;
    const made: RollupDelta = {
      customerId,
      periodStart: starts.period,
      hour: hourOf(place.at),
      scope,
      keyId,
      outcome,
      sums: { ...NO_AMOUNTS },
      events: 0,
      latencyMs: 0,
      retries: 0,
    };
    this.rollups.set(key, made);
    return made;
  }

  /** Counters that differ from what they were, and those that are new. */
  private changedCounters(): Slot[] {
    const changed: Slot[] = [];
    for (const bucket of this.buckets.values()) {
      for (const slot of bucket) if (slot.fresh || isChanged(slot)) changed.push(slot);
    }
    return changed;
  }

  /** `raised` grows until the last threshold was looked at. */
  changes(): Changes {
    return {
      counters: this.changedCounters(),
      holds: this.holds,
      forgetReleasedBefore: this.forgetReleasedBefore,
      events: this.newEvents,
      heldFor: this.heldFor,
      eventKeys: [...this.eventKeys.values()],
      corrections: this.corrections,
      rollups: [...this.rollups.values()],
      latencies: this.latencies.rows(),
      tagSums: this.tagSums.rows(),
      denials: this.denials,
      objects: this.objects,
      awaited: this.awaited,
      repairs: this.repairs,
      alerts: this.raised.alerts,
      marks: this.raised.marks,
    };
  }

  private collect(into: Slot[], subject: string, place: Place, periodStart: Instant): void {
    for (const per of WINDOWS) {
      const start = per === "period" ? periodStart : place.starts[per];
      for (const slot of this.bucket(subject, start)) {
        if (slot.row.per === per && counts(slot.row, place.scope)) into.push(slot);
      }
    }
  }

  private bucket(subject: string, windowStart: Instant): readonly Slot[] {
    const key = `${subject} ${windowStart}`;
    const known = this.buckets.get(key);
    if (known !== undefined) return known;
    const rows = this.rows.counters(subject, windowStart);
    const bucket =
      rows.length === 0
        ? NO_SLOTS
        : rows.map((row) => ({ row, fresh: false, used: row.used, held: row.held }));
    this.buckets.set(key, bucket);
    return bucket;
  }
}

function isChanged(slot: Slot): boolean {
  return slot.used !== slot.row.used || slot.held !== slot.row.held;
}

/** Adds `amounts` (of any sign) to `sums`. */
export function addTo(sums: RollupDelta["sums"], amounts: Amounts): void {
  for (const meter of METERS) if (amounts[meter] !== 0n) sums[meter] += amounts[meter];
}

function hourOf(at: Instant): Instant {
  return (at - (at % HOUR_MS)) as Instant;
}
