/** `purser prices add`: what the operator pays for a model, from a date on. */
import { type Command, InvalidArgumentError } from "commander";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";
import { describeChanges } from "../price-changes.ts";

interface Options extends SharedOptions {
  readonly from?: string;
  readonly source?: string;
}

export function pricesAddCommand(): Command {
  const command = newCommand({
    name: "add <provider> <model>",
    summary: "add a price: bucket=dollars, for a million tokens or for one of anything else",
    examples: [
      "purser prices add openai gpt-9 input=1.25 cache_read=0.125 output=10",
      "purser prices add openai gpt-4o input=2.00 output=8.00 --from 2026-11-01 --source contract",
      "purser prices add openai '*' input=15 output=60      # any model without a price",
      "purser prices add ollama llama3 input=0 output=0     # free, and said so",
    ],
  });
  return command
    .argument("<rates...>", "such as input=1.25 output=10", collectRate)
    .option("--from <date>", "from when it holds (default: now; since ever for an unknown model)")
    .option("--source <words>", "where the price is from, e.g. your contract")
    .action(
      async (
        provider: string,
        model: string,
        rates: Readonly<Record<string, string>>,
        options: Options,
      ) => {
        await withDoor(options, async ({ purser, say }) => {
          const { from, source } = options;
          const answer = await purser.admin.addPrice({ provider, model, rates, from, source });
          say.result(answer, () =>
            answer.changes.length === 0
              ? "That is the price already; nothing was added."
              : describeChanges("Added:", answer.changes, say),
          );
        });
      },
    );
}

function collectRate(
  word: string,
  before: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const [, bucket, dollars] = /^([a-z0-9_]+)=(.+)$/.exec(word) ?? [];
  if (bucket === undefined || dollars === undefined) {
    throw new InvalidArgumentError("It must be bucket=dollars, such as input=1.25.");
  }
  return { ...before, [bucket]: dollars };
}
