/** The ledger's rows in SQLite, read when the rules ask for them; this thread alone writes them, so it may keep them. */
import type { CallId, CustomerId, KeyId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { Limit } from "../../core/limits/limit.ts";
import type { Connection } from "../../store/sqlite/connection.ts";
import type { Expire } from "../ledger.ts";
import { correctionFrom, counterFrom, eventFrom, holdFrom, text, whole } from "../read-rows.ts";
import type {
  Changes,
  CounterKey,
  CounterRow,
  CustomerTerms,
  EventRow,
  HoldRow,
  KeyTerms,
  LedgerRows,
} from "../rules/rows.ts";
import { LeftEvents } from "./left-events.ts";
import { seedOf } from "./seed.ts";
import { Terms } from "./terms.ts";

/** Counters, holds and marks kept in memory; beyond this they are read again. */
const KEPT_MOST = 100_000;

/** A counter with its row's number. */
interface KeptCounter extends CounterRow {
  readonly id: bigint;
}

export class SqliteRows implements LedgerRows {
  readonly nodeId: string;
  readonly bootId: string;
  readonly declaredTags: readonly string[];
  at: Instant;
  private nextSeq = 1;
  private nextAlertId = 1;
  private readonly connection: Connection;
  private readonly terms: Terms;
  private readonly leftEvents: LeftEvents;
  private readonly counterRows = new Map<string, readonly KeptCounter[]>();
  /** The kept row that the rules were given as this one. */
  private readonly kept = new WeakMap<CounterRow, KeptCounter>();
  private readonly pending = new Map<CallId, HoldRow>();
  private readonly markRows = new Map<string, number[]>();

  constructor(
    connection: Connection,
    of: Pick<LedgerRows, "nodeId" | "bootId" | "declaredTags" | "at">,
  ) {
    this.connection = connection;
    this.nodeId = of.nodeId;
    this.bootId = of.bootId;
    this.declaredTags = of.declaredTags;
    this.at = of.at;
    this.terms = new Terms(connection);
    this.leftEvents = new LeftEvents(connection);
    this.forgetAll();
  }

  eventNumber(index: number): number {
    return this.nextSeq + index;
  }

  alertNumber(index: number): number {
    return this.nextAlertId + index;
  }

  hold(id: CallId): HoldRow | undefined {
    const known = this.pending.get(id);
    if (known !== undefined) return known;
    const row = this.connection.prepare("select * from reservations where id = ?").get(id);
    return row === undefined ? undefined : holdFrom(row);
  }

  event(id: CallId): EventRow | undefined {
    const row = this.connection
      .prepare(
        `select e.*, d.error_message, d.tags from events e left join event_details d on d.event_id = e.id
         where e.id = ?`,
      )
      .get(id);
    if (row === undefined || this.leftEvents.isLeaving(row)) return undefined;
    const corrections = this.connection
      .prepare("select * from corrections where event_id = ? order by id")
      .all(id);
    return eventFrom(row, corrections.map(correctionFrom));
  }

  hasLeft(id: CallId): boolean {
    return this.leftEvents.has(id);
  }

  eventKey(customerId: CustomerId, sourceId: string): CallId | undefined {
    const row = this.connection
      .prepare("select event_id from event_keys where customer_id = ? and source_id = ?")
      .get(customerId, sourceId);
    return row === undefined ? undefined : (text(row, "event_id") as CallId);
  }

  customer(id: CustomerId): CustomerTerms | undefined {
    return this.terms.customer(id, this.at);
  }

  newcomer(_id: CustomerId): CustomerTerms | undefined {
    return this.terms.newcomer(this.at);
  }

  key(id: KeyId): KeyTerms | undefined {
    return this.terms.key(id);
  }

  deploymentLimits(): readonly Limit[] {
    return this.terms.deploymentLimits();
  }

  counters(subject: string, windowStart: Instant): readonly CounterRow[] {
    const key = `${subject} ${windowStart}`;
    const known = this.counterRows.get(key);
    if (known !== undefined) return known;
    const rows = this.connection
      .prepare("select * from counters where subject = ? and window_start = ?")
      .all(subject, windowStart)
      .map((row) => ({ ...counterFrom(row), id: whole(row, "id") }));
    for (const row of rows) this.kept.set(row, row);
    this.counterRows.set(key, rows);
    return rows;
  }

  /** The number of a counter's row; undefined for one that is not in the file yet. */
  counterId(row: CounterRow): bigint | undefined {
    return this.kept.get(row)?.id;
  }

  seed(
    key: CounterKey,
    payer: { customerId: CustomerId; keyId?: KeyId },
  ): Pick<CounterRow, "used" | "held"> {
    const keyTerms = payer.keyId === undefined ? undefined : this.key(payer.keyId);
    return seedOf(this.connection, key, { payer, keyTerms });
  }

  due(operation: Expire): readonly HoldRow[] {
    const mine = `${this.nodeId}/`;
    const rows = operation.deadBoots
      ? this.connection
          .prepare(
            `select * from reservations where state = 'pending' and
             (expires_at <= ? or (substr(owner, 1, ?) = ? and owner <> ?)) order by expires_at limit ?`,
          )
          .all(this.at, mine.length, mine, `${mine}${this.bootId}`, operation.most)
      : this.connection
          .prepare(
            `select * from reservations where state = 'pending' and expires_at <= ? order by expires_at limit ?`,
          )
          .all(this.at, operation.most);
    return rows.map(holdFrom);
  }

  marks(of: { customerId: string; counterKey: string; cap: bigint }): readonly number[] {
    const key = markKey(of);
    const known = this.markRows.get(key);
    if (known !== undefined) return known;
    const marks = this.connection
      .prepare(
        "select threshold from alert_marks where customer_id = ? and counter_key = ? and cap = ?",
      )
      .all(of.customerId, of.counterKey, of.cap)
      .map((row) => Number(whole(row, "threshold")));
    this.markRows.set(key, marks);
    return marks;
  }

  /** The changes are durable: what is kept follows them. */
  committed(changes: Changes): void {
    if (this.isFull()) {
      this.forgetAll();
      return;
    }
    for (const { row, used, held } of changes.counters) {
      const kept = this.kept.get(row);
      // A new one has no number here yet: its window is read again.
      if (kept === undefined) this.counterRows.delete(`${row.subject} ${row.windowStart}`);
      else Object.assign(kept, { used, held });
    }
    for (const [id, hold] of changes.holds) {
      if (hold?.state === "pending") this.pending.set(id, hold);
      else this.pending.delete(id);
    }
    for (const mark of changes.marks) this.markRows.get(markKey(mark))?.push(mark.threshold);
    this.nextSeq += changes.events.length;
    this.nextAlertId += changes.alerts.length;
  }

  /** A transaction was given up, or somebody else wrote: only the file knows. */
  forgetAll(): void {
    this.counterRows.clear();
    this.pending.clear();
    this.markRows.clear();
    this.leftEvents.look();
    // The newest event may have left with its month; its number is not given again.
    this.nextSeq = this.next(
      `select max(coalesce((select max(seq) from events), 0),
        coalesce((select seq from sqlite_sequence where name = 'events'), 0)) as last`,
    );
    // Alerts may be deleted with their customer; their numbers are not given again.
    this.nextAlertId = this.next(
      "select coalesce((select seq from sqlite_sequence where name = 'alerts'), 0) as last",
    );
  }

  /** Somebody else wrote this statement. */
  forget(sql: string): void {
    this.terms.forget(sql);
    if (LEDGER_TABLES.test(sql) || NEW_ALERT.test(sql)) this.forgetAll();
  }

  private isFull(): boolean {
    const { counterRows, pending, markRows } = this;
    return counterRows.size + pending.size + markRows.size > KEPT_MOST;
  }

  private next(select: string): number {
    const row = this.connection.prepare(select).get();
    return row === undefined ? 1 : Number(whole(row, "last")) + 1;
  }
}

const LEDGER_TABLES =
  /\b(reservations|events|detaching|corrections|counters|rollups_day|rollups_hour|rollups_period|alert_marks)\b/i;
/** Of alerts only the last number is kept; what is sent and read is written often. */
const NEW_ALERT = /\binto\s+"?alerts\b/i;

function markKey(of: { customerId: string; counterKey: string; cap: bigint }): string {
  return `${of.customerId} ${of.counterKey} ${of.cap}`;
}
