/** What alerts are about, the channels they go out by, and how far each has come. */
import type { Migration } from "../migration.ts";

/** `facts`: JSON by kind (core/alerts). `advice`: JSON of what to do about it; null: not looked for yet. */
const ALERTS = `
  alter table alerts add column kind text not null default 'threshold';
  alter table alerts add column facts text not null default '{}';
  alter table alerts add column advice text;
  update alerts set kind = 'limit_reached' where type = 'limit_reached';
  create index alerts_period on alerts (customer_id, period_start, id);`;

/** What told the operator before there were channels becomes an alert; nothing from before them is sent any more. */
const OUTBOX = `
  insert into alerts (customer_id, type, threshold, severity, provider, title, message, period_start, created_at, kind)
    select 'deployment', 'system', 100, 'warning', json_extract(payload, '$.provider'),
      case json_extract(payload, '$.code') when 'unpriced' then 'A model has no price' else 'The sums differ from the log' end,
      json_extract(payload, '$.message'), created_at, created_at, json_extract(payload, '$.code')
    from outbox where kind = 'operator_alert' order by id;
  update outbox set sent_at = created_at where sent_at is null;`;

/** `customer_id` null: the operator's. `sealed`: where to and with which secrets. */
const CHANNELS = `
  create table channels (
    id integer primary key autoincrement, customer_id text,
    kind text not null check (kind in ('email', 'webhook', 'slack')), name text not null, events text not null,
    sealed blob not null, created_at integer not null, updated_at integer not null, paused_at integer) strict;
  create table deliveries (
    id integer primary key autoincrement, outbox_id integer not null, receiver text not null, channel_id integer,
    customer_id text, message_id text not null unique, event text not null,
    state text not null check (state in ('pending', 'sent', 'dead', 'dropped')),
    attempts integer not null, due_at integer not null, last_error text, last_status integer,
    created_at integer not null, ended_at integer, unique (outbox_id, receiver)) strict;
  create index deliveries_pending on deliveries (state, receiver, id) where state = 'pending';
  create index deliveries_state on deliveries (state, id);
  create index deliveries_channel on deliveries (channel_id, id);`;

/** The usual thresholds were kept though nobody had chosen them; now only what somebody chose is. */
const PREFERENCES = `
  update alert_preferences set preferences = replace(preferences, '"thresholds":[80,90,100],', '');`;

export const alerts: Migration = {
  version: 7,
  name: "alerts",
  sql: ALERTS + OUTBOX + CHANNELS + PREFERENCES,
};
