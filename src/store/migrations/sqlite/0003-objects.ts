/** What customers made at providers through us, and the work of theirs that a provider answers later. */
import type { Migration } from "../migration.ts";

export const objects: Migration = {
  version: 3,
  name: "objects",
  sql: `
  create table objects (
    provider text not null, object_id text not null, kind text not null, customer_id text not null, tokens integer,
    contents text, made_by text, created_at integer not null, primary key (provider, object_id)) strict, without rowid;
  create index objects_customer on objects (customer_id);
  create table awaited (
    call_id text primary key, provider text not null, object_id text not null, customer_id text not null,
    asked text not null, created_at integer not null, ask_at integer not null, asks integer not null)
    strict, without rowid;
  create index awaited_due on awaited (ask_at);
  create index awaited_object on awaited (provider, object_id);`,
};
