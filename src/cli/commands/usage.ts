/** `purser usage`: what a customer has used in a period, by provider, against their limits. */
import type { Command } from "commander";
import type { z } from "zod";
import { usageStats } from "../../api/contract/subscription.ts";
import { ask } from "../../client/ask.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { formatCount, formatPercent, formatUsd, formatWhole } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

interface Options extends SharedOptions {
  readonly period?: string;
}

type UsageStats = z.infer<typeof usageStats>;

export function usageCommand(): Command {
  return newCommand({
    name: "usage <user_id>",
    summary: "show what a customer has used",
    examples: [
      "purser usage ada",
      "purser usage ada --period 2026-03",
      "purser usage ada --period all --json",
    ],
  })
    .option("--period <period>", "YYYY-MM, YYYY-MM-DD, or all (default: the current one)")
    .action(async (userId: string, options: Options) => {
      await withDoor(options, async ({ door, say }) => {
        const query =
          options.period === undefined
            ? ""
            : `?billing_period=${encodeURIComponent(options.period)}`;
        const path = `/api/subscription/usage/${encodeURIComponent(userId)}${query}`;
        const usage = await ask(door, { method: "GET", path, shape: usageStats });
        say.result(usage, () => describeUsage(userId, usage, say));
      });
    });
}

function describeUsage(userId: string, usage: UsageStats, say: Say): string {
  const cap = usage.limits.limits.monthly_cost;
  const spent = formatUsd(usage.total_cost);
  const period =
    usage.billing_period === "all" ? "since ever" : `in the period from ${usage.billing_period}`;
  const sentence = `${say.paint.bold(userId)} (plan ${usage.limits.plan_name}) has used ${spent}${cap === 0 ? "" : ` of ${formatUsd(cap)}`} ${period}: ${statusWords(usage.usage_status, say)}.`;
  const used = Object.entries(usage.provider_breakdown)
    .filter(([, of]) => of.calls > 0 || of.tokens > 0 || of.cost > 0)
    .sort(([, one], [, other]) => other.cost - one.cost);
  if (used.length === 0) return `${sentence}\nNo call was made.`;
  const rows = used.map(([provider, of]) => [
    provider,
    formatWhole(of.calls),
    shareOf(usage, `${provider}_calls`),
    formatCount(of.tokens),
    shareOf(usage, `${provider}_tokens`),
    formatUsd(of.cost),
  ]);
  const table = drawTable(
    {
      columns: [
        { title: "provider" },
        { title: "calls", align: "right" },
        { title: "of limit", align: "right" },
        { title: "tokens", align: "right" },
        { title: "of limit", align: "right" },
        { title: "cost", align: "right" },
      ],
      rows,
      total: [
        "total",
        formatWhole(usage.total_calls),
        "",
        formatCount(usage.total_tokens),
        "",
        spent,
      ],
    },
    say.paint,
  );
  return `${sentence}\n\n${table}`;
}

/** The API gives 0 both for "nothing used" and for "no limit"; a dash claims neither. */
function shareOf(usage: UsageStats, field: string): string {
  const percent = usage.usage_percentages[field] ?? 0;
  return percent === 0 ? "–" : formatPercent(percent);
}

function statusWords(status: UsageStats["usage_status"], { paint }: Say): string {
  switch (status) {
    case "active":
      return paint.green("fine");
    case "warning":
      return paint.yellow("close to a limit");
    case "limit_reached":
      return paint.red("a limit is used up");
  }
}
