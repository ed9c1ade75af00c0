/** What customers made at providers through us, and the work of theirs that a provider answers later. */
import type { Migration } from "../migration.ts";
import { WORD } from "./0001-first.ts";

export const objects: Migration = {
  version: 3,
  name: "objects",
  sql: `
  create table objects (
    provider ${WORD} not null, object_id ${WORD} not null, kind text not null, customer_id ${WORD} not null,
    tokens bigint, contents text, made_by text, created_at bigint not null, primary key (provider, object_id));
  create index objects_customer on objects (customer_id);
  create table awaited (
    call_id ${WORD} primary key, provider ${WORD} not null, object_id ${WORD} not null, customer_id ${WORD} not null,
    asked text not null, created_at bigint not null, ask_at bigint not null, asks bigint not null);
  create index awaited_due on awaited (ask_at);
  create index awaited_object on awaited (provider, object_id);`,
};
