/** Remembers in the data folder when the last backup was made, since only the server writes the database. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export interface LastBackup {
  /** RFC 3339. */
  readonly at: string;
  readonly file: string;
  readonly bytes: number;
  readonly events: number;
}

const FILE = "last-backup.json";

const lastBackup = z.object({
  at: z.iso.datetime(),
  file: z.string(),
  bytes: z.number(),
  events: z.number(),
});

/** null: none was made, or what is written there is not ours. */
export function readLastBackup(folder: string): LastBackup | null {
  try {
    return lastBackup.parse(JSON.parse(readFileSync(join(folder, FILE), "utf8")));
  } catch {
    // It is a note for people; without it nothing else works differently.
    return null;
  }
}

export function noteLastBackup(folder: string, made: LastBackup): void {
  const fresh = join(folder, `${FILE}.new`);
  writeFileSync(fresh, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, join(folder, FILE));
}
