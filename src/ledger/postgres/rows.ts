/** The ledger's rows in PostgreSQL, as far as a batch has loaded them; what the rules miss is noted and loaded next. */
import type { CallId, CustomerId, KeyId } from "../../core/ids.ts";
import { type Instant, instant } from "../../core/instant.ts";
import { liftedPlan } from "../../core/limits/lifted.ts";
import type { Limit } from "../../core/limits/limit.ts";
import { planAt } from "../../core/subscriptions/plan-at.ts";
import type { Expire } from "../ledger.ts";
import { alertAtFrom, holdFrom, limitsFrom } from "../read-rows.ts";
import type {
  CounterKey,
  CounterRow,
  CustomerTerms,
  EventRow,
  HoldRow,
  KeyTerms,
  LedgerRows,
} from "../rules/rows.ts";
import { subjectOf } from "../rules/subjects.ts";
import { counterWords } from "../rules/which-counter.ts";
import type { CountersRead, KeyRow, OpenedBatch, TermsRow } from "./batch-rows.ts";
import { bucketKey, capOf, loadedCounters } from "./counters.ts";
import { type JsonRow, sqlRow } from "./json-rows.ts";
import type { Known } from "./known.ts";
import { Misses } from "./misses.ts";
import { eventsOf } from "./opened-events.ts";
import { type Reach, ReachTooShort } from "./reach.ts";
import { type SharedCounter, visibleCounter } from "./shares.ts";
import { liftsFrom, termsFrom } from "./terms.ts";

interface Of {
  readonly nodeId: string;
  readonly bootId: string;
  readonly declaredTags: readonly string[];
  readonly reach: Reach;
  readonly known: Known;
}

export class PostgresRows implements LedgerRows {
  readonly at: Instant;
  readonly nodeId: string;
  readonly bootId: string;
  readonly declaredTags: readonly string[];
  misses = new Misses();
  /** Counters that all nodes need, by the row that the rules were given. */
  readonly shared = new Map<CounterRow, SharedCounter>();
  private alertNumbers: readonly number[] = [];
  private readonly opened: OpenedBatch;
  private readonly of: Of;
  private readonly holds: Map<string, HoldRow>;
  private readonly events: Map<string, EventRow>;
  private readonly left: ReadonlySet<string>;
  private readonly named: Map<string, CallId>;
  private readonly terms = new Map<string, TermsRow>();
  private readonly keys = new Map<string, KeyTerms>();
  private readonly buckets = new Map<string, readonly CounterRow[]>();
  private readonly numbers = new Map<CounterRow, bigint>();
  private readonly seeds = new Map<string, Pick<CounterRow, "used" | "held">>();
  private readonly readMarks = new Map<string, readonly number[]>();
  private readonly deployment: readonly Limit[];
  /** Customers and keys that were looked for and are not there. */
  private readonly absent = new Set<string>();
  private readonly absentPlans = new Set<number>();

  constructor(opened: OpenedBatch, of: Of) {
    this.opened = opened;
    this.of = of;
    this.at = instant(opened.at);
    this.nodeId = of.nodeId;
    this.bootId = of.bootId;
    this.declaredTags = of.declaredTags;
    this.holds = new Map(opened.holds.map((row) => [String(row["id"]), holdFrom(sqlRow(row))]));
    const left = opened.events.filter((row) => row["seq"] === null);
    this.left = new Set(left.map((row) => String(row["id"])));
    this.events = eventsOf(opened);
    this.named = new Map(
      opened.named.map((row) => [`${row.customer_id} ${row.source_id}`, row.event_id as CallId]),
    );
    this.deployment = opened.deployment_limits === null ? [] : limitsFrom(opened.deployment_limits);
    this.addTerms(opened.terms, opened.keys);
  }

  /** Hands over what was missed, and notes anew from nothing. */
  takeMisses(): Misses {
    const taken = this.misses;
    this.misses = new Misses();
    return taken;
  }

  eventNumber(index: number): number {
    const number = this.opened.numbers[index];
    if (number === undefined) throw new Error("More events than numbers were fetched for.");
    return number;
  }

  alertNumber(index: number): number {
    const number = this.alertNumbers[index];
    if (number !== undefined) return number;
    // Few batches alert, so numbers are fetched when it is known how many.
    this.misses.alerts = Math.max(this.misses.alerts, index + 1);
    return 0;
  }

  hold(id: CallId): HoldRow | undefined {
    return this.holds.get(id);
  }

  event(id: CallId): EventRow | undefined {
    return this.events.get(id);
  }

  hasLeft(id: CallId): boolean {
    return this.left.has(id);
  }

  eventKey(customerId: CustomerId, sourceId: string): CallId | undefined {
    return this.named.get(`${customerId} ${sourceId}`);
  }

  customer(id: CustomerId): CustomerTerms | undefined {
    const row = this.terms.get(id);
    if (row === undefined) {
      if (!this.absent.has(id)) this.misses.customers.add(id);
      return undefined;
    }
    return row.usage_anchor === null ? undefined : this.inForce(row, instant(row.usage_anchor));
  }

  newcomer(id: CustomerId): CustomerTerms | undefined {
    const row = this.terms.get(id);
    return row?.usage_anchor === null ? this.inForce(row, this.at) : undefined;
  }

  private inForce(row: TermsRow, usageAnchor: Instant): CustomerTerms | undefined {
    const inForce = planAt(termsFrom(row), this.at);
    if (inForce === null) return undefined;
    const plan = this.of.known.plans.get(inForce.plan);
    if (plan === undefined) {
      if (!this.absentPlans.has(inForce.plan)) this.misses.plans.add(inForce.plan);
      return undefined;
    }
    const alertAt = alertAtFrom(row.preferences);
    return {
      usageAnchor,
      plan: liftedPlan(plan, liftsFrom(row), this.at),
      isExpired: inForce.isExpired,
      ...(alertAt === null ? {} : { alertAt }),
    };
  }

  key(id: KeyId): KeyTerms | undefined {
    const terms = this.keys.get(id);
    if (terms === undefined && !this.absent.has(id)) this.misses.keys.add(id);
    return terms;
  }

  deploymentLimits(): readonly Limit[] {
    return this.deployment;
  }

  counters(subject: string, windowStart: Instant): readonly CounterRow[] {
    const key = bucketKey(subject, windowStart);
    const rows = this.buckets.get(key);
    if (rows !== undefined) return rows;
    this.misses.buckets.set(key, { subject, windowStart });
    // Whether all nodes need a key's counters is in the key's own row.
    const of = subjectOf(subject);
    if (of.kind === "key") this.key(of.id);
    // Who watches a counter that changes is asked next: now it costs no further round trip.
    if (of.kind === "customer") this.customer(of.id);
    return [];
  }

  seed(
    key: CounterKey,
    payer: { customerId: CustomerId; keyId?: KeyId },
  ): Pick<CounterRow, "used" | "held"> {
    const name = counterWords(key);
    const seed = this.seeds.get(name);
    const isLoaded = this.buckets.has(bucketKey(key.subject, key.windowStart));
    if (isLoaded && this.isOfAll(key.subject) && this.of.reach !== "alone") {
      throw new ReachTooShort("alone");
    }
    if (seed !== undefined) return seed;
    // A counter that is there needs no seed: its row comes with its bucket.
    if (isLoaded || !this.of.known.counters.has(name)) this.misses.addSeed(key, payer);
    return { used: 0n, held: 0n };
  }

  due(_operation: Expire): readonly HoldRow[] {
    return this.opened.due.flatMap((id) => {
      const hold = this.holds.get(id);
      return hold?.state === "pending" ? [hold] : [];
    });
  }

  marks(of: { customerId: string; counterKey: string; cap: bigint }): readonly number[] {
    const key = markKey(of);
    const marks = this.readMarks.get(key) ?? this.of.known.marks.get(key);
    if (marks === undefined) this.misses.marks.set(key, of);
    return marks ?? [];
  }

  /** What was missed has been read. `asked`: the misses that it answers. */
  add(read: CountersRead, asked: Misses): void {
    this.addTerms(read.terms, read.keys);
    this.noteAbsent(asked);
    for (const { index, used, held } of read.seeds) {
      const { key } = asked.seed(index);
      this.seeds.set(counterWords(key), { used: BigInt(used), held: BigInt(held) });
    }
    for (const [key, of] of asked.marks) {
      const marks = read.marks.filter((row) => key === markKey(markOf(row)));
      this.readMarks.set(
        key,
        marks.map(({ threshold }) => threshold),
      );
      this.of.known.marks.set(markKey(of), this.readMarks.get(key) ?? []);
    }
    if (asked.alerts > 0) this.alertNumbers = read.alert_numbers;
    this.addCounters(read.counters, asked);
  }

  private noteAbsent(asked: Misses): void {
    for (const id of asked.plans) if (!this.of.known.plans.has(id)) this.absentPlans.add(id);
    for (const id of asked.customers) if (!this.terms.has(id)) this.absent.add(id);
    for (const id of asked.keys) if (!this.keys.has(id)) this.absent.add(id);
  }

  private addCounters(rows: readonly JsonRow[], asked: Misses): void {
    const { plain, shared } = loadedCounters(rows, this.limitsInForce());
    for (const key of asked.buckets.keys()) this.buckets.set(key, []);
    const visible = shared.map((counter) => {
      const row = visibleCounter(counter, this.nodeId, this.of.reach !== "own");
      this.shared.set(row, counter);
      return row;
    });
    for (const row of plain) this.numbers.set(row, row.id);
    for (const row of [...plain, ...visible]) {
      const key = bucketKey(row.subject, row.windowStart);
      this.buckets.set(key, [...(this.buckets.get(key) ?? []), row]);
      this.of.known.counters.set(counterWords(row), true);
    }
  }

  get reach(): Reach {
    return this.of.reach;
  }

  /** Until a key's row is read, its counters may be such that all nodes need. */
  mayBeOfAll(subject: string): boolean {
    const of = subjectOf(subject);
    return of.kind === "key" ? this.ownerOf(of.id) === undefined : of.kind === "deployment";
  }

  ownerOf(id: KeyId): CustomerId | undefined {
    return this.keys.get(id)?.customerId;
  }

  /** The number of a counter's row; undefined for one that is begun now. */
  numberOf(row: CounterRow): bigint | undefined {
    return this.numbers.get(row);
  }

  /** A counter that all nodes need, begun by this batch: nobody has a share of it yet. */
  begun(row: CounterRow): SharedCounter {
    const { used: _used, held: _held, ...key } = row;
    return { key, shares: [], ...capOf(key, this.limitsInForce()) };
  }

  private limitsInForce(): Parameters<typeof capOf>[1] {
    const { deployment, keys, opened } = this;
    return { deployment, key: (id) => keys.get(id), epochs: opened.epochs };
  }

  /** Does every node need the counters of this subject? */
  isOfAll(subject: string): boolean {
    const of = subjectOf(subject);
    if (of.kind === "deployment") return true;
    if (of.kind === "customer") return false;
    const terms = this.keys.get(of.id);
    return terms !== undefined && terms.customerId === undefined;
  }

  private addTerms(terms: readonly TermsRow[], keys: readonly KeyRow[]): void {
    for (const row of terms) this.terms.set(row.id, row);
    for (const row of keys) {
      const limits = limitsFrom(row.limits);
      const owner = row.customer_id === null ? {} : { customerId: row.customer_id as CustomerId };
      this.keys.set(row.id, { limits, ...owner });
    }
  }
}

export function markKey(of: { customerId: string; counterKey: string; cap: bigint }): string {
  return `${of.customerId} ${of.counterKey} ${of.cap}`;
}

function markOf(row: CountersRead["marks"][number]) {
  return { customerId: row.customer_id, counterKey: row.counter_key, cap: BigInt(row.cap) };
}
