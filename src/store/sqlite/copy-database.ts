/** Copies an SQLite database, in use or not, into one new file that needs nothing beside it. */
import { closeSync, fsyncSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { AppError } from "../../core/errors.ts";
import { FULL, isDamage, primaryCode } from "./disk-fault.ts";

/** How much is copied, in bytes. */
export interface CopyProgress {
  readonly done: number;
  readonly total: number;
}

/** More pages than a database can have here: 8 TB of them. */
const ALL_PAGES = 2 ** 31 - 1;
const PROGRESS_EVERY_MS = 500;
const BUSY_TIMEOUT_MS = 5_000;

/**
 * The copy is of one instant: every transaction that was durable before, whole, and none that came later. `to` must not
 * exist; only its owner can read it. Throws `internal` where `from` is damaged or the disk is full. Nothing is written to `from`, so its writer goes on meanwhile.
 *
 * By SQLite's own backup in a single step, since with several each write of another process begins it anew; and not by
 * `vacuum into`, which holds the log for longer (it builds every index again) and cannot say how far it is.
 */
export async function copyDatabase(copy: {
  readonly from: string;
  readonly to: string;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}): Promise<void> {
  closeSync(openSync(copy.to, "wx", 0o600));
  try {
    await copyPages(copy);
    leaveWalMode(copy.to);
  } catch (fault) {
    throw withCopyWords(fault, copy);
  }
  makeDurable(copy.to);
}

async function copyPages({ from, to, onProgress }: Parameters<typeof copyDatabase>[0]) {
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  const telling = onProgress && tellProgress(source, to, onProgress);
  try {
    await backup(source, to, { rate: ALL_PAGES });
  } finally {
    clearInterval(telling);
    source.close();
  }
}

/** The copy is still in WAL mode, as its source was: then whoever opens it would lay two files beside it. */
function leaveWalMode(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec("pragma journal_mode = delete");
  } finally {
    db.close();
  }
}

/** Removes a copy that is not wanted, and whatever SQLite laid beside it; one that was renamed is not there any more. */
export function dropCopy(file: string): void {
  for (const ending of ["", "-journal", "-wal", "-shm"]) rmSync(file + ending, { force: true });
}

function withCopyWords(fault: unknown, { from, to }: { from: string; to: string }): unknown {
  if (isDamage(fault)) return damaged(from, fault);
  if (primaryCode(fault) !== FULL) return fault;
  const message = `The disk that ${to} is on is full. Free some space on it, or name a file on another.`;
  return new AppError("internal", message, { to }, { cause: fault });
}

/** `found` is what SQLite said of it. */
export function damaged(file: string, found: unknown): AppError {
  const said = found instanceof Error ? found.message : String(found);
  const message = `The database ${file} is damaged (${said}). Use an earlier backup, and keep this file: much of it can still be read.`;
  return new AppError("internal", message, { file }, { cause: found });
}

/** Makes what was written to a file, and its name, outlast a loss of power. */
export function makeDurable(file: string): void {
  for (const path of [file, dirname(file)]) {
    const opened = openSync(path, "r");
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  }
}

/** The one step says nothing while it runs, but its file grows. */
function tellProgress(
  source: DatabaseSync,
  to: string,
  tell: (progress: CopyProgress) => void,
): NodeJS.Timeout {
  const total = numberOf(source, "page_count") * numberOf(source, "page_size");
  return setInterval(() => tell({ done: statSync(to).size, total }), PROGRESS_EVERY_MS);
}

function numberOf(db: DatabaseSync, pragma: "page_count" | "page_size"): number {
  const [value] = Object.values(db.prepare(`pragma ${pragma}`).get() ?? {});
  return Number(value);
}
