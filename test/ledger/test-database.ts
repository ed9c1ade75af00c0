/** An empty database of the kind that this run tests, and the ledger or the store on it; `vitest.config.ts` names the kind. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import type { LedgerOptions, OpenedLedger } from "../../src/ledger/door-over.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/open.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { newDatabase } from "../postgres/shared-database.ts";

export interface EmptyDatabase {
  /** A file, or a `postgres://` address: what another process needs to open it too. */
  readonly address: string;
  remove(): Promise<void>;
}

export const IS_POSTGRES = process.env["PURSER_TEST_DATABASE"] === "PostgreSQL";

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "purser-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function emptyDatabase(): Promise<EmptyDatabase> {
  if (IS_POSTGRES) {
    const { url, drop } = await newDatabase();
    return { address: url, remove: drop };
  }
  const { path, remove } = temporaryFolder();
  return { address: join(path, "purser.db"), remove: () => Promise.resolve(remove()) };
}

/** Its time is the clock's on both databases. */
export function openLedgerAt(address: string, options: LedgerOptions): Promise<OpenedLedger> {
  return isUrl(address)
    ? openPostgresLedger({ ...options, url: address, fixedClock: true })
    : openSqliteLedger({ ...options, file: address });
}

export async function openStoreAt(address: string): Promise<Store> {
  return isUrl(address)
    ? openPostgresStore({ url: address })
    : (await openSqliteStore({ file: address })).store;
}

export type DatabaseRow = Readonly<Record<string, unknown>>;

/** What a database says that a Purser has open: read beside it, not through it. Whole numbers are numbers or bigint. */
export async function readRows(address: string, select: string): Promise<DatabaseRow[]> {
  if (isUrl(address)) {
    const sql = postgres(address, { max: 1, types: { bigint: postgres.BigInt } });
    try {
      return [...(await sql.unsafe(select))];
    } finally {
      await sql.end();
    }
  }
  const database = new DatabaseSync(address, { readOnly: true });
  try {
    return database.prepare(select).all();
  } finally {
    database.close();
  }
}

function isUrl(address: string): boolean {
  return address.startsWith("postgres://");
}
