/** Moves the write-ahead log into the database between batches, when idle or when it has grown. */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { DiskFault, withDiskWords } from "./disk-fault.ts";

/** About 3,000 to 30,000 pages of log, by how many customers took part. */
const CHANGES_BETWEEN = 10_000;
const IDLE_MS = 250;
/** A log this large had a reader in its way; truncating waits for that reader. */
const TRUNCATE_ABOVE_BYTES = 256 * 1024 * 1024;

export interface Checkpoints {
  /** Told after each commit of about how many rows it changed. */
  committed(changes: number): void;
  stop(): void;
}

export function checkpointing(db: DatabaseSync, file: string): Checkpoints {
  let changes = 0;
  let idle: NodeJS.Timeout | undefined;

  const checkpoint = (): void => {
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
    const mode = (log?.size ?? 0) > TRUNCATE_ABOVE_BYTES ? "truncate" : "passive";
    changes = 0;
    attempt(mode);
  };
  /** On a full disk it fails, and what was committed is safe in the log: no caller may hear that it is not. */
  const attempt = (mode: "truncate" | "passive"): void => {
    try {
      db.exec(`pragma wal_checkpoint(${mode})`);
    } catch (fault) {
      // The next commits try again, and tell of a disk that takes nothing more; any other fault is a mistake of ours.
      if (!(withDiskWords(fault) instanceof DiskFault)) throw fault;
    }
  };
  const whenIdle = (): NodeJS.Timeout => {
    const timer = setTimeout(() => {
      if (changes > 0) checkpoint();
    }, IDLE_MS);
    return timer.unref();
  };
  return {
    committed: (more) => {
      changes += more;
      if (changes >= CHANGES_BETWEEN) checkpoint();
      // Each commit puts it off: while calls come, only a grown log is worth the work.
      if (idle === undefined) idle = whenIdle();
      else idle.refresh();
    },
    stop: () => {
      clearTimeout(idle);
      attempt("truncate");
    },
  };
}
