/** Limits that an operator lifted for one customer, and what was held for a call beside its event. */
import type { Migration } from "../migration.ts";

/** `limit_json`: what it counts and its cap meanwhile. `ended_at`: taken back or replaced before its time. */
const LIMIT_LIFTS = `
  create table limit_lifts (
    id integer primary key autoincrement, customer_id text not null, limit_key text not null, limit_json text not null,
    until integer not null, reason text, made_by text not null, created_at integer not null, ended_at integer) strict;
  create index limit_lifts_customer on limit_lifts (customer_id, id);`;

/** As in `reservations`; null: nothing was held, or it was written before this. */
const HELD = `
  alter table events add column held text;
  alter table events add column expected text;`;

export const lifts: Migration = { version: 9, name: "lifts", sql: LIMIT_LIFTS + HELD };
