/** Opens the embedded store: a writer thread, a read-only thread, and Kysely in front of them. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely } from "kysely";
import { type SqlStatement, sqlValue, type ThreadSettings } from "../messages.ts";
import type { Schema } from "../schema.ts";
import type { Store } from "../store.ts";
import { openThread, type Thread } from "../thread.ts";
import { READ_MS_MOST, tooSlow } from "../too-slow.ts";
import { readOnlyDialect } from "./kysely-dialect.ts";
import { refuseDamaged } from "./refuse-damaged.ts";

type Read = (statement: SqlStatement) => Promise<readonly unknown[]>;

export interface StoreOptions {
  /** The SQLite file; its folder is made. Whoever opens it holds the folder's lock (lock.ts). */
  readonly file: string;
  /** The writer thread's module, where more than the store writes (the ledger). */
  readonly writer?: URL;
  /** Handed to that module. */
  readonly extra?: unknown;
  /** A database thread died. The store and the ledger refuse everything from then on. */
  readonly onFault?: (fault: Error) => void;
}

export interface OpenedStore {
  readonly store: Store;
  readonly writer: Thread;
}

/** Creates or migrates the file and opens it. Throws where the file is damaged or cannot be opened, or a newer Purser made it. */
export async function openSqliteStore(options: StoreOptions): Promise<OpenedStore> {
  mkdirSync(dirname(options.file), { recursive: true });
  refuseDamaged(options.file);
  const settings: ThreadSettings = {
    file: options.file,
    nowMs: Date.now(),
    extra: options.extra ?? null,
  };
  const onFault = options.onFault ?? (() => undefined);
  const writer = await openThread(options.writer ?? besides("writer"), settings, onFault);
  const reads = await openReads(settings, onFault);
  const db = new Kysely<Schema>({ dialect: readOnlyDialect(reads.read) });
  const store: Store = {
    db,
    write: async (statements) => {
      const compiled = statements.map((statement) => statement.compile());
      const rows = await writer.request({
        kind: "write",
        statements: compiled.map(({ sql, parameters }) => ({
          sql,
          parameters: parameters.map(sqlValue),
        })),
      });
      // The writer answers one list of rows for each statement.
      return rows as readonly (readonly unknown[])[];
    },
    close: async () => {
      await reads.stop();
      await writer.stop();
    },
  };
  return { store, writer };
}

/** Reads on a thread that is replaced when a select does not end in time: SQLite cannot be interrupted from here. */
async function openReads(
  settings: ThreadSettings,
  onFault: (fault: Error) => void,
): Promise<{ read: Read; stop: () => Promise<void> }> {
  const open = (): Promise<Thread> => openThread(besides("reader"), settings, onFault);
  let current = open();
  await current;
  const read: Read = async (statement) => {
    const asked = current;
    const thread = await asked;
    const rows = thread.request({ kind: "read", statement });
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        if (current === asked) current = open();
        thread.kill();
        reject(tooSlow());
      }, READ_MS_MOST);
      const clear = (): void => clearTimeout(timer);
      rows.then(clear, clear);
    });
    // The reader answers with a list of rows.
    return (await Promise.race([rows, late])) as readonly unknown[];
  };
  return { read, stop: async () => (await current).stop() };
}

/** A thread's module beside this one, built or not. */
function besides(name: string): URL {
  return new URL(import.meta.url.replace(/open(\.[jt]s)$/, `${name}$1`));
}
