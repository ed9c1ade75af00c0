/** The simulated database's tables: what the rules read of them, and how a batch's changes are written. */
import type { CallId, CustomerId, KeyId } from "../../src/core/ids.ts";
import { DAY_MS, type Instant } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import type { Expire } from "../../src/ledger/ledger.ts";
import type {
  AwaitedRow,
  Changes,
  CounterKey,
  CounterRow,
  CustomerTerms,
  EventRow,
  HoldRow,
  KeyTerms,
  LedgerRows,
  ObjectRow,
  RollupDelta,
} from "../../src/ledger/rules/rows.ts";
import type { World } from "./world.ts";

/** A node's boot is taken for dead this long after its last heartbeat. */
const DEAD_AFTER_MS = 30_000;

export class StoredRows implements LedgerRows {
  at: Instant;
  nodeId = "";
  bootId = "";
  readonly declaredTags: readonly string[] = [];
  readonly world: World;
  readonly windows = new Map<string, readonly CounterRow[]>();
  readonly holds = new Map<CallId, HoldRow>();
  readonly events = new Map<CallId, EventRow>();
  readonly eventKeys = new Map<string, CallId>();
  readonly rollups = new Map<string, RollupDelta>();
  readonly objects = new Map<string, ObjectRow>();
  readonly awaited = new Map<CallId, AwaitedRow>();
  /** By `node/boot`, in ledger time. */
  readonly heartbeats = new Map<string, Instant>();
  readonly #marks = new Map<string, number[]>();
  #alerts = 0;

  constructor(world: World) {
    this.world = world;
    this.at = world.beginsAt;
  }

  eventNumber = (index: number): number => this.events.size + 1 + index;
  alertNumber = (index: number): number => this.#alerts + 1 + index;
  hold = (id: CallId): HoldRow | undefined => this.holds.get(id);
  event = (id: CallId): EventRow | undefined => this.events.get(id);
  eventKey = (customerId: CustomerId, sourceId: string): CallId | undefined =>
    this.eventKeys.get(`${customerId} ${sourceId}`);
  customer = (id: CustomerId): CustomerTerms | undefined => this.world.terms.get(id);
  key = (id: KeyId): KeyTerms | undefined => this.world.keys.get(id);
  deploymentLimits = (): readonly Limit[] => this.world.deploymentLimits;
  marks = (of: { customerId: string; counterKey: string; cap: bigint }): readonly number[] =>
    this.#marks.get(markKey(of)) ?? [];

  counters(subject: string, windowStart: Instant): readonly CounterRow[] {
    return this.windows.get(`${subject} ${windowStart}`) ?? [];
  }

  /** As src/ledger/sqlite/seed.ts: from hour or day roll-ups and pending holds; a minute starts at nothing used. */
  seed(
    key: CounterKey,
    _payer: { customerId: CustomerId; keyId?: KeyId },
  ): { used: bigint; held: bigint } {
    let used = 0n;
    for (const row of key.per === "minute" ? [] : this.rollups.values()) {
      const day = (row.hour - (row.hour % DAY_MS)) as Instant;
      const at = key.per === "hour" ? row.hour : day;
      if (isCounted(key, { ...row, at })) used += row.sums[key.meter];
    }
    let held = 0n;
    for (const hold of this.holds.values()) {
      if (hold.state === "pending" && isCounted(key, { ...hold, keyId: hold.keyId ?? "" }))
        held += hold.held[key.meter];
    }
    return { used, held };
  }

  due(operation: Expire): readonly HoldRow[] {
    return [...this.holds.values()]
      .filter((hold) => hold.state === "pending" && this.#isDue(hold, operation))
      .sort((one, other) => one.expiresAt - other.expiresAt)
      .slice(0, operation.most);
  }

  #isDue(hold: HoldRow, { deadBoots }: Expire): boolean {
    if (hold.expiresAt <= this.at) return true;
    const { owner } = hold;
    if (owner === "external" || owner === "provider") return false;
    if (owner === `${this.nodeId}/${this.bootId}`) return false;
    if (deadBoots && owner.startsWith(`${this.nodeId}/`)) return true;
    const heardAt = this.heartbeats.get(owner);
    return heardAt === undefined || this.at - heardAt >= DEAD_AFTER_MS;
  }

  /** All of it or, where a key would be there twice, nothing. */
  apply(changes: Changes): void {
    this.#refuseDoubles(changes);
    for (const { row, used, held } of changes.counters) this.#putCounter({ ...row, used, held });
    this.#putHolds(changes.holds);
    for (const event of changes.events) this.events.set(event.id, { event, corrections: [] });
    for (const { customerId, sourceId, id } of changes.eventKeys)
      this.eventKeys.set(`${customerId} ${sourceId}`, id);
    for (const row of changes.corrections) {
      const known = this.events.get(row.eventId);
      if (known === undefined) throw new Error("foreign key: a correction of no event");
      this.events.set(row.eventId, { ...known, corrections: [...known.corrections, row] });
    }
    for (const delta of changes.rollups) this.#addRollup(delta);
    this.#noteObjects(changes);
    for (const mark of changes.marks)
      this.#marks.set(markKey(mark), [...this.marks(mark), mark.threshold]);
    this.#alerts += changes.alerts.length;
    if (changes.forgetReleasedBefore !== null) this.#forgetReleased(changes.forgetReleasedBefore);
  }

  #putHolds(holds: Changes["holds"]): void {
    for (const [id, hold] of holds) {
      if (hold === null) this.holds.delete(id);
      else this.holds.set(id, hold);
    }
  }

  /** Already known ones stay as they were. */
  #noteObjects({ objects, awaited }: Changes): void {
    for (const row of objects) {
      const key = `${row.object.provider} ${row.object.objectId}`;
      this.objects.set(key, this.objects.get(key) ?? row);
    }
    for (const row of awaited) this.awaited.set(row.callId, this.awaited.get(row.callId) ?? row);
  }

  #refuseDoubles(changes: Changes): void {
    const added = new Set<string>();
    const refuse = (isKnown: boolean, key: string): void => {
      if (isKnown || added.has(key)) throw new Error(`unique: ${key}`);
      added.add(key);
    };
    for (const { id } of changes.events) refuse(this.events.has(id), `events ${id}`);
    for (const { customerId, sourceId, replaces } of changes.eventKeys) {
      const key = `${customerId} ${sourceId}`;
      const named = this.eventKeys.get(key);
      refuse(named !== undefined && named !== replaces, `event_keys ${key}`);
    }
    for (const mark of changes.marks) {
      const isKnown = this.marks(mark).includes(mark.threshold);
      refuse(isKnown, `alert_marks ${markKey(mark)} ${mark.threshold}`);
    }
    for (const { used, held } of changes.counters) {
      if (used < 0n || held < 0n) throw new Error("check: a counter is below nothing");
    }
  }

  #putCounter(row: CounterRow): void {
    const key = `${row.subject} ${row.windowStart}`;
    const others = (this.windows.get(key) ?? []).filter((kept) => nameOf(kept) !== nameOf(row));
    this.windows.set(key, [...others, row]);
  }

  #addRollup(delta: RollupDelta): void {
    const { customerId, periodStart, hour, scope, keyId, outcome } = delta;
    const { provider, model, operation } = scope;
    const key = [customerId, periodStart, hour, provider, model, operation, keyId, outcome].join(
      " ",
    );
    const known = this.rollups.get(key);
    if (known === undefined) {
      this.rollups.set(key, { ...delta, sums: { ...delta.sums } });
      return;
    }
    for (const meter of Object.keys(delta.sums) as (keyof typeof delta.sums)[])
      known.sums[meter] += delta.sums[meter];
    known.events += delta.events;
  }

  #forgetReleased(before: Instant): void {
    for (const [id, { state, expiresAt }] of this.holds)
      if (state === "released" && expiresAt < before) this.holds.delete(id);
  }
}

/** The name of a counter within its subject and window. */
function nameOf(row: Omit<CounterKey, "windowEnd">): string {
  const { subject, meter, provider, model, operation, per, windowStart } = row;
  return `${subject} ${meter} ${provider} ${model} ${operation} ${per} ${windowStart}`;
}

function markKey(of: { customerId: string; counterKey: string; cap: bigint }): string {
  return `${of.customerId} ${of.counterKey} ${of.cap}`;
}

function isCounted(
  key: CounterKey,
  row: Pick<RollupDelta, "customerId" | "keyId" | "scope" | "periodStart"> & { at: Instant },
): boolean {
  const isWhose =
    key.subject === "deployment" ||
    key.subject === row.customerId ||
    key.subject === `key:${row.keyId}`;
  const byPeriod = key.per === "period" && key.subject !== "deployment";
  const isThen = byPeriod
    ? row.periodStart === key.windowStart
    : key.windowStart <= row.at && row.at < key.windowEnd;
  return (
    isWhose &&
    isThen &&
    (key.provider === "*" || key.provider === row.scope.provider) &&
    (key.model === "*" || key.model === row.scope.model) &&
    (key.operation === "*" || key.operation === row.scope.operation)
  );
}
