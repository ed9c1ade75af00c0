/** What several nodes share, what is kept of months whose events have left, and hours found by their start. */
import type { Migration } from "../migration.ts";

/** A closed month's sums, hour by hour: in an audit they stand for the events that left. */
const CLOSING_BALANCES = `
  create table closing_balances (
    customer_id text not null, period_start integer not null, starts_at integer not null, provider text not null,
    model text not null, operation text not null, key_id text not null,
    outcome text not null check (outcome in ('success', 'failed')),
    calls integer not null, tokens integer not null, input_tokens integer not null, output_tokens integer not null,
    cost integer not null, images integer not null, characters integer not null, seconds integer not null,
    pages integer not null, events integer not null, latency_ms integer not null, retries integer not null,
    primary key (customer_id, period_start, starts_at, provider, model, operation, key_id, outcome))
    strict, without rowid;`;

export const nodes: Migration = {
  version: 4,
  name: "nodes",
  sql: `
  create table leases (name text primary key, holder text not null, until integer not null) strict, without rowid;
  create table config_versions (name text primary key, version integer not null) strict, without rowid;
  create index rollups_hour_starts on rollups_hour (starts_at);
  ${CLOSING_BALANCES}`,
};
