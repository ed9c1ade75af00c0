/** Puts a backup in the place of a data folder's database, which is kept beside it. */
import { randomBytes } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../core/errors.ts";
import { formatInstant, type Instant } from "../../core/instant.ts";
import { type CopyProgress, copyDatabase, dropCopy, makeDurable } from "./copy-database.ts";
import { isDamage } from "./disk-fault.ts";
import { type ExaminedCopy, examineCopy, refuseOtherFiles } from "./examine-copy.ts";

export interface Restored extends ExaminedCopy {
  /** Where the database is that was there before; null where there was none. */
  readonly putAside: string | null;
}

export interface RestoreOptions {
  readonly from: string;
  /** The data folder's SQLite file. Whoever restores holds the folder's lock (lock.ts). */
  readonly to: string;
  /** Names the database that is put aside. */
  readonly now: Instant;
  readonly onProgress?: (progress: CopyProgress | "checking") => void;
}

const ASIDE = ".before-restore-";
const PARTIAL = /^\.[0-9a-f]{8}\.partial(-journal|-wal|-shm)?$/;
/** Whoever reads now (a backup) mostly reads for longer; more than that is not worth waiting for. */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * The folder is there, and whoever restores has its lock. `from` is not changed. The bytes that are checked are those that are put in place. Interrupted at any moment, the
 * folder has the one database or the other. Throws `not_found`, and what `examineCopy` throws.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { from, to } = options;
  if (!existsSync(from)) throw new AppError("not_found", `There is no file ${from}.`, { from });
  refuseOtherFiles(from);
  clearInterrupted(to, from);
  const fresh = `${to}.${randomBytes(4).toString("hex")}.partial`;
  try {
    await copyDatabase({ from, to: fresh, onProgress: options.onProgress });
    options.onProgress?.("checking");
    const found = examineCopy(fresh, from);
    const putAside = existsSync(to) ? putPresentAside(to, options.now) : null;
    dropLog(to);
    renameSync(fresh, to);
    makeDurable(to);
    return { ...found, putAside };
  } finally {
    dropCopy(fresh);
  }
}

/** What a restore that was killed left: its copy, and second names of a database that is still in place. */
function clearInterrupted(file: string, from: string): void {
  const [folder, name] = [dirname(file), basename(file)];
  const present = statSync(file, { throwIfNoEntry: false })?.ino;
  const { ino: wanted } = statSync(from);
  if (wanted === present) {
    throw new AppError("conflict", `${from} is the database itself. Name a backup.`, { from });
  }
  for (const other of readdirSync(folder).filter((each) => each.startsWith(`${name}.`))) {
    const path = join(folder, other);
    const { ino } = statSync(path);
    if (ino !== wanted && PARTIAL.test(other.slice(name.length))) rmSync(path);
    if (ino !== present || !other.startsWith(name + ASIDE)) continue;
    rmSync(path);
    rmSync(`${path}-wal`, { force: true });
  }
}

/** Gives the present database a second name; the first one stays until the restored one takes it, in one step. */
function putPresentAside(file: string, now: Instant): string {
  const aside = `${file}${ASIDE}${formatInstant(now).replaceAll(":", "-")}`;
  const log = { of: `${file}-wal`, aside: `${aside}-wal` };
  keepAs(file, aside);
  // Before SQLite opens the file, since it deletes the log of a database that it cannot read.
  if (existsSync(log.of)) keepAs(log.of, log.aside);
  try {
    emptyLog(file);
  } catch (fault) {
    rmSync(aside);
    rmSync(log.aside, { force: true });
    throw fault;
  }
  if (statSync(log.aside, { throwIfNoEntry: false })?.size === 0) rmSync(log.aside);
  makeDurable(aside);
  return aside;
}

/**
 * Moves the log into the database, so that the file alone is all of it. What is left of a log would be taken for the
 * restored database's own, which SQLite cannot tell apart.
 */
function emptyLog(file: string): void {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    const [busy] = Object.values(db.prepare("pragma wal_checkpoint(truncate)").get() ?? {});
    if (busy !== 0) throw inUse(file);
  } catch (fault) {
    // A database that cannot be read is a reason to restore one: it is kept with its log as they are.
    if (!isDamage(fault)) throw fault;
  } finally {
    db.close();
  }
}

function inUse(file: string): AppError {
  const message = `Another program reads ${file}. End it (a backup, sqlite3) and run the command again.`;
  return new AppError("conflict", message, { file });
}

function keepAs(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch {
    // Some file systems have no second names: then it is copied, which takes longer.
    copyFileSync(file, name, constants.COPYFILE_EXCL);
  }
}

/** Before the restored file comes, never after: it must not meet another database's log. */
function dropLog(file: string): void {
  rmSync(`${file}-wal`, { force: true });
  rmSync(`${file}-shm`, { force: true });
}
