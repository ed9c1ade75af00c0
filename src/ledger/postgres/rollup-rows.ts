/** What is summed beside the events as rows in JSON, as `purser_write_batch` takes them. */
import { METERS } from "../../core/usage.ts";
import type { LatencyDelta, RollupDelta, TagDelta } from "../rules/rows.ts";

type JsonRow = Readonly<Record<string, unknown>>;

/** Of an hour; the database makes those of the day and of the period of it. */
export function rollupRow(delta: RollupDelta): JsonRow {
  return {
    customer_id: delta.customerId,
    period_start: delta.periodStart,
    starts_at: delta.hour,
    ...delta.scope,
    key_id: delta.keyId,
    outcome: delta.outcome,
    ...Object.fromEntries(METERS.map((meter) => [meter, delta.sums[meter].toString()])),
    events: delta.events,
    latency_ms: delta.latencyMs,
    retries: delta.retries,
  };
}

export function latencyRow(delta: LatencyDelta): JsonRow {
  return {
    customer_id: delta.customerId,
    period_start: delta.periodStart,
    starts_at: delta.day,
    provider: delta.provider,
    model: delta.model,
    bucket: delta.bucket,
    events: delta.events,
  };
}

export function tagRow(delta: TagDelta): JsonRow {
  return {
    customer_id: delta.customerId,
    period_start: delta.periodStart,
    starts_at: delta.day,
    tag: delta.tag,
    value: delta.value,
    provider: delta.provider,
    model: delta.model,
    calls: delta.calls.toString(),
    tokens: delta.tokens.toString(),
    cost: delta.cost.toString(),
    events: delta.events,
  };
}
