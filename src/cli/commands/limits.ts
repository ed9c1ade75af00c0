/** `purser limits show` and `limits set`: what a customer, or the whole deployment, is limited to, and how much is used. */
import type { Command } from "commander";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import type { limitUses } from "../../api/contract/limit-use.ts";
import type { limitJson } from "../../api/contract/limits.ts";
import {
  commandGroup,
  newCommand,
  readGivenFile,
  type Say,
  type SharedOptions,
  withDoor,
} from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { formatCount, formatPercent, formatUsd } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

type LimitJson = z.output<typeof limitJson>;

export function limitCommands(): Command {
  return commandGroup("limits", "what customers and the whole deployment are limited to", [
    showCommand(),
    setCommand(),
  ]);
}

function showCommand(): Command {
  return newCommand({
    name: "show [user_id]",
    summary:
      "show a customer's limits and what is left of each; without an id, the deployment's own",
    examples: ["purser limits show ada", "purser limits show"],
  }).action((userId: string | undefined, options: SharedOptions) =>
    userId === undefined ? showDeployment(options) : showCustomer(userId, options),
  );
}

async function showCustomer(userId: string, options: SharedOptions): Promise<void> {
  await withDoor(options, async ({ purser, say }) => {
    const uses = await purser.limits(userId);
    say.result(uses, () => describeUses(userId, uses, say));
  });
}

function describeUses(userId: string, uses: z.output<typeof limitUses>, say: Say): string {
  const head = `${say.paint.bold(userId)} is on ${uses.plan.name}.`;
  if (uses.limits.length === 0) return `${head} Nothing is limited.`;
  const rows = uses.limits.map(
    ({ of, key, limit, used, held, max, percent, resets_at: resets }) => [
      `${nameOf(limit)}${of === "key" ? ` (key ${key?.name ?? ""})` : ""}`,
      limit.per,
      amount(limit, used),
      held === 0 ? "–" : amount(limit, held),
      amount(limit, max),
      formatPercent(percent),
      `${resets.slice(0, 16).replace("T", " ")}Z`,
    ],
  );
  const columns = ["limit", "per", "used", "held", "max", "share", "resets"].map((title, index) =>
    index >= 2 && index <= 5 ? { title, align: "right" as const } : { title },
  );
  return `${head}\n\n${drawTable({ columns, rows }, say.paint)}`;
}

async function showDeployment(options: SharedOptions): Promise<void> {
  await withDoor(options, async ({ purser, say }) => {
    const set = await purser.admin.limits();
    say.result(set, () => describeDeployment(set.limits, say));
  });
}

function describeDeployment(limits: readonly LimitJson[], say: Say): string {
  if (limits.length === 0) {
    return "The deployment has no limits of its own. Set some:  purser limits set limits.yaml";
  }
  const rows = limits.map((limit) => [
    nameOf(limit),
    // A period of the deployment's is the calendar month.
    limit.per === "period" ? "month" : limit.per,
    limit.max === "unlimited" ? "unlimited" : amount(limit, Number(limit.max)),
    limit.at_cap,
  ]);
  const columns = [
    { title: "limit" },
    { title: "per" },
    { title: "max", align: "right" as const },
    { title: "at the cap" },
  ];
  return drawTable({ columns, rows }, say.paint);
}

function setCommand(): Command {
  return newCommand({
    name: "set <file>",
    summary: "replace the deployment's own limits by a YAML list, written as in a plan file",
    examples: [
      "purser limits set limits.yaml",
      "echo '[{ meter: cost, per: month, max: \"5000\" }]' > limits.yaml",
    ],
  }).action(async (file: string, options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      // What is no list of limits is refused by the API, in its words.
      const limits = readList(file) as LimitJson[];
      const set = await purser.admin.setLimits({ limits });
      say.result(set, () => `${say.paint.green("Set.")}\n\n${describeDeployment(set.limits, say)}`);
    });
  });
}

function readList(file: string): unknown {
  const text = readGivenFile(file);
  try {
    return parseYaml(text);
  } catch (cause) {
    const message = `${file} is not YAML.`;
    const mend = 'Write a list such as:  - { meter: cost, per: month, max: "5000" }';
    throw new CommandFailure({ code: "invalid_request", message, mend }, { cause });
  }
}

function nameOf({ meter, provider, model, operation }: LimitJson): string {
  return [meter, provider, model, operation].filter((part) => part !== undefined).join(" ");
}

function amount({ meter }: LimitJson, of: number): string {
  return meter === "cost" ? formatUsd(of) : formatCount(of);
}
