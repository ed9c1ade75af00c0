/** Adds up from events, details and corrections what the sums beside them should be, without the ledger's own rules. */
import { latencyBucket } from "../../src/core/latency-histogram.ts";
import type { Store } from "../../src/store/store.ts";

const DAY = 86_400_000n;
const TOKENS = ["input", "cache_read", "output", "reasoning"];

export type Sums = Readonly<Record<string, Readonly<Record<string, bigint>>>>;

export interface Recounted {
  readonly rollups_period: Sums;
  readonly latencies_day: Sums;
  readonly rollups_tag: Sums;
}

/** What the tables say, by their keys. */
export async function storedSums({ db }: Store): Promise<Recounted> {
  const periods = await db.selectFrom("rollups_period").selectAll().execute();
  const latencies = await db.selectFrom("latencies_day").selectAll().execute();
  const tags = await db.selectFrom("rollups_tag").selectAll().execute();
  for (const row of periods) {
    if (row.starts_at !== row.period_start) throw new Error("A period's row starts elsewhere.");
  }
  return {
    rollups_period: Object.fromEntries(
      periods.map((row) => [
        keyOf(row.customer_id, row.period_start, row.provider, row.model, row.key_id, row.outcome),
        only(row),
      ]),
    ),
    latencies_day: Object.fromEntries(
      latencies.map((row) => [
        keyOf(
          ...[row.customer_id, row.period_start, row.starts_at, row.provider, row.model],
          row.bucket,
        ),
        { events: row.events },
      ]),
    ),
    rollups_tag: Object.fromEntries(
      tags.map((row) => [
        keyOf(
          ...[row.customer_id, row.period_start, row.starts_at, row.tag, row.value],
          ...[row.provider, row.model],
        ),
        { calls: row.calls, tokens: row.tokens, cost: row.cost, events: row.events },
      ]),
    ),
  };
}

/** What they should say. */
export async function recount({ db }: Store, declared: readonly string[]): Promise<Recounted> {
  const periods = new Map<string, Record<string, bigint>>();
  const latencies = new Map<string, Record<string, bigint>>();
  const tags = new Map<string, Record<string, bigint>>();
  const events = await db.selectFrom("events").selectAll().execute();
  const details = await db.selectFrom("event_details").selectAll().execute();
  const corrections = await db.selectFrom("corrections").selectAll().execute();
  for (const event of events) {
    const { customer_id: customer, period_start: period, provider, model, key_id: key } = event;
    const outcome = event.status_code >= 200n && event.status_code < 400n ? "success" : "failed";
    const day = event.at - (event.at % DAY);
    const own = tagsOf(details.find(({ event_id: id }) => id === event.id)?.tags ?? null);
    const post = (sums: Record<string, bigint>): void => {
      add(periods, keyOf(customer, period, provider, model, key ?? "", outcome), sums);
      const { calls = 0n, tokens = 0n, cost = 0n, events: count = 0n } = sums;
      for (const tag of declared) {
        const value = own.get(tag);
        if (value === undefined) continue;
        const place = keyOf(customer, period, day, tag, value, provider, model);
        add(tags, place, { calls, tokens, cost, events: count });
      }
    };
    post({
      ...usageSums(event.usage),
      calls: event.calls,
      cost: event.cost,
      events: 1n,
      latency_ms: event.latency_ms,
      retries: event.retry_count,
    });
    for (const row of corrections.filter(({ event_id: id }) => id === event.id)) {
      post({ ...usageSums(row.usage_delta), cost: row.cost_delta });
    }
    if (event.latency_ms > 0n) {
      const bucket = latencyBucket(Number(event.latency_ms));
      add(latencies, keyOf(customer, period, day, provider, model, bucket), { events: 1n });
    }
  }
  return {
    rollups_period: Object.fromEntries([...periods].map(([key, sums]) => [key, only(sums)])),
    latencies_day: Object.fromEntries(latencies),
    rollups_tag: Object.fromEntries(tags),
  };
}

function add(to: Map<string, Record<string, bigint>>, key: string, sums: Record<string, bigint>) {
  const known = to.get(key) ?? {};
  for (const [sum, amount] of Object.entries(sums)) known[sum] = (known[sum] ?? 0n) + amount;
  to.set(key, known);
}

function usageSums(json: string): Record<string, bigint> {
  const usage = JSON.parse(json) as Record<string, number>;
  const sum = (buckets: readonly string[]): bigint =>
    buckets.reduce((total, bucket) => total + BigInt(usage[bucket] ?? 0), 0n);
  return {
    tokens: sum(TOKENS),
    input_tokens: sum(["input", "cache_read"]),
    output_tokens: sum(["output", "reasoning"]),
  };
}

function tagsOf(json: string | null): Map<string, string> {
  return new Map(Object.entries(JSON.parse(json ?? "{}") as Record<string, string>));
}

/** The sums that these tests use. */
function only(row: Readonly<Record<string, unknown>>): Record<string, bigint> {
  const names = ["calls", "tokens", "input_tokens", "output_tokens", "cost"];
  const sums = [...names, "events", "latency_ms", "retries"];
  return Object.fromEntries(sums.map((sum) => [sum, BigInt(String(row[sum] ?? 0))]));
}

function keyOf(...parts: readonly (string | bigint | number)[]): string {
  return JSON.stringify(parts.map(String));
}
