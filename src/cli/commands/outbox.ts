/** `purser outbox` and `outbox retry`: what was told to whom, and trying again what did not arrive. */
import type { Command } from "commander";
import type { z } from "zod";
import type { DELIVERY_STATES, outboxPage } from "../../api/contract/outbox.ts";
import type { PurserClient } from "../../client/client.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { formatWhole } from "../format-numbers.ts";
import { readRowNumber } from "../read-row-number.ts";
import { drawTable } from "../table.ts";

interface Filters extends SharedOptions {
  readonly channel?: string;
  readonly customer?: string;
}

interface ListOptions extends Filters {
  readonly state?: string;
  readonly all?: boolean;
}

type Page = z.output<typeof outboxPage>;
type Delivery = Page["deliveries"][number];
type State = (typeof DELIVERY_STATES)[number];

const PAGE = 100;
const ERROR_CHARS_SHOWN = 70;

export function outboxCommands(): Command {
  return (
    newCommand({
      name: "outbox",
      summary: "show what was told to whom, the newest first, and retry what did not arrive",
      examples: [
        "purser outbox",
        "purser outbox --state dead",
        "purser outbox --channel 3 --json",
        "purser outbox retry --dead",
      ],
    })
      .option("--state <state>", "pending, sent, dead (given up) or dropped")
      .option("--channel <id>", "what is for this channel")
      .option("--customer <user_id>", "what is about this customer")
      .option("--all", "all of it; the default is the newest hundred")
      .action(listOutbox)
      // What stands after the name of a command below is that command's.
      .enablePositionalOptions()
      .addCommand(retryCommand())
  );
}

async function listOutbox(options: ListOptions): Promise<void> {
  const { state, all } = options;
  const filters = filtersOf(options);
  await withDoor(options, async ({ purser, say }) => {
    // What is no state is refused by the API, in its words.
    const query = { ...filters, ...(state === undefined ? {} : { state: state as State }) };
    const found = await readPages(purser, query, all === true ? Number.POSITIVE_INFINITY : PAGE);
    say.result(found, () => drawOutbox(found, say));
  });
}

function filtersOf({ channel, customer }: Filters) {
  const what = "a channel's id; `purser channels` shows them";
  return {
    ...(channel === undefined ? {} : { channel_id: readRowNumber(channel, what) }),
    ...(customer === undefined ? {} : { user_id: customer }),
  };
}

type Found = Pick<Page, "deliveries" | "counts" | "has_more">;

async function readPages(
  purser: PurserClient,
  query: Parameters<PurserClient["admin"]["outbox"]>[0],
  most: number,
): Promise<Found> {
  const deliveries: Delivery[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await purser.admin.outbox({ ...query, limit: PAGE, cursor });
    deliveries.push(...page.deliveries);
    cursor = page.next_cursor;
    if (cursor === undefined || deliveries.length >= most) {
      return { deliveries, counts: page.counts, has_more: page.has_more };
    }
  }
}

const STATES: Readonly<Record<State, string>> = {
  pending: "waits",
  sent: "sent",
  dead: "given up",
  dropped: "dropped",
};

function drawOutbox({ deliveries, counts, has_more: isMore }: Found, say: Say): string {
  const { pending, sent, dead, dropped } = counts;
  const sums = `${formatWhole(pending)} waiting, ${formatWhole(sent)} sent, ${formatWhole(dead)} given up, ${formatWhole(dropped)} dropped.`;
  if (deliveries.length === 0) return `There is no such message. In all: ${sums}`;
  const rows = deliveries.map((one) => [
    String(one.id),
    minute(one.created_at),
    one.event,
    one.receiver,
    one.user_id ?? "–",
    STATES[one.state],
    formatWhole(one.attempts),
    one.next_attempt_at === null ? "–" : minute(one.next_attempt_at),
    shortened(one.last_error ?? "–"),
  ]);
  const columns = [
    { title: "id", align: "right" as const },
    ...["since", "event", "to", "about", "state"].map((title) => ({ title })),
    { title: "tries", align: "right" as const },
    { title: "next" },
    { title: "last error" },
  ];
  return [
    drawTable({ columns, rows }, say.paint),
    "",
    `In all: ${sums}`,
    ...(isMore ? ["There are more: --all lists them."] : []),
    ...(dead > 0 ? ["Try what was given up again:  purser outbox retry --dead"] : []),
  ].join("\n");
}

function shortened(text: string): string {
  return text.length <= ERROR_CHARS_SHOWN ? text : `${text.slice(0, ERROR_CHARS_SHOWN - 1)}…`;
}

function minute(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")}Z`;
}

interface RetryOptions extends Filters {
  readonly dead?: boolean;
}

function retryCommand(): Command {
  return newCommand({
    name: "retry",
    summary: "make messages due now that wait, were given up or were dropped",
    examples: [
      "purser outbox retry 42",
      "purser outbox retry --dead",
      "purser outbox retry --dead --channel 3",
    ],
  })
    .argument("[ids...]", "of the messages, as `purser outbox` shows them")
    .option("--dead", "all that were given up")
    .option("--channel <id>", "with --dead: what is for this channel")
    .option("--customer <user_id>", "with --dead: what is about this customer")
    .action(async (ids: readonly string[], options: RetryOptions, command: Command) => {
      if (ids.length > 0 === (options.dead === true)) {
        command.error("Name the messages by their ids, or say --dead for all that were given up.");
      }
      if (ids.length > 0) await retryNamed(ids, options);
      else await retryDead(options);
    });
}

async function retryNamed(ids: readonly string[], options: RetryOptions): Promise<void> {
  const named = ids.map((id) => readRowNumber(id, "a message's id; `purser outbox` shows them"));
  await withDoor(options, ({ purser, say }) => retry(named, purser, say));
}

async function retryDead(options: RetryOptions): Promise<void> {
  const filters = filtersOf(options);
  await withDoor(options, async ({ purser, say }) => {
    const query = { ...filters, state: "dead" as const };
    const { deliveries } = await readPages(purser, query, Number.POSITIVE_INFINITY);
    // The oldest first, as they were told.
    await retry(deliveries.map(({ id }) => id).reverse(), purser, say);
  });
}

async function retry(ids: readonly number[], purser: PurserClient, say: Say): Promise<void> {
  for (const id of ids) await purser.admin.retryDelivery(id);
  const many = `${formatWhole(ids.length)} message${ids.length === 1 ? "" : "s"}`;
  say.result({ queued: ids }, () =>
    ids.length === 0 ? "None was given up." : `${say.paint.green("Due now:")} ${many}.`,
  );
}
