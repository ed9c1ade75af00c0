/** Roll-ups of whole usage periods and of declared tags, histograms of latency, and how old months leave. */
import type { Migration } from "../migration.ts";

const KEY = "customer_id, period_start, starts_at, provider, model, operation, key_id, outcome";
const SUMS =
  "calls, tokens, input_tokens, output_tokens, cost, images, characters, seconds, pages, events, latency_ms, retries";
const ADDED = SUMS.split(", ").map((sum) => `sum(${sum})`);

/** Of a row for a whole usage period, `starts_at` is the period's start. */
const PERIODS = `
  create table rollups_period (
    customer_id text not null, period_start integer not null, starts_at integer not null, provider text not null,
    model text not null, operation text not null, key_id text not null,
    outcome text not null check (outcome in ('success', 'failed')),
    calls integer not null, tokens integer not null, input_tokens integer not null, output_tokens integer not null,
    cost integer not null, images integer not null, characters integer not null, seconds integer not null,
    pages integer not null, events integer not null, latency_ms integer not null, retries integer not null,
    primary key (${KEY})) strict, without rowid;
  insert into rollups_period (${KEY}, ${SUMS})
    select customer_id, period_start, period_start, provider, model, operation, key_id, outcome, ${ADDED.join(", ")}
    from rollups_day group by customer_id, period_start, provider, model, operation, key_id, outcome;`;

/** `starts_at` is a UTC day; `bucket` is a step of core/latency-histogram.ts. */
const BESIDE = `
  create table latencies_day (
    customer_id text not null, period_start integer not null, starts_at integer not null, provider text not null,
    model text not null, bucket integer not null, events integer not null,
    primary key (customer_id, period_start, starts_at, provider, model, bucket)) strict, without rowid;
  create index latencies_day_starts on latencies_day (starts_at);
  create table rollups_tag (
    customer_id text not null, period_start integer not null, starts_at integer not null, tag text not null,
    value text not null, provider text not null, model text not null,
    calls integer not null, tokens integer not null, cost integer not null, events integer not null,
    primary key (customer_id, period_start, starts_at, tag, value, provider, model)) strict, without rowid;`;

/**
 * Events leave by whole months only: those of the one month that is named here, once an archive that holds them is
 * noted. From the moment that it is named nothing is added to them. Their ids stay, so that none is counted anew.
 */
const LEAVING = `
  create table detaching (
    id integer primary key check (id = 1), from_at integer not null, to_at integer not null, seq integer not null,
    archive text) strict;
  create table event_ids_left (
    event_id text primary key, customer_id text not null, at integer not null) strict, without rowid;
  drop trigger events_no_delete;
  create trigger events_no_delete before delete on events
    when not exists (select 1 from detaching
      where archive is not null and old.seq <= seq and old.at >= from_at and old.at < to_at) begin
    select raise(abort, 'events are append-only: write a correction'); end;
  drop trigger corrections_no_delete;
  create trigger corrections_no_delete before delete on corrections
    when not exists (select 1 from detaching d join events e on e.id = old.event_id
      where d.archive is not null and e.seq <= d.seq and e.at >= d.from_at and e.at < d.to_at) begin
    select raise(abort, 'corrections are append-only: write a correction'); end;
  create table archives (
    month text primary key, events integer not null, balances integer not null, file text not null,
    bytes integer not null, sha256 text not null, created_at integer not null) strict, without rowid;`;

export const rollups: Migration = { version: 6, name: "rollups", sql: PERIODS + BESIDE + LEAVING };
