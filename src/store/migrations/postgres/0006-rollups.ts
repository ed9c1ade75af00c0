/** Roll-ups of whole usage periods and of declared tags, histograms of latency, and the archives of months that left. */
import type { Migration } from "../migration.ts";
import { ROLLUP, WORD } from "./0001-first.ts";
import { SEED } from "./0006-seed.ts";
import { WRITE_BATCH } from "./0006-write-batch.ts";

const KEY = "customer_id, period_start, starts_at, provider, model, operation, key_id, outcome";
const SUMS =
  "calls, tokens, input_tokens, output_tokens, cost, images, characters, seconds, pages, events, latency_ms, retries";
const ADDED = SUMS.split(", ").map((sum) => `sum(${sum})`);

/** Of a row for a whole usage period, `starts_at` is the period's start. */
const PERIODS = `
  create table rollups_period (${ROLLUP}) with (fillfactor = 70);
  insert into rollups_period (${KEY}, ${SUMS})
    select customer_id, period_start, period_start, provider, model, operation, key_id, outcome, ${ADDED.join(", ")}
    from rollups_day group by customer_id, period_start, provider, model, operation, key_id, outcome;`;

/** `starts_at` is a UTC day; `bucket` is a step of core/latency-histogram.ts. */
const BESIDE = `
  create table latencies_day (
    customer_id ${WORD} not null, period_start bigint not null, starts_at bigint not null, provider ${WORD} not null,
    model ${WORD} not null, bucket bigint not null, events bigint not null,
    primary key (customer_id, period_start, starts_at, provider, model, bucket)) with (fillfactor = 80);
  create index latencies_day_starts on latencies_day (starts_at);
  create table rollups_tag (
    customer_id ${WORD} not null, period_start bigint not null, starts_at bigint not null, tag ${WORD} not null,
    value ${WORD} not null, provider ${WORD} not null, model ${WORD} not null,
    calls bigint not null, tokens bigint not null, cost bigint not null, events bigint not null,
    primary key (customer_id, period_start, starts_at, tag, value, provider, model)) with (fillfactor = 80);
  create table archives (
    month ${WORD} primary key, events bigint not null, balances bigint not null, file text not null,
    bytes bigint not null, sha256 text not null, created_at bigint not null);`;

export const rollups: Migration = {
  version: 6,
  name: "rollups",
  sql: [PERIODS, BESIDE, SEED, WRITE_BATCH].join("\n"),
};
