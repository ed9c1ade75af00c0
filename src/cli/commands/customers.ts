/** `purser customers`, `customer show` and `customer erase`: who the customers are, and one of them in full. */
import type { Command } from "commander";
import type { z } from "zod";
import type { customerInFull } from "../../api/contract/customers.ts";
import * as endpoints from "../../api/contract/endpoints/customers.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { confirm } from "../confirm.ts";
import { formatUsd, formatWhole } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

interface ListOptions extends SharedOptions {
  readonly plan?: string;
  readonly status?: string;
  readonly all?: boolean;
}

const PAGE = 100;

export function customersCommand(): Command {
  return newCommand({
    name: "customers [search]",
    summary: "list customers, the newest first, or those whose id, e-mail or name has a text in it",
    examples: [
      "purser customers",
      "purser customers example.com",
      "purser customers --plan pro --status past_due --json",
    ],
  })
    .option("--plan <plan>", "subscribers of this plan")
    .option("--status <status>", "trialing, active, past_due, paused, expired, or none")
    .option("--all", "all of them; the default is the first hundred")
    .action(listCustomers);
}

async function listCustomers(search: string | undefined, options: ListOptions): Promise<void> {
  await withDoor(options, async ({ purser, say }) => {
    const found: z.output<(typeof endpoints.listCustomers)["answer"]>["customers"] = [];
    let cursor: string | undefined;
    do {
      const page = await purser.call(endpoints.listCustomers, {
        // What is no status is refused by the API, in its words.
        query: {
          search,
          plan: options.plan,
          status: options.status as "none",
          limit: PAGE,
          cursor,
        },
      });
      found.push(...page.customers);
      cursor = page.next_cursor;
    } while (cursor !== undefined && (options.all === true || found.length < PAGE));
    const isMore = cursor !== undefined;
    say.result({ customers: found, has_more: isMore }, () => {
      if (found.length === 0) return "There is no such customer.";
      const rows = found.map((each) => [
        each.id,
        each.plan.name,
        each.subscription_status ?? "–",
        each.created_at.slice(0, 10),
        [each.name, each.email].filter((part) => part !== null).join(", ") ||
          (each.erased ? "erased" : "–"),
      ]);
      const columns = ["customer", "plan", "subscription", "since", "who"].map((title) => ({
        title,
      }));
      const table = drawTable({ columns, rows }, say.paint);
      return isMore ? `${table}\nThere are more: --all lists them.` : table;
    });
  });
}

export function customerShowCommand(): Command {
  return newCommand({
    name: "show <user_id>",
    summary: "show a customer: plan, keys, last call, usage of the present period",
    examples: ["purser customer show ada", "purser customer show ada --json"],
  }).action(async (userId: string, options: SharedOptions) => {
    await withDoor(options, async ({ purser, say }) => {
      const shown = await purser.call(endpoints.getCustomer, { params: { id: userId } });
      say.result(shown, () => describe(shown, say));
    });
  });
}

function describe(of: z.output<typeof customerInFull>, { paint }: Say): string {
  const who = [of.name, of.email].filter((part) => part !== null).join(", ");
  return [
    `${paint.bold(of.id)}${who === "" ? "" : ` (${who})`} is on ${of.plan.name}, since ${of.created_at.slice(0, 10)}.`,
    `  subscription   ${of.subscription_status ?? "none: the free plan holds"}`,
    `  live keys      ${of.live_keys}`,
    `  last call      ${of.last_call_at ?? "none yet"}`,
    `  this period    ${formatWhole(of.usage.calls)} calls, ${formatUsd(of.usage.cost)}, from ${of.usage.billing_period}`,
  ].join("\n");
}

interface EraseOptions extends SharedOptions {
  readonly yes?: boolean;
}

export function customerEraseCommand(): Command {
  return newCommand({
    name: "erase <user_id>",
    summary: "erase a person for good: who they are, their keys, their subscription; sums stay",
    examples: ["purser customer erase ada", "purser customer erase ada --yes"],
  })
    .option("--yes", "do not ask")
    .action(async (userId: string, options: EraseOptions) => {
      if (!options.yes) await confirm(`Erase ${userId}? It cannot be taken back.`);
      await withDoor(options, async ({ purser, say }) => {
        const erased = await purser.call(endpoints.eraseCustomer, { params: { id: userId } });
        say.result(
          erased,
          () =>
            `${say.paint.green("Erased.")} What was used is kept under the internal id ${erased.internal_id}.`,
        );
      });
    });
}
