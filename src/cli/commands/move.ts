/** `purser move`: copies a SQLite installation into an empty PostgreSQL, and compares both before it says done. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { Difference } from "../../moving/compare.ts";
import { type Moved, type MoveProgress, move } from "../../moving/move.ts";
import type { Config } from "../../server/config.ts";
import { sqliteFileOf } from "../../server/describe-database.ts";
import { lockDataFolder } from "../../store/sqlite/lock.ts";
import { configFor, newCommand, type Say, type SharedOptions, sayFor } from "../command.ts";
import { CommandFailure, describeFault } from "../failure.ts";
import { formatPercent, formatWhole } from "../format-numbers.ts";
import { secretPlace } from "../secret-place.ts";

interface Options extends SharedOptions {
  readonly to: string;
}

const PROGRESS_EVERY_MS = 1_000;

export function moveCommand(): Command {
  return newCommand({
    name: "move",
    summary: "copy the SQLite database into an empty PostgreSQL; the server must be stopped",
    examples: [
      "purser move --to postgres://purser@db.example.com/purser",
      "PGPASSWORD=… purser move --to postgres://purser@db.example.com/purser --json",
    ],
  })
    .requiredOption("--to <url>", "an empty PostgreSQL database; its password may be in PGPASSWORD")
    .action(moveUp);
}

async function moveUp(options: Options): Promise<void> {
  checkAddress(options.to);
  const config = configFor(options);
  const say = sayFor(options);
  const file = sqliteFileOf(config);
  // Before the lock, which would make the folder.
  if (!existsSync(file)) {
    const mend = "Check --data-dir, or PURSER_DATA_DIR.";
    throw new CommandFailure({ code: "not_found", message: `There is no database ${file}.`, mend });
  }
  const lock = lockDataFolder(config.dataDir);
  try {
    const moved = await moveLocked(file, options.to, say);
    if (moved.kind === "differs") throw differs(moved.differences);
    const shown = withoutPassword(options.to);
    const next = { PURSER_DATABASE_URL: shown, PURSER_SECRET: secretPlace(config) };
    say.result(
      moved.kind === "moved"
        ? { moved: true, rows: moved.rows, nuls_replaced: moved.nulsReplaced, next }
        : { moved: true, moved_before: moved.at, next },
      () => [...head(moved, shown, say), ...nextLines(config, shown)].join("\n"),
    );
  } finally {
    lock.release();
  }
}

async function moveLocked(from: string, to: string, say: Say): Promise<Moved> {
  const tell = tellProgress(say);
  let hasBegun = false;
  try {
    return await move({
      from,
      to,
      nowText: () => new Date().toISOString(),
      onProgress: (progress) => {
        hasBegun = true;
        tell(progress);
      },
    });
  } catch (cause) {
    if (!hasBegun) throw cause;
    const { code, message } = describeFault(cause);
    const mend =
      "Run the same command again: it goes on from where it stopped. The SQLite database is as it was.";
    throw new CommandFailure(
      { code, message: `The move was interrupted: ${message}`, mend },
      { cause },
    );
  }
}

function checkAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPostgres = url !== null && /^postgres(ql)?:$/.test(url.protocol);
  if (isPostgres && url.hostname !== "" && url.pathname.length > 1) return;
  throw new CommandFailure({
    code: "invalid_request",
    message: "--to must be an address such as postgres://purser@db.example.com/purser.",
    mend: "Signs such as @ or / in its password are written as %40 or %2F, or give it in PGPASSWORD.",
  });
}

/** About one line a second, and the first of each kind. */
function tellProgress(say: Say): (progress: MoveProgress) => void {
  const began = performance.now();
  let lastAt = Number.NEGATIVE_INFINITY;
  let lastKind = "";
  return (progress) => {
    const now = performance.now();
    if (progress.kind === lastKind && now - lastAt < PROGRESS_EVERY_MS) return;
    [lastAt, lastKind] = [now, progress.kind];
    say.progress(say.paint.dim(`  ${progressWords(progress, (now - began) / 1_000)}`));
  };
}

function progressWords(progress: MoveProgress, seconds: number): string {
  switch (progress.kind) {
    case "resumed":
      return `Going on behind the ${formatWhole(progress.rows)} rows that are there already.`;
    case "comparing":
      return `Comparing both sides: ${progress.table}…`;
    case "copying": {
      const { table, rows, total, moved } = progress;
      const part = formatPercent((rows / total) * 100);
      const speed = formatWhole(Math.round(moved / seconds));
      return `${table}: ${formatWhole(rows)} of ${formatWhole(total)} rows (${part}), ${speed} rows/s`;
    }
  }
}

function differs(differences: readonly Difference[]): CommandFailure {
  const shown = differences
    .slice(0, 10)
    .map(
      ({ table, what, sqlite, postgres }) =>
        `${table}: ${what} is ${sqlite} in SQLite and ${postgres} in PostgreSQL`,
    );
  const mend =
    "Do not use the target: empty it (drop and create the database) and move again. The SQLite database is as it was.";
  const message = `Both sides differ. ${shown.join("; ")}.`;
  return new CommandFailure({ code: "move_differs", message, mend });
}

function head(moved: Exclude<Moved, { kind: "differs" }>, target: string, say: Say): string[] {
  const { green, yellow } = say.paint;
  if (moved.kind === "moved_before") {
    return [`${green("Done before:")} this database was moved to ${target} at ${moved.at}.`];
  }
  const replaced = `  ${formatWhole(moved.nulsReplaced)} NUL characters in texts were replaced by U+FFFD; PostgreSQL cannot hold them.`;
  return [
    `${green("Moved")} ${formatWhole(moved.rows)} rows to ${target}; counts and sums of every table are the same on both sides.`,
    ...(moved.nulsReplaced === 0 ? [] : [yellow(replaced)]),
  ];
}

function nextLines(config: Config, target: string): string[] {
  return [
    "",
    "  Next, for every node:",
    `    PURSER_DATABASE_URL  ${target}, with its password`,
    `    PURSER_SECRET        the secret of this installation, which is ${secretPlace(config)}`,
    `  The SQLite database in ${config.dataDir} was not changed. Do not start a server on it again.`,
  ];
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = "";
  return shown.href;
}
