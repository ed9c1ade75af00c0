/** The ledger's rows in memory, for running the rules without a database. */
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import type { Instant } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import type { PlanDefinition } from "../../src/core/plans/plan.ts";
import { type Amounts, amountsOf } from "../../src/core/usage.ts";
import type { Expire } from "../../src/ledger/ledger.ts";
import type {
  Changes,
  CounterKey,
  CounterRow,
  CustomerTerms,
  EventRow,
  HoldRow,
  LedgerRows,
} from "../../src/ledger/rules/rows.ts";
import { ANCHOR, NOW } from "./support.ts";

/** One event, correction or pending hold, as what it adds. */
export interface Posting {
  readonly customerId: string;
  readonly at: Instant;
  readonly periodStart: Instant;
  readonly provider: string;
  readonly amounts: Amounts;
}

export class MemoryRows implements LedgerRows {
  at: Instant = NOW;
  readonly nodeId = "node";
  readonly bootId = "boot";
  readonly declaredTags: readonly string[] = ["team"];
  private nextSeq = 1;
  private nextAlertId = 1;
  readonly plans = new Map<CustomerId, PlanDefinition>();
  readonly counterRows: CounterRow[] = [];
  readonly holds = new Map<CallId, HoldRow>();
  readonly events = new Map<CallId, EventRow>();
  private readonly keys = new Map<string, CallId>();

  eventNumber = (index: number): number => this.nextSeq + index;
  alertNumber = (index: number): number => this.nextAlertId + index;
  hold = (id: CallId): HoldRow | undefined => this.holds.get(id);
  event = (id: CallId): EventRow | undefined => this.events.get(id);
  eventKey = (customer: CustomerId, source: string): CallId | undefined =>
    this.keys.get(`${customer} ${source}`);
  key = (): undefined => undefined;
  deploymentLimits = (): readonly Limit[] => [];
  marks = (): readonly number[] => [];

  customer(id: CustomerId): CustomerTerms | undefined {
    const definition = this.plans.get(id);
    if (definition === undefined) return undefined;
    const plan = { planId: 1, planVersionId: 1, version: 1, definition };
    return { usageAnchor: ANCHOR, plan, isExpired: false };
  }

  counters(subject: string, windowStart: Instant): readonly CounterRow[] {
    return this.counterRows.filter(
      (row) => row.subject === subject && row.windowStart === windowStart,
    );
  }

  seed(key: CounterKey): { used: bigint; held: bigint } {
    return { used: total(this.used(), key), held: total(this.pending(), key) };
  }

  due(operation: Expire): readonly HoldRow[] {
    return [...this.holds.values()]
      .filter((hold) => hold.state === "pending" && hold.expiresAt <= this.at)
      .slice(0, operation.most);
  }

  used(): Posting[] {
    return [...this.events.values()].flatMap(({ event, corrections }) => {
      const place = {
        customerId: event.customerId,
        at: event.at,
        periodStart: event.periodStart,
        provider: event.scope.provider,
      };
      return [
        { ...place, amounts: amountsOf(event.facts) },
        ...corrections.map((row) => ({
          ...place,
          amounts: amountsOf({ usage: row.usageDelta, cost: row.costDelta, calls: 0 }),
        })),
      ];
    });
  }

  pending(): Posting[] {
    return [...this.holds.values()]
      .filter(({ state }) => state === "pending")
      .map((hold) => ({
        customerId: hold.customerId,
        at: hold.at,
        periodStart: hold.periodStart,
        provider: hold.scope.provider,
        amounts: hold.held,
      }));
  }

  apply(changes: Changes): void {
    for (const { row, used, held } of changes.counters) {
      const index = this.counterRows.findIndex((kept) => keyOf(kept) === keyOf(row));
      this.counterRows.splice(index === -1 ? this.counterRows.length : index, 1, {
        ...row,
        used,
        held,
      });
    }
    for (const [id, hold] of changes.holds) {
      if (hold === null) this.holds.delete(id);
      else this.holds.set(id, hold);
    }
    for (const event of changes.events) this.events.set(event.id, { event, corrections: [] });
    for (const row of changes.corrections) {
      const known = this.events.get(row.eventId);
      if (known !== undefined)
        this.events.set(row.eventId, { ...known, corrections: [...known.corrections, row] });
    }
    for (const { customerId, sourceId, id } of changes.eventKeys)
      this.keys.set(`${customerId} ${sourceId}`, id);
    this.nextSeq += changes.events.length;
    this.nextAlertId += changes.alerts.length;
  }
}

export function total(postings: readonly Posting[], of: CounterKey): bigint {
  return postings
    .filter(
      (one) =>
        one.customerId === of.subject && (of.provider === "*" || of.provider === one.provider),
    )
    .filter((one) =>
      of.per === "period"
        ? one.periodStart === of.windowStart
        : of.windowStart <= one.at && one.at < of.windowEnd,
    )
    .reduce((sum, one) => sum + one.amounts[of.meter], 0n);
}

function keyOf(row: CounterKey): string {
  return [
    row.subject,
    row.per,
    row.windowStart,
    row.meter,
    row.provider,
    row.model,
    row.operation,
  ].join(" ");
}
