/** Keeps a second Purser out of a data folder while the first one lives, however the first one ends. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../core/errors.ts";
import { BUSY, isUnwritable, NOT_A_DATABASE, primaryCode } from "./disk-fault.ts";

export interface DataFolderLock {
  release(): void;
}

/** Kept here, since a database that nobody refers to any more is closed, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes `purser.lock` of the folder (made if absent). The lock is the kernel's, by way of SQLite: it is gone the moment
 * its process is dead or a zombie, and a reused process id means nothing. Throws `conflict` while another process has it,
 * and `forbidden` where nothing can be written in the folder.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  const file = join(folder, "purser.lock");
  const holder = join(folder, "purser.pid");
  const db = inWritable(folder, () => {
    mkdirSync(folder, { recursive: true });
    const locked = lockedFile(file, holder);
    try {
      // A lock file of an earlier start can be locked on a read-only disk too: this is where that shows.
      writeFileSync(holder, `${process.pid}\n`);
    } catch (cause) {
      locked.close();
      throw cause;
    }
    return locked;
  });
  held.add(db);
  return {
    release: () => {
      if (!db.isOpen) return;
      rmSync(holder, { force: true });
      db.close();
      held.delete(db);
    },
  };
}

function lockedFile(file: string, holder: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec("begin exclusive");
    return db;
  } catch (cause) {
    db.close();
    if (primaryCode(cause) === BUSY) throw inUse(file, holder, cause);
    if (primaryCode(cause) !== NOT_A_DATABASE) throw cause;
    // Somebody else's file of that name: nobody can hold a lock in it, so it blocks nobody.
    rmSync(file, { force: true });
    return lockedFile(file, holder);
  }
}

/** EROFS, EACCES and EPERM of the system, and what SQLite makes of them. */
function inWritable<Result>(folder: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (!isUnwritable(cause) && !["EROFS", "EACCES", "EPERM"].includes(code)) throw cause;
    throw new AppError(
      "forbidden",
      `Purser cannot write in its data folder ${folder}. Make it writable for the user who runs Purser, or name another in PURSER_DATA_DIR.`,
      { folder },
      { cause },
    );
  }
}

function inUse(file: string, holder: string, cause: unknown): AppError {
  const pid = pidIn(holder);
  return new AppError(
    "conflict",
    `Another Purser${pid === null ? "" : ` (process ${pid})`} uses this data folder: it holds ${file}. Stop it, or give this one another PURSER_DATA_DIR.`,
    { file, pid },
    { cause },
  );
}

function pidIn(holder: string): number | null {
  try {
    const pid = Number(readFileSync(holder, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    // The words are only better with the number; the refusal stands without it.
    return null;
  }
}
