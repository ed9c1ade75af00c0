/** `purser usage`: what a customer has used in a period, by provider, against their limits. */
import type { Command } from "commander";
import type { z } from "zod";
import type { usageStats } from "../../api/contract/subscription.ts";
import type { breakdown } from "../../api/contract/usage-pages.ts";
import type { PurserClient } from "../../client/client.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { formatCount, formatPercent, formatUsd, formatWhole } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

interface Options extends SharedOptions {
  readonly period?: string;
  readonly by?: string;
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
      "purser usage ada --by model",
      "purser usage ada --by tag:team --period all",
    ],
  })
    .option("--period <period>", "YYYY-MM, YYYY-MM-DD, or all (default: the current one)")
    .option("--by <dimension>", "provider, model, operation, key, or tag:<name>")
    .action(async (userId: string, options: Options) => {
      await withDoor(options, async ({ purser, say }) => {
        if (options.by !== undefined) {
          await showBreakdown(userId, { ...options, by: options.by }, { purser, say });
          return;
        }
        const usage = await purser.usage(userId, { billing_period: options.period });
        say.result(usage, () => describeUsage(userId, usage, say));
      });
    });
}

async function showBreakdown(
  userId: string,
  options: Options & { readonly by: string },
  { purser, say }: { readonly purser: PurserClient; readonly say: Say },
): Promise<void> {
  const [dimension = "", tag] = options.by.split(":", 2);
  const shown = await purser.breakdown(userId, {
    // What is no dimension is refused by the API, in its words.
    by: dimension as "provider",
    billing_period: options.period,
    tag,
  });
  say.result(shown, () => drawBreakdown(shown, say));
}

function drawBreakdown({ by, rows, total }: z.output<typeof breakdown>, say: Say): string {
  if (rows.length === 0) return "No call was made.";
  const titles = [by, "calls", "tokens", "cost", "of cost", "failed"];
  const failed = (rate: number | null): string => (rate === null ? "–" : formatPercent(rate));
  const drawn = rows.map((row) => [
    row.title === undefined ? row.name || "–" : `${row.name} (${row.title})`,
    formatWhole(row.calls),
    formatCount(row.tokens),
    formatUsd(row.cost),
    formatPercent(row.share),
    failed(row.error_rate),
  ]);
  const columns = titles.map((title, index) =>
    index === 0 ? { title } : { title, align: "right" as const },
  );
  const sum = ["total", formatWhole(total.calls), formatCount(total.tokens), formatUsd(total.cost)];
  return drawTable(
    { columns, rows: drawn, total: [...sum, "", failed(total.error_rate)] },
    say.paint,
  );
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
