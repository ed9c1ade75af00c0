/** Makes a backup of the database while it is used, and vouches for it: a whole file, checked, or none. */
import { randomBytes } from "node:crypto";
import { existsSync, renameSync, statSync } from "node:fs";
import { AppError } from "../../core/errors.ts";
import { type CopyProgress, copyDatabase, dropCopy, makeDurable } from "./copy-database.ts";
import { type ExaminedCopy, examineCopy } from "./examine-copy.ts";

export interface Backup extends ExaminedCopy {
  readonly bytes: number;
}

export interface BackupOptions {
  /** The SQLite file of a data folder. */
  readonly from: string;
  readonly to: string;
  /** May a file that is there already be replaced? */
  readonly overwrite: boolean;
  readonly onProgress?: (progress: CopyProgress | "checking") => void;
}

/**
 * `to` appears at the end only, at once, and is on the disk then. Throws `not_found` without a database, `conflict` where
 * `to` is there already, and what `examineCopy` throws: a damaged database is not kept as a backup.
 */
export async function backUp({ from, to, overwrite, onProgress }: BackupOptions): Promise<Backup> {
  if (!existsSync(from)) {
    throw new AppError("not_found", `There is no database ${from}. Check --data-dir.`, { from });
  }
  refuseToReplace(from, to, overwrite);
  const fresh = `${to}.${randomBytes(4).toString("hex")}.partial`;
  try {
    await copyDatabase({ from, to: fresh, onProgress });
    onProgress?.("checking");
    const found = examineCopy(fresh, from);
    const { size: bytes } = statSync(fresh);
    refuseToReplace(from, to, overwrite);
    renameSync(fresh, to);
    makeDurable(to);
    return { ...found, bytes };
  } finally {
    dropCopy(fresh);
  }
}

function refuseToReplace(from: string, to: string, overwrite: boolean): void {
  const there = statSync(to, { throwIfNoEntry: false });
  if (there === undefined) return;
  const source = statSync(from);
  if (there.ino === source.ino && there.dev === source.dev) {
    const message = `${to} is the database itself. Name another file.`;
    throw new AppError("conflict", message, { to });
  }
  if (there.isFile() && overwrite) return;
  const mend = there.isFile() ? "Name another, or add --force." : "Name a file in it.";
  throw new AppError("conflict", `${to} is there already. ${mend}`, { to });
}
