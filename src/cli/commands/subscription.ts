/** `purser subscription show|change|cancel|resume|pause`: what a customer is subscribed to, and what changes it. */
import type { Command } from "commander";
import type { z } from "zod";
import * as endpoints from "../../api/contract/endpoints/subscriptions.ts";
import type { planChange, renewalPage, subscription } from "../../api/contract/subscriptions.ts";
import { commandGroup, newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { formatUsd } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

type Subscription = z.output<typeof subscription>;

export function subscriptionCommands(): Command {
  return commandGroup("subscription", "what a customer is subscribed to", [
    showCommand(),
    changeCommand(),
    cancelCommand(),
    resumeCommand(),
    pauseCommand(),
  ]);
}

const RENEWALS_SHOWN = 12;

function showCommand(): Command {
  return newCommand({
    name: "show <user_id>",
    summary: "show a customer's plan, subscription and renewals",
    examples: ["purser subscription show ada", "purser subscription show ada --json"],
  }).action(async (userId: string, options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const params = { user_id: userId };
      const [own, history] = [
        await purser.call(endpoints.getSubscription, { params }),
        await purser.call(endpoints.renewalHistory, {
          params,
          query: { limit: RENEWALS_SHOWN },
        }),
      ];
      say.result({ ...own, renewals: history.renewals }, () =>
        [
          `${say.paint.bold(userId)} is on ${own.plan.name}. ${describe(own.subscription, say)}`,
          ...(history.renewals.length === 0 ? [] : ["", drawRenewals(history, say)]),
        ].join("\n"),
      );
    });
  });
}

interface ChangeOptions extends SharedOptions {
  readonly cycle?: "monthly" | "yearly";
  readonly atPeriodEnd?: boolean;
  readonly preview?: boolean;
}

function changeCommand(): Command {
  return newCommand({
    name: "change <user_id> <plan>",
    summary: "put a customer on a plan, now or at the end of their period",
    examples: [
      "purser subscription change ada pro",
      "purser subscription change ada basic --at-period-end",
      "purser subscription change ada pro --cycle yearly --preview",
    ],
  })
    .option("--cycle <monthly|yearly>", "how often it is paid (default: as now)")
    .option("--at-period-end", "with the end of the present period; the default is now")
    .option("--preview", "say what it would come to, and change nothing")
    .action(async (userId: string, plan: string, options: ChangeOptions) => {
      await withDoor(options, async ({ purser, say }) => {
        const { cycle, atPeriodEnd, preview = false } = options;
        const change = await purser.call(endpoints.changePlan, {
          params: { user_id: userId },
          body: {
            plan_id: plan,
            when: atPeriodEnd ? "period_end" : "now",
            preview,
            ...(cycle === undefined ? {} : { billing_cycle: cycle }),
          },
        });
        say.result(change, () => describeChange(userId, change, { preview, say }));
      });
    });
}

interface CancelOptions extends SharedOptions {
  readonly now?: boolean;
}

function cancelCommand(): Command {
  return newCommand({
    name: "cancel <user_id>",
    summary: "cancel a subscription with the end of its period",
    examples: ["purser subscription cancel ada", "purser subscription cancel ada --now"],
  })
    .option("--now", "at once: the customer is on the free plan from this moment")
    .action(async (userId: string, options: CancelOptions) => {
      await withDoor(options, async ({ purser, say }) => {
        const at = options.now ? ("now" as const) : ("period_end" as const);
        const params = { user_id: userId };
        const canceled = await purser.call(endpoints.cancel, { params, body: { at } });
        say.result(canceled, () => `${say.paint.bold(userId)}: ${describe(canceled, say)}`);
      });
    });
}

function resumeCommand(): Command {
  return newCommand({
    name: "resume <user_id>",
    summary: "undo what is scheduled for the period's end, or end a pause",
    examples: ["purser subscription resume ada"],
  }).action(async (userId: string, options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const resumed = await purser.call(endpoints.resume, { params: { user_id: userId } });
      say.result(resumed, () => `${say.paint.bold(userId)}: ${describe(resumed, say)}`);
    });
  });
}

function pauseCommand(): Command {
  return newCommand({
    name: "pause <user_id>",
    summary: "pause a subscription: the free plan holds, and nothing renews",
    examples: ["purser subscription pause ada", "purser subscription resume ada"],
  }).action(async (userId: string, options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const paused = await purser.call(endpoints.pauseSubscription, {
        params: { id: userId },
      });
      say.result(paused, () => `${say.paint.bold(userId)}: ${describe(paused, say)}`);
    });
  });
}

function describe(of: Subscription | null, { paint }: Say): string {
  if (of === null) return "There is no subscription, so the free plan holds.";
  const end = day(of.current_period_end);
  const status = of.status === "active" ? paint.green(of.status) : paint.yellow(of.status);
  const sentences = [`The ${of.billing_cycle} subscription to ${of.plan.name} is ${status}.`];
  if (of.ended_at !== undefined) return `${sentences[0]} It ended on ${day(of.ended_at)}.`;
  if (of.trial_end !== undefined) sentences.push(`The trial ends on ${day(of.trial_end)}.`);
  if (of.grace_until !== undefined) {
    sentences.push(`A payment is missing; calls are refused from ${day(of.grace_until)} on.`);
  }
  const next = of.scheduled_change;
  if (of.cancel_at_period_end) sentences.push(`It ends on ${end}.`);
  else if (next !== undefined) {
    sentences.push(`From ${day(next.at)} on it is ${next.plan.name}, ${next.billing_cycle}.`);
  } else if (of.status === "active") sentences.push(`It renews on ${end}.`);
  return sentences.join(" ");
}

function describeChange(
  userId: string,
  change: z.output<typeof planChange>,
  { preview, say }: { preview: boolean; say: Say },
): string {
  const lines = change.lines.map((line) => `  ${line.description}: ${formatUsd(line.amount)}`);
  const head = preview
    ? `Changing ${say.paint.bold(userId)} would, from ${day(change.effective_at)} on, come to:`
    : `${say.paint.bold(userId)}: ${describe(change.subscription, say)}`;
  return [head, ...lines, `  due: ${formatUsd(change.total_due)}`].join("\n");
}

function drawRenewals({ renewals }: z.output<typeof renewalPage>, say: Say): string {
  const titles = ["period from", "to", "plan", "as", "calls before", "cost before"];
  const rows = renewals.map((renewal) => [
    day(renewal.new_period_start),
    day(renewal.new_period_end),
    renewal.plan_name,
    renewal.renewal_type,
    renewal.usage_before_renewal === null ? "–" : String(renewal.usage_before_renewal.total_calls),
    renewal.usage_before_renewal === null
      ? "–"
      : formatUsd(renewal.usage_before_renewal.total_cost),
  ]);
  const columns = titles.map((title, index) => {
    return index < 4 ? { title } : { title, align: "right" as const };
  });
  return drawTable({ columns, rows }, say.paint);
}

function day(time: string): string {
  return time.slice(0, 10);
}
