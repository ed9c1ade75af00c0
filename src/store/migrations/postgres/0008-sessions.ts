/** Who is signed in to the dashboard, and links that sign somebody in once. */
import type { Migration } from "../migration.ts";
import { WORD } from "./0001-first.ts";

/** Only hashes of tokens are kept. `key_id`: the key that was signed in with; the session ends with it. */
const SESSIONS = `
  create table sessions (
    hash bytea primary key, kind text not null check (kind in ('admin', 'customer')), key_id ${WORD}, proof text,
    customer_id ${WORD}, created_at bigint not null, expires_at bigint not null);
  create index sessions_expiry on sessions (expires_at);
  create table portal_links (
    hash bytea primary key, customer_id ${WORD} not null, return_url text, made_by text not null,
    created_at bigint not null, expires_at bigint not null);`;

export const sessions: Migration = { version: 8, name: "sessions", sql: SESSIONS };
