/** A batch's changes as rows in JSON, one list a table, as `purser_write_batch` takes them. */
import type { Instant } from "../../core/instant.ts";
import { writeLimit } from "../../core/limits/read-limit.ts";
import { windowAt } from "../../core/periods/window.ts";
import type { UsageEvent } from "../ledger.ts";
import { amountsText, expectedText } from "../read-rows.ts";
import type { Changes, CorrectionRow, CounterKey, HeldFor, HoldRow } from "../rules/rows.ts";
import { latencyRow, rollupRow, tagRow } from "./rollup-rows.ts";
import type { ShareChange } from "./shares.ts";

/** What becomes of the counters: those of one row as they shall be, shares as what they rise by. */
export interface CounterChanges {
  readonly plain: readonly CounterSum[];
  readonly shares: readonly ShareChange[];
}

export interface CounterSum {
  /** The row's number; undefined: it is new. */
  readonly id: bigint | undefined;
  readonly key: CounterKey;
  readonly used: bigint;
  readonly held: bigint;
}

/** null where there is nothing to write. */
type Rows = string | null;

/** The function's parameters behind `xid`, in its order. */
export function packChanges(
  changes: Changes,
  counters: CounterChanges,
): (string | number | null)[] {
  const holds = [...changes.holds];
  const there = counters.plain.filter(({ id }) => id !== undefined);
  const begun = counters.plain.filter(({ id }) => id === undefined);
  return [
    list(there, ({ id }) => id),
    list(there, ({ used }) => used),
    list(there, ({ held }) => held),
    rows(begun, ({ key, used, held }) => {
      return { ...counterKey(key), used: String(used), held: String(held) };
    }),
    rows(counters.shares, ({ key, nodeId, ...sums }) => {
      const [used, held] = [String(sums.used), String(sums.held)];
      const [quota, epoch] = [textOf(sums.quota), textOf(sums.epoch)];
      return { ...counterKey(key), node_id: nodeId, used, held, quota, epoch };
    }),
    rows(
      holds.flatMap(([, hold]) => (hold === null ? [] : [hold])),
      holdRow,
    ),
    rows(
      holds.flatMap(([id, hold]) => (hold === null ? [id] : [])),
      (id) => id,
    ),
    list(monthsOf(changes.events), (month) => month),
    rows(changes.events, (event) => eventRow(event, changes.heldFor.get(event.id))),
    rows(changes.events.filter(hasDetails), detailRow),
    rows(changes.eventKeys, ({ customerId, sourceId, id, replaces }) => {
      return { customer_id: customerId, source_id: sourceId, event_id: id, replaces };
    }),
    rows(changes.corrections, correctionRow),
    rows(changes.rollups, rollupRow),
    rows(changes.latencies, latencyRow),
    rows(changes.tagSums, tagRow),
    rows(changes.denials, denialRow),
    rows(changes.alerts, alertRow),
    rows(changes.marks, ({ customerId, counterKey: key, cap, threshold, alertId }) => {
      return {
        customer_id: customerId,
        counter_key: key,
        cap: String(cap),
        threshold,
        alert_id: alertId,
      };
    }),
    rows(outboxRows(changes), (row) => row),
    rows(objectRows(changes), (row) => row),
    rows(changes.awaited, awaitedRow),
    changes.forgetReleasedBefore,
  ];
}

/** Money and sums go as text: the column's type reads it, and no digit is lost on the way. */
function rows<One>(ones: readonly One[], rowOf: (one: One) => unknown): Rows {
  return ones.length === 0 ? null : JSON.stringify(ones.map(rowOf));
}

/** An array as PostgreSQL writes it. */
function list<One>(
  ones: readonly One[],
  numberOf: (one: One) => bigint | number | undefined,
): Rows {
  return ones.length === 0 ? null : `{${ones.map(numberOf).join(",")}}`;
}

function textOf(amount: bigint | null | undefined): string | null {
  return amount === null || amount === undefined ? null : amount.toString();
}

/** An instant in each month that has one of these events. */
function monthsOf(events: readonly UsageEvent[]): Instant[] {
  const months = new Map<Instant, Instant>();
  for (const { at } of events) months.set(windowAt("month", at, at).start, at);
  return [...months.values()];
}

function counterKey(key: CounterKey): Readonly<Record<string, unknown>> {
  const { subject, windowStart, windowEnd, per, meter, provider, model, operation } = key;
  return {
    subject,
    window_start: windowStart,
    window_end: windowEnd,
    per,
    meter,
    provider,
    model,
    operation,
  };
}

function holdRow(hold: HoldRow): Readonly<Record<string, unknown>> {
  const { expected, outputTokens, outputCapped } = hold;
  return {
    id: hold.id,
    customer_id: hold.customerId,
    key_id: hold.keyId,
    ...hold.scope,
    endpoint: hold.endpoint,
    streamed: Number(hold.streamed),
    owner: hold.owner,
    state: hold.state,
    at: hold.at,
    period_start: hold.periodStart,
    expires_at: hold.expiresAt,
    held: amountsText(hold.held),
    answer: JSON.stringify({ output_tokens: outputTokens, output_capped: outputCapped }),
    expected: expectedText(expected),
  };
}

function eventRow(
  event: UsageEvent,
  heldFor: HeldFor | undefined,
): Readonly<Record<string, unknown>> {
  const { facts, scope } = event;
  return {
    seq: event.seq,
    id: event.id,
    customer_id: event.customerId,
    key_id: event.keyId,
    at: event.at,
    period_start: event.periodStart,
    provider: scope.provider,
    model: scope.model,
    answered_model: facts.model === scope.model ? null : facts.model,
    operation: scope.operation,
    endpoint: event.endpoint,
    source: event.source,
    streamed: Number(event.streamed),
    status_code: facts.statusCode,
    calls: facts.calls,
    usage: JSON.stringify(facts.usage),
    cost: facts.cost.toString(),
    lines: facts.lines,
    stated_cost: textOf(facts.statedCost),
    latency_ms: facts.latencyMs,
    first_token_ms: facts.firstTokenMs,
    retry_count: facts.retryCount,
    estimated: Number(facts.estimated),
    unconfirmed: Number(event.unconfirmed),
    unpriced: Number(facts.unpriced),
    overrun: Number(event.overrun),
    held: heldFor && amountsText(heldFor.held),
    expected: heldFor && expectedText(heldFor.expected),
  };
}

function hasDetails({ facts }: UsageEvent): boolean {
  return facts.errorMessage !== undefined || facts.tags !== undefined;
}

/** Words and tags, apart from the event, so that they can be deleted. */
function detailRow({ id, customerId, facts }: UsageEvent): Readonly<Record<string, unknown>> {
  const { errorMessage, tags } = facts;
  return {
    event_id: id,
    customer_id: customerId,
    error_message: errorMessage,
    tags: tags === undefined ? null : JSON.stringify(tags),
  };
}

function correctionRow(row: CorrectionRow): Readonly<Record<string, unknown>> {
  return {
    event_id: row.eventId,
    customer_id: row.customerId,
    source_id: row.sourceId,
    reason: row.reason,
    usage_delta: JSON.stringify(row.usageDelta),
    cost_delta: row.costDelta.toString(),
    created_at: row.createdAt,
  };
}

function denialRow(denial: Changes["denials"][number]): Readonly<Record<string, unknown>> {
  const { customerId, at, code, scope, limitKey, by } = denial;
  return {
    customer_id: customerId,
    at,
    code,
    ...scope,
    limit_key: limitKey,
    limit_json: by === undefined ? null : JSON.stringify(writeLimit(by.limit)),
    used: textOf(by?.used),
    held: textOf(by?.held),
    cap: textOf(by?.cap),
    requested: textOf(by?.requested),
  };
}

function alertRow(alert: Changes["alerts"][number]): Readonly<Record<string, unknown>> {
  const { customerId, periodStart, createdAt, ...rest } = alert;
  return { ...rest, customer_id: customerId, period_start: periodStart, created_at: createdAt };
}

/** What is told to people goes out from here, in the transaction that found it. */
function outboxRows({ alerts }: Changes): Readonly<Record<string, unknown>>[] {
  return alerts.map(({ id, customerId, createdAt }) => ({
    kind: "alert",
    customer_id: customerId,
    payload: JSON.stringify({ alert_id: id }),
    created_at: createdAt,
  }));
}

/** One row an object: a statement may not write a row twice. An id stays its first owner's. */
function objectRows({ objects }: Changes): Readonly<Record<string, unknown>>[] {
  const made = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { object, customerId, createdAt } of objects) {
    const { provider, objectId, kind, tokens } = object;
    const place = `${provider} ${objectId}`;
    const known = made.get(place);
    if (known !== undefined && known["customer_id"] !== customerId) continue;
    made.set(place, {
      provider,
      object_id: objectId,
      kind,
      customer_id: customerId,
      tokens,
      created_at: createdAt,
    });
  }
  return [...made.values()];
}

function awaitedRow(row: Changes["awaited"][number]): Readonly<Record<string, unknown>> {
  return {
    call_id: row.callId,
    provider: row.provider,
    object_id: row.objectId,
    customer_id: row.customerId,
    asked: row.asked,
    created_at: row.createdAt,
    ask_at: row.askAt,
    asks: 0,
  };
}
