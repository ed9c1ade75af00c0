/** Looks at a database file before anything is written to it, and refuses one that is damaged or none of SQLite's. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../core/errors.ts";
import { isDamage } from "./disk-fault.ts";

/** SQLite checks about a gigabyte a second; of a larger file only the size and the tables' names are looked at. */
const CHECKED_BYTES_MOST = 512 * 1024 * 1024;
const BUSY_TIMEOUT_MS = 5_000;
const HEADER_BYTES = 100;

/**
 * Changes nothing, and lets a file pass that is not there: it is made. Throws `enforcement_unavailable`, naming the file
 * and the mend, for a damaged, cut or empty one, and for a log whose database is gone: a new one would bury what is left.
 */
export function refuseDamaged(file: string): void {
  const logBytes = sizeOf(`${file}-wal`) ?? 0;
  const bytes = sizeOf(file);
  if (bytes === null) {
    if (logBytes > 0) throw refused(file, `is gone, and its log ${file}-wal is still there`);
    return;
  }
  // SQLite would take it for a new database.
  if (bytes === 0) throw refused(file, "is empty");
  // A log may hold what the file lacks after a crash, so its size says nothing then.
  const wantedBytes = logBytes > 0 ? 0 : bytesByHeader(file);
  if (bytes < wantedBytes) {
    throw refused(file, `is cut off: it has ${bytes} bytes of ${wantedBytes}`);
  }
  const fault = firstFault(file, bytes);
  if (fault !== null) throw refused(file, `is damaged (${fault.words})`, fault.cause);
}

function firstFault(file: string, bytes: number): { words: string; cause?: unknown } | null {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    db.prepare("select count(*) from sqlite_master").get();
    if (bytes > CHECKED_BYTES_MOST) return null;
    const [words = "ok"] = db.prepare("pragma quick_check(1)").all().flatMap(Object.values);
    return words === "ok" ? null : { words: String(words).split("\n").at(-1) ?? "" };
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    return { words: cause instanceof Error ? cause.message : String(cause), cause };
  } finally {
    db?.close();
  }
}

/** Pages times page size, as https://www.sqlite.org/fileformat.html#the_database_header says; 0 for what is no database. */
function bytesByHeader(file: string): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const opened = openSync(file, "r");
  try {
    if (readSync(opened, header) < HEADER_BYTES) return 0;
  } finally {
    closeSync(opened);
  }
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0") return 0;
  const pageBytes = header.readUInt16BE(16);
  // 65,536 does not fit its two bytes and is written as 1.
  return header.readUInt32BE(28) * (pageBytes === 1 ? 65_536 : pageBytes);
}

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

function refused(file: string, what: string, cause?: unknown): AppError {
  return new AppError(
    "enforcement_unavailable",
    `The database ${file} ${what}. Restore a backup (purser restore), or put the whole file back: Purser has changed nothing in it.`,
    { file },
    { cause },
  );
}
