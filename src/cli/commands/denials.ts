/** `purser denials`: who is being refused, and by what. */
import type { Command } from "commander";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";
import { formatWhole } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

export function denialsCommand(): Command {
  return newCommand({
    name: "denials",
    summary: "show which customers were refused, by which limit, on which day",
    examples: ["purser denials", "purser denials --json | jq '.denials[0]'"],
  }).action(async (options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const report = await purser.admin.denials();
      const rows = report.counts.map((row) => [
        row.day,
        row.user_id,
        limitWords(row.limit),
        row.code,
        formatWhole(row.count),
      ]);
      const total = report.counts.reduce((sum, row) => sum + row.count, 0);
      say.result(report, () =>
        rows.length === 0
          ? "No call has been refused."
          : drawTable(
              {
                columns: [
                  { title: "day" },
                  { title: "customer" },
                  { title: "limit" },
                  { title: "code" },
                  { title: "refused", align: "right" },
                ],
                rows,
                total: ["total", "", "", "", formatWhole(total)],
              },
              say.paint,
            ),
      );
    });
  });
}

/** The API's stable key of a limit, `calls anthropic * * period`, as words: `anthropic calls per period`. */
function limitWords(key: string): string {
  const [meter = key, provider = "*", model = "*", operation = "*", per] = key.split(" ");
  const of = [provider, model, operation].filter((part) => part !== "*");
  return [...of, meter, ...(per === undefined ? [] : ["per", per])].join(" ");
}
