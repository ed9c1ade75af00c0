/** `purser migrate`: brings the database to the tables of this version. */
import type { Command } from "commander";
import { describeDatabase } from "../../server/describe-database.ts";
import { configFor, newCommand, type SharedOptions, sayFor } from "../command.ts";
import { openDoor, runningDoor } from "../open-door.ts";

export function migrateCommand(): Command {
  return newCommand({
    name: "migrate",
    summary: "bring the database up to date; `serve` does the same at its start",
    examples: ["purser migrate", "purser migrate --data-dir /var/lib/purser"],
  }).action(migrate);
}

async function migrate(options: SharedOptions): Promise<void> {
  const config = configFor(options);
  const say = sayFor(options);
  const running = await runningDoor(config);
  // Opening the database is what migrates it; a running server has done so at its own start.
  const door = running ?? (await openDoor(config));
  await door.close();
  const by = running === null ? "this command" : "the running server";
  const database = describeDatabase(config);
  say.result({ migrated: true, by, data_dir: config.dataDir, database }, () =>
    running === null
      ? `${say.paint.green("Up to date:")} ${database}.`
      : `${say.paint.green("Up to date:")} a server is running on ${config.dataDir}, and it migrated the database when it started.`,
  );
}
