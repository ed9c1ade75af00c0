/** Who is signed in to the dashboard, and links that sign somebody in once. */
import type { Migration } from "../migration.ts";

/** Only hashes of tokens are kept. `key_id`: the key that was signed in with; the session ends with it. */
const SESSIONS = `
  create table sessions (
    hash blob primary key, kind text not null check (kind in ('admin', 'customer')), key_id text, proof text,
    customer_id text, created_at integer not null, expires_at integer not null) strict, without rowid;
  create index sessions_expiry on sessions (expires_at);
  create table portal_links (
    hash blob primary key, customer_id text not null, return_url text, made_by text not null,
    created_at integer not null, expires_at integer not null) strict, without rowid;`;

export const sessions: Migration = { version: 8, name: "sessions", sql: SESSIONS };
