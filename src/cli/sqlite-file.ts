/** What the commands on the SQLite file itself share: who may use them, and words for how far a copy is. */
import type { Config } from "../server/config.ts";
import type { CopyProgress } from "../store/sqlite/copy-database.ts";
import { CommandFailure } from "./failure.ts";
import { formatBytes, formatPercent } from "./format-numbers.ts";

/** Throws where the settings say that the database is another one. */
export function refusePostgres({ databaseUrl }: Pick<Config, "databaseUrl">, mend: string): void {
  if (databaseUrl === null) return;
  const message = "PURSER_DATABASE_URL names PostgreSQL, and this command is for SQLite.";
  throw new CommandFailure({ code: "conflict", message, mend });
}

/** `Copied 120 MB of 480 MB (25 %)`. */
export function copyWords(progress: CopyProgress | "checking"): string {
  if (progress === "checking") return "Checking that it is whole…";
  const { done, total } = progress;
  const percent = formatPercent(Math.min(100, total === 0 ? 100 : (done / total) * 100));
  return `Copied ${formatBytes(done)} of ${formatBytes(total)} (${percent})`;
}
