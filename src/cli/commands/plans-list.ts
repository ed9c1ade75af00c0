/** `purser plans list`: the plans in force. */
import type { Command } from "commander";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";
import { formatUsd } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

export function plansListCommand(): Command {
  return newCommand({
    name: "list",
    summary: "list the plans in force, by price",
    examples: ["purser plans list", "purser plans list --json | jq '.plans[].slug'"],
  }).action(async (options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const list = await purser.plans();
      const rows = list.plans.map((plan) => [
        plan.slug,
        plan.name,
        plan.tier,
        formatUsd(plan.price_monthly),
        formatUsd(plan.price_yearly),
        plan.limits.monthly_cost === 0 ? "no limit" : formatUsd(plan.limits.monthly_cost),
        plan.description,
      ]);
      say.result(list, () =>
        drawTable(
          {
            columns: [
              { title: "plan" },
              { title: "name" },
              { title: "tier" },
              { title: "a month", align: "right" },
              { title: "a year", align: "right" },
              { title: "cost limit", align: "right" },
              { title: "description" },
            ],
            rows,
          },
          say.paint,
        ),
      );
    });
  });
}
