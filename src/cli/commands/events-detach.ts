/** `purser events detach`: takes an old month out of the log, and says where its events are then. */
import type { Command } from "commander";
import type { z } from "zod";
import type { detached } from "../../api/contract/months.ts";
import type { PurserClient } from "../../client/client.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { confirm } from "../confirm.ts";
import { formatBytes, formatWhole } from "../format-numbers.ts";
import { showOver } from "../show-over.ts";

interface Options extends SharedOptions {
  readonly month: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

type Part = z.output<typeof detached>;

export function eventsDetachCommand(): Command {
  return newCommand({
    name: "detach",
    summary: "take an old month out of the log, once its closing balance stands for it",
    examples: [
      "purser events detach --month 2026-01 --dry-run",
      "purser events detach --month 2026-01",
      "purser events detach --month 2026-01 --yes --json",
    ],
  })
    .requiredOption("--month <month>", "a UTC month that is over, e.g. 2026-01; earlier ones first")
    .option("--dry-run", "reckon everything and change nothing")
    .option("--yes", "do not ask")
    .action(async (options: Options) => {
      await withDoor(options, async ({ purser, say }) => {
        if (options.dryRun !== true && options.yes !== true) {
          await confirm(`The events of ${options.month} will leave the log. Go on?`);
        }
        const done = await detachAll(purser, options);
        say.result(withCommands(done), () => describe(done, say));
      });
    });
}

/** Part by part, so that no request takes long. */
async function detachAll(purser: PurserClient, { month, dryRun = false }: Options): Promise<Part> {
  let cursor: string | undefined;
  try {
    for (;;) {
      const part: Part = await purser.admin.detachMonth({ month, dry_run: dryRun, cursor });
      cursor = part.next_cursor;
      if (cursor === undefined) return part;
      showOver(`${formatWhole(part.counted.events)} events reckoned …`);
    }
  } finally {
    showOver("");
  }
}

/** The table is a name of ours, without signs that a shell reads. */
function commandsFor(table: string): { dump: string; drop: string } {
  return {
    dump: `pg_dump --format=custom --table=${table} --file=${table}.dump "$PURSER_DATABASE_URL"`,
    drop: `psql "$PURSER_DATABASE_URL" --command="drop table ${table}"`,
  };
}

function withCommands({ has_more: _hasMore, ...done }: Part) {
  const isOut = done.detached && done.table !== null;
  return { ...done, ...(isOut ? { next: commandsFor(done.table ?? "") } : {}) };
}

function describe(done: Part, say: Say): string {
  const { month, table, archive, bytes, counted } = done;
  const what = [
    `${formatWhole(counted.events)} ${counted.events === 1 ? "event" : "events"}`,
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    `${formatWhole(counted.balances)} ${counted.balances === 1 ? "row" : "rows"} of closing balance`,
  ].join(", ");
  if (!done.detached) {
    return `${month} can be detached: ${what}. Nothing was changed; run it again without --dry-run.`;
  }
  const said = `${say.paint.green("Detached")} ${month}: ${what}.`;
  if (archive !== null) {
    return [
      said,
      `  Its events are in the archive ${archive}: ${archive}.jsonl.gz in PURSER_ARCHIVE_DIR, or over the API:`,
      `    GET /api/admin/archives/${archive}/download`,
    ].join("\n");
  }
  if (table === null) return said;
  const { dump, drop } = commandsFor(table);
  return [
    said,
    `  Its events are in the table ${table}, which Purser does not read. Keep it, or dump it and drop it:`,
    `    ${dump}`,
    `    ${drop}`,
  ].join("\n");
}
