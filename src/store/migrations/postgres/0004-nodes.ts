/** What several nodes share: leases, word of changed settings, months of events, and the ledger's batches. */
import type { Migration } from "../migration.ts";
import { ROLLUP, WORD } from "./0001-first.ts";
import { OPEN_BATCH } from "./0004-open-batch.ts";
import { READ_BATCH } from "./0004-read-batch.ts";
import { WRITE_BATCH } from "./0004-write-batch.ts";

const TABLES = `
  create table leases (name ${WORD} primary key, holder ${WORD} not null, until bigint not null);
  create table lane_commits (
    lane ${WORD} primary key, token ${WORD} not null, at bigint not null) with (fillfactor = 50);
  create table config_versions (name ${WORD} primary key, version bigint not null);
  create table closing_balances (${ROLLUP});`;

/** Told within the transaction that changes them, so that nobody reads too early; the versions are for those who poll. */
const CONFIG_CHANGES = `
  create function purser_config_changed() returns trigger language plpgsql as $$
  begin
    insert into config_versions (name, version) values (tg_argv[0], 1)
      on conflict (name) do update set version = config_versions.version + 1;
    perform pg_notify('purser_config', tg_argv[0]);
    return null;
  end $$;
  ${told("plans", "insert or update or delete", "plans")}
  ${told("plan_versions", "insert or update or delete", "plans")}
  ${told("customers", "delete or update of sealed_key, usage_anchor", "customers")}
  ${told("keys", "delete or update of revoked_at, expires_at, limits, hash", "keys")}
  ${told("prices", "insert", "prices")}
  ${told("meta", "insert or update or delete", "settings")}`;

function told(table: string, events: string, name: string): string {
  return `create trigger ${table}_told after ${events} on ${table}
    for each statement execute function purser_config_changed('${name}');`;
}

/** Made beside the table and attached, so that nobody who writes other months waits. */
const EVENT_MONTHS = `
  create function purser_make_events_month(at_ms bigint) returns void language plpgsql as $$
  declare
    month timestamp := date_trunc('month', to_timestamp(at_ms / 1000.0) at time zone 'UTC');
    part text := 'events_' || to_char(month, 'YYYY_MM');
    starts bigint := extract(epoch from month at time zone 'UTC')::bigint * 1000;
    ends bigint := extract(epoch from (month + interval '1 month') at time zone 'UTC')::bigint * 1000;
  begin
    if to_regclass(part) is not null then return; end if;
    perform pg_advisory_xact_lock(1347770963, 2);
    if to_regclass(part) is not null then return; end if;
    execute format('create table %I (like events including defaults including constraints)', part);
    execute format('create trigger %I before truncate on %I for each statement execute function events_refuse()',
      part || '_no_truncate', part);
    execute format('alter table events attach partition %I for values from (%s) to (%s)', part, starts, ends);
  end $$;`;

export const nodes: Migration = {
  version: 4,
  name: "nodes",
  sql: [TABLES, CONFIG_CHANGES, EVENT_MONTHS, OPEN_BATCH, READ_BATCH, WRITE_BATCH].join("\n"),
};
