/** Adds a day's events up to the rows that the ledger would have written beside them. */
import { DAY_MS, HOUR_MS } from "../../src/core/instant.ts";
import { latencyBucket } from "../../src/core/latency-histogram.ts";
import type { HistoryEvent } from "./draw-day.ts";

/** Keys and sums in the order of their columns. */
export type Row = readonly (string | number)[];

export const ROLLUP_COLUMNS =
  "customer_id, period_start, starts_at, provider, model, operation, key_id, outcome, calls, tokens, input_tokens, output_tokens, cost, images, characters, seconds, pages, events, latency_ms, retries";
export const LATENCY_COLUMNS =
  "customer_id, period_start, starts_at, provider, model, bucket, events";

/** What each usage period came to, from the days, in one statement on either database. */
export const PERIODS_SQL = `
  insert into rollups_period (${ROLLUP_COLUMNS})
    select customer_id, period_start, period_start, provider, model, operation, key_id, outcome, sum(calls), sum(tokens),
      sum(input_tokens), sum(output_tokens), sum(cost), sum(images), sum(characters), sum(seconds), sum(pages), sum(events),
      sum(latency_ms), sum(retries)
    from rollups_day group by customer_id, period_start, provider, model, operation, key_id, outcome`;

export interface DayRows {
  readonly hours: Row[];
  readonly days: Row[];
  readonly latencies: Row[];
}

export function addUp(events: readonly HistoryEvent[]): DayRows {
  const [hours, days, latencies] = [new Sums(), new Sums(), new Sums()];
  for (const event of events) {
    const { customerId, periodStart, at, habit, keyId, input, output, cost, latencyMs } = event;
    const { provider, model, operation } = habit;
    const day = at - (at % DAY_MS);
    const rest = [provider, model, operation, keyId, event.statusCode < 400 ? "success" : "failed"];
    const calls = event.statusCode < 400 ? 1 : 0;
    const sums = [
      calls,
      input + output,
      input,
      output,
      cost,
      0,
      0,
      0,
      0,
      1,
      latencyMs,
      event.retries,
    ];
    hours.add([customerId, periodStart, at - (at % HOUR_MS), ...rest], sums);
    days.add([customerId, periodStart, day, ...rest], sums);
    latencies.add([customerId, periodStart, day, provider, model, latencyBucket(latencyMs)], [1]);
  }
  return { hours: hours.rows(), days: days.rows(), latencies: latencies.rows() };
}

class Sums {
  private readonly byKey = new Map<string, { key: (string | number)[]; sums: number[] }>();

  add(key: (string | number)[], sums: readonly number[]): void {
    const name = key.join(" ");
    const known = this.byKey.get(name);
    if (known === undefined) {
      this.byKey.set(name, { key, sums: [...sums] });
      return;
    }
    for (const [index, sum] of sums.entries()) known.sums[index] = (known.sums[index] ?? 0) + sum;
  }

  rows(): Row[] {
    return [...this.byKey.values()].map(({ key, sums }) => [...key, ...sums]);
  }
}
