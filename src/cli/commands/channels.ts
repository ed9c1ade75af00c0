/** `purser channels`: where alerts go, and `add`, `edit`, `remove`, `test` and `rotate` of them. */
import type { Command } from "commander";
import type { z } from "zod";
import type { channel, channels } from "../../api/contract/channels.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { confirm } from "../confirm.ts";
import { formatWhole } from "../format-numbers.ts";
import { readRowNumber } from "../read-row-number.ts";
import { drawTable } from "../table.ts";
import { channelAddCommand, listedEvents } from "./channels-add.ts";
import { channelTestCommand } from "./channels-test.ts";

type Channel = z.output<typeof channel>;

interface ListOptions extends SharedOptions {
  readonly customer?: string;
}

export function channelCommands(): Command {
  const list = newCommand({
    name: "channels",
    summary: "where alerts go: list the channels, add one, change, try or remove one",
    examples: [
      "purser channels",
      "purser channels add email ops@acme.example --test",
      "purser channels add webhook https://acme.example/hooks/purser --events alert.*",
    ],
  })
    .option("--customer <user_id>", "the channels of this customer")
    .action(listChannels)
    // What stands after the name of a command below is that command's.
    .enablePositionalOptions();
  const commands = [
    channelAddCommand(),
    editCommand(),
    channelTestCommand(),
    rotateCommand(),
    removeCommand(),
  ];
  for (const command of commands) list.addCommand(command);
  return list;
}

async function listChannels({ customer, ...options }: ListOptions): Promise<void> {
  await withDoor(options, async ({ purser, say }) => {
    const query = customer === undefined ? {} : { user_id: customer };
    const listed = await purser.admin.channels(query);
    say.result(listed, () => drawChannels(listed, say));
  });
}

function drawChannels({ channels: listed }: z.output<typeof channels>, say: Say): string {
  if (listed.length === 0) {
    return "There is no channel. Add one:  purser channels add email ops@example.com --test";
  }
  const rows = listed.map((one) => [
    String(one.id),
    one.name,
    one.kind,
    one.to ?? one.url ?? "–",
    one.events.join(", "),
    one.user_id ?? "–",
    one.paused_at === null ? "on" : `paused ${one.paused_at.slice(0, 10)}`,
    formatWhole(one.waiting),
    lastWords(one),
  ]);
  const columns = [
    { title: "id", align: "right" as const },
    ...["name", "kind", "to", "events", "customer", "state"].map((title) => ({ title })),
    { title: "waiting", align: "right" as const },
    { title: "last" },
  ];
  return drawTable({ columns, rows }, say.paint);
}

const STATES = { pending: "waits", sent: "sent", dead: "given up", dropped: "dropped" } as const;

function lastWords({ last_message: last }: Channel): string {
  if (last === null) return "nothing yet";
  const when = `${last.created_at.slice(0, 16).replace("T", " ")}Z`;
  const why = last.state === "sent" || last.error === null ? "" : `: ${last.error}`;
  return `${when} ${last.event}, ${STATES[last.state]}${why}`;
}

interface EditOptions extends SharedOptions {
  readonly name?: string;
  readonly events?: string;
  readonly to?: string;
  readonly url?: string;
  readonly pause?: boolean;
  readonly resume?: boolean;
}

function editCommand(): Command {
  return newCommand({
    name: "edit <id>",
    summary: "change a channel; what is not named stays",
    examples: [
      "purser channels edit 3 --events alert.limit_reached,operator.*",
      "purser channels edit 3 --pause",
      "purser channels edit 3 --resume --name 'people on call'",
    ],
  })
    .option("--name <name>", "what it is called")
    .option("--events <events>", "what goes there, with commas between; * is everything")
    .option("--to <address>", "another e-mail address")
    .option("--url <address>", "another address of a webhook or of Slack")
    .option("--pause", "nothing goes there")
    .option("--resume", "messages go there again")
    .action(editChannel);
}

async function editChannel(id: string, options: EditOptions, command: Command): Promise<void> {
  const { name, events, to, url } = options;
  const body = {
    name,
    events: events === undefined ? undefined : listedEvents(events),
    to,
    url,
    paused: pausedAs(options, command),
  };
  if (Object.values(body).every((value) => value === undefined)) {
    command.error("Say what to change: --name, --events, --to, --url, --pause or --resume.");
  }
  await withDoor(options, async ({ purser, say }) => {
    const edited = await purser.admin.editChannel(readRowNumber(id, CHANNEL_ID), body);
    say.result(edited, () => {
      const table = drawChannels({ channels: [edited], total: 1 }, say);
      return `${say.paint.green("Changed.")}\n\n${table}`;
    });
  });
}

/** undefined: that stays as it is. */
function pausedAs({ pause, resume }: EditOptions, command: Command): boolean | undefined {
  if (pause === true && resume === true) {
    command.error("A channel is paused or resumed, not both.");
  }
  return pause === true || resume === true ? pause === true : undefined;
}

const CHANNEL_ID = "a channel's id; `purser channels` shows them";

function rotateCommand(): Command {
  return newCommand({
    name: "rotate <id>",
    summary: "replace a webhook's secret; for a while the replaced one signs too",
    examples: ["purser channels rotate 3", "purser channels rotate 3 --overlap 0"],
  })
    .option(
      "--overlap <seconds>",
      "for so long both sign; 0 where the secret has leaked (default: a day)",
    )
    .option("--quiet", "print the secret and nothing else, for `$(…)`")
    .action(async (id: string, options: SharedOptions & { overlap?: string; quiet?: boolean }) => {
      const { overlap, quiet } = options;
      await withDoor(options, async ({ purser, say }) => {
        // What is no such number is refused by the API, in its words.
        const of = overlap === undefined ? {} : { overlap_seconds: Number(overlap) };
        const made = await purser.admin.rotateChannelSecret(readRowNumber(id, CHANNEL_ID), of);
        const until = made.replaced_secret_ends_at;
        say.result(made, () =>
          quiet === true
            ? (made.secret ?? "")
            : [
                `${say.paint.green("Rotated.")} The new secret, shown only now:  ${say.paint.bold(made.secret ?? "")}`,
                until === undefined
                  ? "Messages are signed by it alone."
                  : `Until ${until.slice(0, 16).replace("T", " ")}Z messages are signed by the replaced one too.`,
              ].join("\n"),
        );
      });
    });
}

function removeCommand(): Command {
  return newCommand({
    name: "remove <id>",
    summary: "remove a channel; what still waits for it is dropped",
    examples: ["purser channels remove 3", "purser channels remove 3 --yes"],
  })
    .option("--yes", "do not ask")
    .action(async (id: string, options: SharedOptions & { yes?: boolean }) => {
      const channelId = readRowNumber(id, CHANNEL_ID);
      if (options.yes !== true) await confirm(`Remove channel ${id} and its secret?`);
      await withDoor(options, async ({ purser, say }) => {
        const removed = await purser.admin.removeChannel(channelId);
        say.result(removed, () => `${say.paint.green("Removed")} channel ${id}.`);
      });
    });
}
