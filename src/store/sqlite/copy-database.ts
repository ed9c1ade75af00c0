/** Copies an SQLite database, in use or not, into one new file that needs nothing beside it. */
import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";

/** How much is copied, in bytes. */
export interface CopyProgress {
  readonly done: number;
  readonly total: number;
}

const PROGRESS_EVERY_MS = 500;
const BUSY_TIMEOUT_MS = 5_000;

/**
 * The copy is of one instant: every transaction that was durable before, whole, and none that came later. `to` must not
 * exist; only its owner can read it. Nothing is written to `from`, so its writer goes on meanwhile.
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
  const source = new DatabaseSync(copy.from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  const telling = copy.onProgress && tellProgress(source, copy.to, copy.onProgress);
  try {
    await backup(source, copy.to, { rate: -1 });
  } finally {
    clearInterval(telling);
    source.close();
  }
  // The copy is still in WAL mode, as its source was: then whoever opens it would lay two files beside it.
  const copied = new DatabaseSync(copy.to);
  copied.exec("pragma journal_mode = delete");
  copied.close();
  makeDurable(copy.to);
}

/** Resolves what was written to a file, and its name, past a loss of power. */
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
