/** `purser alerts` and `alerts read`: what the operator was told, or one customer; and marking it as read. */
import type { Command } from "commander";
import type { z } from "zod";
import type { alertPage } from "../../api/contract/alerts.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { formatWhole } from "../format-numbers.ts";
import { readRowNumber } from "../read-row-number.ts";

type Page = z.output<typeof alertPage>;
type Alert = Page["alerts"][number];

interface ListOptions extends SharedOptions {
  readonly customer?: string;
  readonly unread?: boolean;
  readonly severity?: string;
  readonly lines: string;
}

export function alertCommands(): Command {
  return (
    newCommand({
      name: "alerts",
      summary: "show the deployment's alerts, or with --customer those of a customer",
      examples: [
        "purser alerts --unread",
        "purser alerts --customer ada --severity error",
        "purser alerts read --all",
      ],
    })
      .option("--customer <user_id>", "what this customer was told")
      .option("--unread", "unread ones only")
      .option("--severity <severity>", "info, warning or error")
      .option("-n, --lines <count>", "how many, at most 100", "20")
      .action(listAlerts)
      // What stands after the name of a command below is that command's.
      .enablePositionalOptions()
      .addCommand(readCommand())
  );
}

async function listAlerts(options: ListOptions): Promise<void> {
  const { customer, unread, severity, lines } = options;
  await withDoor(options, async ({ purser, say }) => {
    // What is no severity and no such number is refused by the API, in its words.
    const query = {
      limit: Number(lines),
      ...(unread === true ? { unread_only: "true" as const } : {}),
      ...(severity === undefined ? {} : { severity: severity as Alert["severity"] }),
    };
    const page =
      customer === undefined
        ? await purser.admin.alerts(query)
        : await purser.alerts(customer, query);
    say.result(page, () => describe(page, say));
  });
}

function describe({ alerts, total, unread_count: unread }: Page, say: Say): string {
  if (alerts.length === 0) return "There is no such alert.";
  const more = total > alerts.length ? ` ${formatWhole(total)} in all; --lines shows more.` : "";
  return [
    ...alerts.map((alert) => linesOf(alert, say)),
    `${unread === 0 ? "All are read." : `${formatWhole(unread)} unread.`}${more}`,
  ].join("\n\n");
}

function linesOf(alert: Alert, { paint }: Say): string {
  const { id, created_at: at, severity, title, message, next, action } = alert;
  const inked = { info: paint.green, warning: paint.yellow, error: paint.red }[severity];
  const mark = alert.is_read ? "" : "  (unread)";
  return [
    `${paint.dim(`${at.slice(0, 16).replace("T", " ")}Z`)}  ${inked(severity)}  ${paint.bold(title)}  #${id}${mark}`,
    ...[message, next, action].filter((text) => text !== undefined).map((text) => `  ${text}`),
  ].join("\n");
}

interface ReadOptions extends SharedOptions {
  readonly customer?: string;
  readonly all?: boolean;
}

function readCommand(): Command {
  return newCommand({
    name: "read [id]",
    summary: "mark an alert as read, or with --all all of them",
    examples: ["purser alerts read 12", "purser alerts read --all --customer ada"],
  })
    .option("--customer <user_id>", "an alert of this customer")
    .option("--all", "all of the deployment's, or of the customer's")
    .action(async (id: string | undefined, options: ReadOptions, command: Command) => {
      if ((id === undefined) !== (options.all === true)) {
        command.error("Name an alert by its id, or say --all.");
      }
      if (id === undefined) await readAll(options);
      else await readOne(id, options);
    });
}

async function readOne(id: string, options: ReadOptions): Promise<void> {
  const alertId = readRowNumber(id, "an alert's id; `purser alerts` shows them");
  const { customer } = options;
  await withDoor(options, async ({ purser, say }) => {
    const done =
      customer === undefined
        ? await purser.admin.markAlertRead(alertId)
        : await purser.markAlertRead(alertId, customer);
    say.result(done, () => `${say.paint.green("Read:")} alert ${id}.`);
  });
}

async function readAll(options: ReadOptions): Promise<void> {
  const { customer } = options;
  await withDoor(options, async ({ purser, say }) => {
    const done =
      customer === undefined
        ? await purser.admin.markAllAlertsRead()
        : await purser.markAllAlertsRead(customer);
    say.result(
      done,
      () => `${say.paint.green("Read:")} ${formatWhole(done.marked)} that were not.`,
    );
  });
}
