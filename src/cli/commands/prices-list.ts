/** `purser prices list`: what providers charge, and whose word that is. */
import type { Command } from "commander";
import type { z } from "zod";
import type { adminPrices } from "../../api/contract/prices.ts";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";
import { drawTable } from "../table.ts";

interface Options extends SharedOptions {
  readonly provider?: string;
  readonly model?: string;
  readonly history?: boolean;
}

type Price = z.output<typeof adminPrices>["prices"][number];

export function pricesListCommand(): Command {
  return newCommand({
    name: "list",
    summary: "list what providers charge, as in force now",
    examples: [
      "purser prices list --provider openai",
      "purser prices list --provider gemini --model gemini-2.5-flash --history",
    ],
  })
    .option("--provider <provider>", "of one provider")
    .option("--model <model>", "of one model, as the price book names it")
    .option("--history", "every dated row, not only those in force")
    .action(async (options: Options) => {
      await withDoor(options, async ({ purser, say }) => {
        const { provider, model, history } = options;
        const list = await purser.admin.prices({
          provider,
          model,
          history: history === true ? "true" : "false",
        });
        say.result(list, () =>
          list.prices.length === 0
            ? "No price is known."
            : drawTable(tableOf(list.prices), say.paint),
        );
      });
    });
}

function tableOf(prices: readonly Price[]) {
  return {
    columns: [
      { title: "provider" },
      { title: "model" },
      { title: "from" },
      { title: "$ a million tokens, $ for one of anything else" },
      { title: "by" },
      { title: "row" },
    ],
    rows: prices.map((price) => [
      price.provider,
      price.model,
      `${(price.from ?? "ever").slice(0, 10)}${hoursOf(price)}`,
      Object.entries(price.rates).map(rateWords).join(", "),
      price.origin,
      price.id,
    ]),
  };
}

function hoursOf({ daily }: Price): string {
  return daily === undefined ? "" : ` ${daily.from.slice(0, 5)}–${daily.to.slice(0, 5)}`;
}

function rateWords([bucket, rate]: [string, Price["rates"]["input"]]): string {
  if (typeof rate !== "object") return `${bucket} ${rate}`;
  const tiers = rate.tiers.map(({ above, rate: dearer }) => `${dearer} above ${above}`);
  return `${bucket} ${[rate.base, ...tiers].join("; ")}`;
}
