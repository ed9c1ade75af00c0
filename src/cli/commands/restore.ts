/** `purser restore`: puts a backup in the place of the database, which is kept. */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { formatInstant, instant } from "../../core/instant.ts";
import { fingerprintOf } from "../../privacy/vault.ts";
import type { Config } from "../../server/config.ts";
import { sqliteFileOf } from "../../server/describe-database.ts";
import { readSecret } from "../../server/read-secret.ts";
import { lockDataFolder } from "../../store/sqlite/lock.ts";
import { type Restored, restore } from "../../store/sqlite/restore.ts";
import { configFor, newCommand, type Say, type SharedOptions, sayFor } from "../command.ts";
import { formatWhole } from "../format-numbers.ts";
import { secretPlace } from "../secret-place.ts";
import { copyWords, refusePostgres } from "../sqlite-file.ts";

export function restoreCommand(): Command {
  return newCommand({
    name: "restore <file>",
    summary: "put a backup in the place of the SQLite database; the server must be stopped",
    examples: [
      "purser restore /var/backups/purser.db",
      "purser restore purser.db --data-dir /var/lib/purser",
    ],
  }).action(restoreBackup);
}

async function restoreBackup(named: string, options: SharedOptions): Promise<void> {
  const config = configFor(options);
  refusePostgres(config, "docs/operating.md says how to restore PostgreSQL.");
  const say = sayFor(options);
  // A new machine has none yet; as at a first start, it is its owner's alone.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(config.dataDir);
  try {
    const file = resolve(named);
    const done = await restore({
      from: file,
      to: sqliteFileOf(config),
      now: instant(Date.now()),
      onProgress: (progress) => say.progress(say.paint.dim(`  ${copyWords(progress)}`)),
    });
    const secret = compareSecret(done, config);
    say.result(
      {
        file,
        data_dir: config.dataDir,
        events: Number(done.events),
        last_event_at: done.lastEventAt === null ? null : formatInstant(done.lastEventAt),
        schema_version: done.schemaVersion,
        put_aside: done.putAside,
        secret,
      },
      () => words({ done, file, secret, config, say }).join("\n"),
    );
  } finally {
    lock.release();
  }
}

/** `foreign`: Purser would refuse to start with it. `unknown`: there is none here, or none was ever used. */
type SecretMatch = "matches" | "foreign" | "unknown";

function compareSecret({ secretFingerprint }: Restored, config: Config): SecretMatch {
  const isHere = config.secret !== null || existsSync(join(config.dataDir, "secret"));
  if (secretFingerprint === null || !isHere) return "unknown";
  const secret = readSecret(config, { mayMake: false });
  return fingerprintOf(secret) === secretFingerprint ? "matches" : "foreign";
}

function words(of: {
  done: Restored;
  file: string;
  secret: SecretMatch;
  config: Config;
  say: Say;
}): string[] {
  const { done, file, secret, config } = of;
  const { green, yellow } = of.say.paint;
  const last = done.lastEventAt === null ? "none yet" : formatInstant(done.lastEventAt);
  const aboutSecret = {
    matches: `  The secret fits: it is ${secretPlace(config)}.`,
    foreign: yellow(
      `  WARNING: the secret here is not the one of this backup. It is ${secretPlace(config)}. Purser will not start until you put back the secret of the installation that the backup is of.`,
    ),
    unknown: yellow(
      `  The secret is ${secretPlace(config)}. Before the next start put the secret of the installation that the backup is of into PURSER_SECRET or ${join(config.dataDir, "secret")}.`,
    ),
  };
  return [
    `${green("Restored")} ${file} into ${config.dataDir}`,
    `  Events: ${formatWhole(Number(done.events))}; the last one: ${last}.`,
    ...(done.putAside === null ? [] : [`  The database that was there is now ${done.putAside}`]),
    aboutSecret[secret],
  ];
}
