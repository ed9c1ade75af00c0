/** The operator's own prices, and those of newer catalogues. */
import type { Migration } from "../migration.ts";

export const prices: Migration = {
  version: 2,
  name: "prices",
  sql: `
  create table prices (
    id integer primary key autoincrement, origin text not null check (origin in ('catalogue', 'operator')),
    provider text not null, model text not null, effective_from integer not null, daily text, rates text not null,
    names text, source text not null, description text, created_at integer not null) strict;
  create trigger prices_no_update before update on prices begin
    select raise(abort, 'prices are append-only: add a later row'); end;
  create trigger prices_no_delete before delete on prices begin
    select raise(abort, 'prices are append-only: add a later row'); end;`,
};
