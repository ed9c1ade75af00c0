/** Rows of the ledger's tables as the rules know them. */
import type { CallId, CustomerId, KeyId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { Limit, WindowName } from "../core/limits/limit.ts";
import { readLimit } from "../core/limits/read-limit.ts";
import { nanoUsd } from "../core/money.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { planFromJson } from "../core/plans/plan-json.ts";
import { type Amounts, METERS, type Meter, NO_AMOUNTS, type Usage } from "../core/usage.ts";
import type { EventFacts, EventSource } from "./ledger.ts";
import type { CorrectionRow, CounterRow, EventRow, HoldRow } from "./rules/rows.ts";

/** What node:sqlite gives for a row; the tables are STRICT, so a column's kind is known. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Amounts by meter, the empty ones left out, whole numbers as text. */
export function amountsText(amounts: Amounts): string {
  const parts: string[] = [];
  for (const meter of METERS) {
    if (amounts[meter] !== 0n) parts.push(`"${meter}":"${amounts[meter]}"`);
  }
  return `{${parts.join(",")}}`;
}

export function expectedText({ usage, cost }: HoldRow["expected"]): string {
  return JSON.stringify({ usage, cost: cost.toString() });
}

/** As `expectedText` wrote it. */
export function expectedFrom(json: string): HoldRow["expected"] {
  const { usage, cost } = JSON.parse(json) as { usage: Usage; cost: string };
  return { usage, cost: nanoUsd(BigInt(cost)) };
}

export function holdFrom(row: SqlRow): HoldRow {
  const answer = JSON.parse(text(row, "answer")) as {
    output_tokens?: number;
    output_capped: boolean;
  };
  return {
    id: text(row, "id") as CallId,
    ...payerFrom(row),
    scope: scopeFrom(row),
    endpoint: text(row, "endpoint"),
    streamed: isSet(row, "streamed"),
    owner: text(row, "owner"),
    state: text(row, "state") === "pending" ? "pending" : "released",
    at: time(row, "at"),
    periodStart: time(row, "period_start"),
    expiresAt: time(row, "expires_at"),
    held: amountsFrom(text(row, "held")),
    ...(answer.output_tokens === undefined ? {} : { outputTokens: answer.output_tokens }),
    outputCapped: answer.output_capped,
    expected: expectedFrom(text(row, "expected")),
  };
}

/** `row` is an event joined with its details. */
export function eventFrom(row: SqlRow, corrections: readonly CorrectionRow[]): EventRow {
  return {
    event: {
      id: text(row, "id") as CallId,
      seq: Number(whole(row, "seq")),
      ...payerFrom(row),
      at: time(row, "at"),
      periodStart: time(row, "period_start"),
      scope: scopeFrom(row),
      endpoint: text(row, "endpoint"),
      source: text(row, "source") as EventSource,
      streamed: isSet(row, "streamed"),
      unconfirmed: isSet(row, "unconfirmed"),
      overrun: isSet(row, "overrun"),
      facts: factsFrom(row),
    },
    corrections,
  };
}

function factsFrom(row: SqlRow): EventFacts {
  const stated = maybe(row, "stated_cost");
  const firstToken = maybe(row, "first_token_ms");
  const errorMessage = maybe(row, "error_message");
  const tags = maybe(row, "tags");
  const answered = maybe(row, "answered_model");
  return {
    usage: JSON.parse(text(row, "usage")) as Usage,
    cost: nanoUsd(whole(row, "cost")),
    lines: text(row, "lines"),
    ...(typeof stated === "bigint" ? { statedCost: nanoUsd(stated) } : {}),
    calls: isSet(row, "calls") ? 1 : 0,
    model: typeof answered === "string" ? answered : text(row, "model"),
    statusCode: Number(whole(row, "status_code")),
    latencyMs: Number(whole(row, "latency_ms")),
    ...(typeof firstToken === "bigint" ? { firstTokenMs: Number(firstToken) } : {}),
    retryCount: Number(whole(row, "retry_count")),
    estimated: isSet(row, "estimated"),
    unpriced: isSet(row, "unpriced"),
    ...(typeof errorMessage === "string" ? { errorMessage } : {}),
    ...(typeof tags === "string" ? { tags: JSON.parse(tags) as Record<string, string> } : {}),
  };
}

export function correctionFrom(row: SqlRow): CorrectionRow {
  return {
    eventId: text(row, "event_id") as CallId,
    customerId: text(row, "customer_id") as CustomerId,
    sourceId: text(row, "source_id"),
    reason: text(row, "reason"),
    usageDelta: JSON.parse(text(row, "usage_delta")) as Usage,
    costDelta: whole(row, "cost_delta"),
    createdAt: time(row, "created_at"),
  };
}

export function counterFrom(row: SqlRow): CounterRow {
  return {
    subject: text(row, "subject"),
    per: text(row, "per") as WindowName,
    windowStart: time(row, "window_start"),
    windowEnd: time(row, "window_end"),
    meter: text(row, "meter") as Meter,
    ...scopeFrom(row),
    used: whole(row, "used"),
    held: whole(row, "held"),
  };
}

/** A row of `plan_versions`. */
export function planFrom(row: SqlRow): PlanVersion {
  return {
    planVersionId: Number(whole(row, "id")),
    planId: Number(whole(row, "plan_id")),
    version: Number(whole(row, "version")),
    definition: planFromJson(JSON.parse(text(row, "definition"))),
  };
}

/** A key's limits, or the deployment's, as they are stored. */
export function limitsFrom(json: string): readonly Limit[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new TypeError("Limits must be a list.");
  return list.map((limit) => readLimit(limit));
}

/** The thresholds of a customer's preferences, JSON or null as stored; null: they never said at which. */
export function alertAtFrom(preferences: unknown): readonly number[] | null {
  if (typeof preferences !== "string") return null;
  // Written by insights/alert-preferences.ts.
  const { thresholds } = JSON.parse(preferences) as { thresholds?: number[] | null };
  return thresholds ?? null;
}

function payerFrom(row: SqlRow): { customerId: CustomerId; keyId?: KeyId } {
  const customerId = text(row, "customer_id") as CustomerId;
  const keyId = maybe(row, "key_id");
  return typeof keyId === "string" ? { customerId, keyId: keyId as KeyId } : { customerId };
}

function scopeFrom(row: SqlRow): { provider: string; model: string; operation: string } {
  return {
    provider: text(row, "provider"),
    model: text(row, "model"),
    operation: text(row, "operation"),
  };
}

/** As `amountsText` wrote them. */
export function amountsFrom(json: string): Amounts {
  const amounts = { ...NO_AMOUNTS };
  const held = JSON.parse(json) as Partial<Record<Meter, string>>;
  for (const meter of METERS) amounts[meter] = BigInt(held[meter] ?? 0);
  return amounts;
}

/** A column that may hold null. */
export function maybe(row: SqlRow, column: string): unknown {
  return row[column];
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new TypeError(`Column ${column} holds no text.`);
}

export function whole(row: SqlRow, column: string): bigint {
  const value = row[column];
  if (typeof value === "bigint") return value;
  throw new TypeError(`Column ${column} holds no whole number.`);
}

function time(row: SqlRow, column: string): Instant {
  return instant(Number(whole(row, column)));
}

function isSet(row: SqlRow, column: string): boolean {
  return whole(row, column) !== 0n;
}
