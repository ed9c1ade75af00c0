/** One usage event as a line of the log, with what was corrected later folded in. */
import { formatDate, formatInstant, type Instant, instant } from "../core/instant.ts";
import { divideHalfEven, nanoUsd, parseUsd, usdNumber } from "../core/money.ts";
import { BUCKETS, type Bucket, tokenSide } from "../core/usage.ts";

export interface UsageLog {
  readonly id: number;
  readonly event_id: string;
  readonly timestamp: string;
  readonly provider: string;
  readonly actual_provider_name: string;
  readonly model_used: string | null;
  readonly operation: string;
  readonly endpoint: string;
  readonly method: string;
  readonly key_id: string | null;
  readonly source: string;
  readonly tokens_input: number;
  readonly tokens_output: number;
  readonly tokens_total: number;
  /** Dollars of the lines for input and output tokens; fees and images are in the total only. */
  readonly cost_input: number;
  readonly cost_output: number;
  readonly cost_total: number;
  /** Seconds. */
  readonly response_time: number;
  readonly status_code: number;
  readonly status: "success" | "failed";
  readonly error_message: string | null;
  readonly billing_period: string;
  readonly retry_count: number;
  readonly is_aggregated: false;
}

export interface EventRow {
  readonly seq: bigint;
  readonly id: string;
  readonly at: bigint;
  readonly period_start: bigint;
  readonly provider: string;
  readonly model: string;
  readonly answered_model: string | null;
  readonly operation: string;
  readonly endpoint: string;
  readonly key_id: string | null;
  readonly source: string;
  readonly status_code: bigint;
  readonly usage: string;
  readonly cost: bigint;
  readonly lines: string;
  readonly latency_ms: bigint;
  readonly retry_count: bigint;
  readonly error_message: string | null;
}

export interface CorrectionRow {
  readonly usage_delta: string;
  readonly cost_delta: bigint;
}

type LineCosts = Pick<UsageLog, "cost_input" | "cost_output">;
export type Quantities = Partial<Record<Bucket, number>>;

export function usageLogOf(row: EventRow, corrections: readonly CorrectionRow[]): UsageLog {
  const quantities = corrections.reduce<Quantities>(
    (sum, correction) => plus(sum, JSON.parse(correction.usage_delta)),
    JSON.parse(row.usage),
  );
  const input = tokensOf(quantities, "input");
  const output = tokensOf(quantities, "output");
  const cost = corrections.reduce((sum, { cost_delta }) => sum + cost_delta, row.cost);
  return {
    id: Number(row.seq),
    event_id: row.id,
    timestamp: formatInstant(instantOf(row.at)),
    provider: row.provider,
    actual_provider_name: row.provider,
    model_used: modelUsed(row),
    operation: row.operation,
    endpoint: row.endpoint,
    method: "POST",
    key_id: row.key_id,
    source: row.source,
    tokens_input: input,
    tokens_output: output,
    tokens_total: input + output,
    ...lineCosts(row.lines, cost, corrections.length > 0),
    cost_total: usdNumber(nanoUsd(cost)),
    response_time: Number(row.latency_ms) / 1_000,
    status_code: Number(row.status_code),
    status: isSuccess(row.status_code) ? "success" : "failed",
    error_message: row.error_message,
    billing_period: formatDate(instantOf(row.period_start)),
    retry_count: Number(row.retry_count),
    is_aggregated: false,
  };
}

function modelUsed(row: EventRow): string | null {
  const model = row.answered_model ?? row.model;
  return model === "" ? null : model;
}

function isSuccess(statusCode: bigint): boolean {
  return statusCode >= 200n && statusCode < 400n;
}

function tokensOf(quantities: Quantities, side: "input" | "output"): number {
  return BUCKETS.reduce(
    (sum, bucket) => (tokenSide(bucket) === side ? sum + (quantities[bucket] ?? 0) : sum),
    0,
  );
}

/** What a call is worth with a correction. */
export function plus(sum: Quantities, delta: Quantities): Quantities {
  const result = { ...sum };
  for (const bucket of BUCKETS) {
    const change = delta[bucket];
    if (change !== undefined) result[bucket] = (result[bucket] ?? 0) + change;
  }
  return result;
}

/**
 * Lines hold dollars as exact decimals, so they are added as nano-dollars and not as floats. A corrected total is split
 * as the first one was: corrections say how much, not for what.
 */
function lineCosts(linesText: string, total: bigint, isCorrected: boolean): LineCosts {
  const lines: { bucket: string; cost: number }[] = JSON.parse(linesText);
  const priced = lines
    .filter(({ bucket }) => isBucket(bucket))
    .map(({ bucket, cost }) => ({ bucket: bucket as Bucket, cost: parseUsd(cost, "cost") }));
  const sum = priced.reduce((all, { cost }) => all + cost, 0n);
  const costOf = (side: "input" | "output"): number => {
    const part = priced
      .filter(({ bucket }) => tokenSide(bucket) === side)
      .reduce((all, { cost }) => all + cost, 0n);
    const share = isCorrected && sum > 0n ? divideHalfEven(part * total, sum) : part;
    return usdNumber(nanoUsd(share));
  };
  return { cost_input: costOf("input"), cost_output: costOf("output") };
}

function isBucket(name: string): name is Bucket {
  return (BUCKETS as readonly string[]).includes(name);
}

function instantOf(ms: bigint): Instant {
  return instant(Number(ms));
}
