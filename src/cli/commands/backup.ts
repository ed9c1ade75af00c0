/** `purser backup`: copies the database into a file while the server runs. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { formatInstant } from "../../core/instant.ts";
import type { Config } from "../../server/config.ts";
import { sqliteFileOf } from "../../server/describe-database.ts";
import { type Backup, backUp } from "../../store/sqlite/backup.ts";
import { noteLastBackup, readLastBackup } from "../../store/sqlite/last-backup.ts";
import { configFor, newCommand, type SharedOptions, sayFor } from "../command.ts";
import { formatBytes, formatWhole } from "../format-numbers.ts";
import { secretPlace } from "../secret-place.ts";
import { copyWords, refusePostgres } from "../sqlite-file.ts";

interface Options extends SharedOptions {
  readonly force?: boolean;
}

export function backupCommand(): Command {
  return newCommand({
    name: "backup <file>",
    summary: "copy the SQLite database into a file, also while the server runs",
    examples: [
      "purser backup /var/backups/purser.db --force",
      'purser backup "purser-$(date +%F).db"',
    ],
  })
    .option("--force", "replace the file if it is there already")
    .action(makeBackup);
}

async function makeBackup(named: string, options: Options): Promise<void> {
  const config = configFor(options);
  refusePostgres(config, "docs/operating.md says how to back up PostgreSQL.");
  const say = sayFor(options);
  const file = resolve(named);
  const before = readLastBackup(config.dataDir);
  const made = await backUp({
    from: sqliteFileOf(config),
    to: file,
    overwrite: options.force === true,
    onProgress: (progress) => say.progress(say.paint.dim(`  ${copyWords(progress)}`)),
  });
  const at = new Date().toISOString();
  const events = Number(made.events);
  noteLastBackup(config.dataDir, { at, file, bytes: made.bytes, events });
  const { secretFingerprint: _, schemaVersion, lastEventAt, ...sizes } = made;
  say.result(
    {
      file,
      bytes: sizes.bytes,
      events,
      last_event_at: lastEventAt === null ? null : formatInstant(lastEventAt),
      schema_version: schemaVersion,
      secret_included: false,
      secret: secretPlace(config),
      previous_backup_at: before?.at ?? null,
    },
    () =>
      [`${say.paint.green("Backed up")} to ${file}`, ...lines(made, config, before?.at)].join("\n"),
  );
}

function lines(made: Backup, config: Config, before: string | undefined): string[] {
  const last = made.lastEventAt === null ? "none yet" : formatInstant(made.lastEventAt);
  return [
    `  Size: ${formatBytes(made.bytes)}, checked.`,
    `  Events: ${formatWhole(Number(made.events))}; the last one: ${last}.`,
    ...(before === undefined ? [] : [`  The backup before this one: ${before}.`]),
    `  The secret is not inside. It is ${secretPlace(config)}; back it up too, in another place.`,
  ];
}
