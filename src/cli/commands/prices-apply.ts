/** `purser prices apply`, `diff` and `update`: puts a file's prices in force, or says what that would change. */
import type { Command } from "commander";
import { newCommand, readGivenFile, type Say, type SharedOptions, withDoor } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { describeChanges } from "../price-changes.ts";

export function pricesApplyCommand(): Command {
  return newCommand({
    name: "apply <file>",
    summary: "put the prices of a price file in force",
    examples: ["purser prices apply config/prices/alwrity.yaml"],
  }).action((file: string, options: SharedOptions) => sendPrices(file, options, false));
}

export function pricesDiffCommand(): Command {
  return newCommand({
    name: "diff <file>",
    summary: "say what `prices apply` would change, and change nothing",
    examples: ["purser prices diff my-prices.yaml --json"],
  }).action((file: string, options: SharedOptions) => sendPrices(file, options, true));
}

async function sendPrices(file: string, options: SharedOptions, dryRun: boolean): Promise<void> {
  await withDoor(options, async ({ purser, say }) => {
    const answer = await purser.admin.applyPrices({
      prices: readGivenFile(file),
      dry_run: dryRun,
    });
    say.result({ file, ...answer }, () => {
      if (answer.changes.length === 0) return `The prices of ${file} are in force already.`;
      const head = dryRun ? `Applying ${file} would change:` : `Applied ${file}:`;
      return describeChanges(head, answer.changes, say);
    });
  });
}

interface UpdateOptions extends SharedOptions {
  readonly yes?: boolean;
}

export function pricesUpdateCommand(): Command {
  return newCommand({
    name: "update <file>",
    summary: "take over a newer catalogue of genai-prices; shows first what would change",
    examples: [
      "curl -LO https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/data.json",
      "purser prices update data.json",
      "purser prices update data.json --yes",
    ],
  })
    .option("--yes", "apply it")
    .action(async (file: string, options: UpdateOptions) => {
      const catalogue = readJson(file);
      const dryRun = options.yes !== true;
      await withDoor(options, async ({ purser, say }) => {
        const answer = await purser.admin.updatePrices({ catalogue, dry_run: dryRun });
        say.result({ file, ...answer }, () => describeUpdate(file, answer, say));
      });
    });
}

function readJson(file: string): unknown {
  const text = readGivenFile(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `The file ${file} is not JSON.`;
    const mend = "Take prices/data.json of https://github.com/pydantic/genai-prices.";
    throw new CommandFailure({ code: "invalid_request", message, mend }, { cause });
  }
}

function describeUpdate(
  file: string,
  answer: { changes: Parameters<typeof describeChanges>[1]; skipped: string[]; dry_run: boolean },
  say: Say,
): string {
  const { changes, skipped, dry_run: dryRun } = answer;
  const count = `${changes.length} ${changes.length === 1 ? "price" : "prices"}`;
  const head = dryRun ? `${file} would change ${count}:` : `Took over ${count} from ${file}:`;
  const unread =
    skipped.length === 0
      ? []
      : ["", `Left as they are, since this version cannot read them: ${skipped.join(", ")}.`];
  if (changes.length === 0) return [`${file} says nothing new.`, ...unread].join("\n");
  const next = dryRun ? ["", "Nothing was changed. Run it again with --yes to apply it."] : [];
  return [describeChanges(head, changes, say), ...unread, ...next].join("\n");
}
