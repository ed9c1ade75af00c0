/** The first tables: who a customer is, what they may use, what they used. */
import type { Migration } from "../migration.ts";

/** The sums that roll-ups keep, one column a meter. */
const SUMS = `
  calls integer not null, tokens integer not null, input_tokens integer not null, output_tokens integer not null,
  cost integer not null, images integer not null, characters integer not null, seconds integer not null,
  pages integer not null`;

const ROLLUP = `
  customer_id text not null, period_start integer not null, starts_at integer not null, provider text not null,
  model text not null, operation text not null, key_id text not null,
  outcome text not null check (outcome in ('success', 'failed')),
  ${SUMS},
  events integer not null, latency_ms integer not null, retries integer not null,
  primary key (customer_id, period_start, starts_at, provider, model, operation, key_id, outcome)`;

const PEOPLE_AND_PLANS = `
  create table meta (name text primary key, value text not null) strict, without rowid;
  create table secrets (name text primary key, sealed blob not null) strict, without rowid;
  create table nodes (
    node_id text primary key, boot_id text not null, heartbeat_at integer not null) strict, without rowid;
  create table plans (
    id integer primary key autoincrement, slug text not null unique, hidden integer not null,
    created_at integer not null) strict;
  create table plan_versions (
    id integer primary key autoincrement, plan_id integer not null references plans (id), version integer not null,
    definition text not null, created_at integer not null, unique (plan_id, version)) strict;
  create table customers (
    id text primary key, lookup blob not null unique, sealed_key blob not null, sealed blob not null,
    usage_anchor integer not null, created_at integer not null) strict, without rowid;
  create table subscriptions (
    id integer primary key autoincrement, customer_id text not null references customers (id),
    plan_version_id integer not null references plan_versions (id),
    billing_cycle text not null check (billing_cycle in ('monthly', 'yearly')),
    status text not null check (status in ('trialing', 'active', 'past_due', 'paused', 'canceled', 'expired')),
    current_period_start integer not null, current_period_end integer not null, created_at integer not null,
    ended_at integer) strict;
  create unique index subscriptions_open on subscriptions (customer_id) where ended_at is null;
  create index subscriptions_customer on subscriptions (customer_id, id);
  create table keys (
    id text primary key, kind text not null check (kind in ('admin', 'service', 'customer')),
    customer_id text references customers (id), hash blob not null unique, prefix text not null, name text not null,
    limits text not null, created_at integer not null, expires_at integer, revoked_at integer,
    last_used_at integer) strict, without rowid;
  create index keys_customer on keys (customer_id);
  create table audit_log (
    id integer primary key autoincrement, at integer not null, actor text not null, action text not null,
    subject text not null, details text not null) strict;`;

const LEDGER = `
  create table reservations (
    id text primary key, customer_id text not null, key_id text, provider text not null, model text not null,
    operation text not null, endpoint text not null, streamed integer not null, owner text not null,
    state text not null check (state in ('pending', 'released')), at integer not null, period_start integer not null,
    expires_at integer not null, held text not null, answer text not null, expected text not null)
    strict, without rowid;
  create index reservations_customer on reservations (customer_id, at);
  create index reservations_due on reservations (expires_at);
  create table events (
    seq integer primary key, id text not null unique, customer_id text not null, key_id text, at integer not null,
    period_start integer not null, provider text not null, model text not null, answered_model text,
    operation text not null, endpoint text not null,
    source text not null check (source in ('gateway', 'library', 'reservation', 'event', 'import')),
    streamed integer not null, status_code integer not null, calls integer not null check (calls in (0, 1)),
    usage text not null, cost integer not null check (cost >= 0), lines text not null, stated_cost integer,
    latency_ms integer not null, first_token_ms integer, retry_count integer not null, estimated integer not null,
    unconfirmed integer not null, unpriced integer not null, overrun integer not null) strict;
  create index events_customer on events (customer_id, at, seq);
  create table event_details (
    event_id text primary key, customer_id text not null, error_message text, tags text) strict, without rowid;
  create table event_keys (
    customer_id text not null, source_id text not null, event_id text not null,
    primary key (customer_id, source_id)) strict, without rowid;
  create index event_keys_source on event_keys (source_id);
  create table corrections (
    id integer primary key, event_id text not null, customer_id text not null, source_id text not null,
    reason text not null, usage_delta text not null, cost_delta integer not null, created_at integer not null,
    unique (event_id, source_id)) strict;
  create table counters (
    id integer primary key, subject text not null, window_start integer not null,
    per text not null check (per in ('period', 'month', 'day', 'hour', 'minute')), meter text not null,
    provider text not null, model text not null, operation text not null, window_end integer not null,
    used integer not null check (used >= 0), held integer not null check (held >= 0),
    unique (subject, window_start, provider, model, operation, meter, per)) strict;
  create table rollups_hour (${ROLLUP}) strict, without rowid;
  create table rollups_day (${ROLLUP}) strict, without rowid;
  create index rollups_day_starts on rollups_day (starts_at);
  create table denial_counts (
    customer_id text not null, limit_key text not null, code text not null, day integer not null,
    count integer not null, primary key (customer_id, limit_key, code, day)) strict, without rowid;
  create table denials (
    id integer primary key autoincrement, customer_id text not null, at integer not null, code text not null,
    provider text not null, model text not null, operation text not null, limit_json text, used integer,
    held integer, cap integer, requested integer) strict;`;

const ALERTS = `
  create table alerts (
    id integer primary key autoincrement, customer_id text not null,
    type text not null check (
      type in ('usage_threshold', 'limit_reached', 'cost_threshold', 'payment', 'subscription', 'system')),
    threshold integer not null, severity text not null check (severity in ('info', 'warning', 'error')),
    provider text, meter text, title text not null, message text not null, period_start integer not null,
    created_at integer not null, sent_at integer, read_at integer) strict;
  create index alerts_customer on alerts (customer_id, id);
  create table alert_marks (
    customer_id text not null, counter_key text not null, cap integer not null, threshold integer not null,
    alert_id integer, primary key (customer_id, counter_key, cap, threshold)) strict, without rowid;
  create table outbox (
    id integer primary key autoincrement, kind text not null, customer_id text, payload text not null,
    created_at integer not null, sent_at integer) strict;
  create index outbox_unsent on outbox (id) where sent_at is null;`;

/** What is in the log stays as it was written: a later truth is another row. */
function appendOnly(table: "events" | "corrections"): string {
  return `
  create trigger ${table}_no_update before update on ${table} begin
    select raise(abort, '${table} are append-only: write a correction'); end;
  create trigger ${table}_no_delete before delete on ${table} begin
    select raise(abort, '${table} are append-only: write a correction'); end;`;
}

export const first: Migration = {
  version: 1,
  name: "first",
  sql: [PEOPLE_AND_PLANS, LEDGER, ALERTS, appendOnly("events"), appendOnly("corrections")].join(
    "\n",
  ),
};
