/** `purser channels add`: makes a channel for e-mail, a webhook or Slack, and tries it if asked to. */
import { readFileSync } from "node:fs";
import { Argument, type Command } from "commander";
import type { z } from "zod";
import { CHANNEL_KINDS, type madeChannel } from "../../api/contract/channels.ts";
import type { BodyIn } from "../../api/contract/endpoint.ts";
import type { createChannel } from "../../api/contract/endpoints/channels.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { describeTest, notDelivered, type Tested } from "./channels-test.ts";

interface Options extends SharedOptions {
  readonly events?: string;
  readonly name?: string;
  readonly customer?: string;
  readonly paused?: boolean;
  readonly test?: boolean;
}

type Wanted = BodyIn<typeof createChannel>;

export function channelAddCommand(): Command {
  const command = newCommand({
    name: "add",
    summary: "make a channel for e-mail, a webhook or Slack; --test sends a message there at once",
    examples: [
      "purser channels add email ops@acme.example --test",
      "purser channels add webhook https://acme.example/hooks/purser --events alert.*,subscription.*",
      "purser channels add slack - < slack-address.txt",
      "purser channels add webhook https://ada.example/hook --customer ada",
    ],
  });
  return command
    .addArgument(new Argument("<kind>", "what it is").choices(CHANNEL_KINDS))
    .argument("<to>", "the e-mail address or the URL; - reads it from standard input")
    .option("--events <events>", "what goes there, with commas between (default: everything)")
    .option("--name <name>", "what to call it")
    .option("--customer <user_id>", "for this customer: only what is about them goes there")
    .option("--paused", "make it, and let nothing go there yet")
    .option("--test", "send a message there at once, and say what became of it")
    .action(addChannel);
}

async function addChannel(kind: Wanted["kind"], to: string, options: Options): Promise<void> {
  const address = to === "-" ? readFileSync(0, "utf8").trim() : to;
  await withDoor(options, async ({ purser, say }) => {
    const made = await purser.admin.createChannel(wantedOf(kind, address, options));
    const test = options.test === true ? await purser.admin.testChannel(made.id) : null;
    say.result(test === null ? made : { ...made, test }, () => describe(made, test, say));
    if (test !== null && !test.delivered) throw notDelivered(test);
  });
}

function wantedOf(
  kind: Wanted["kind"],
  address: string,
  { events, name, customer, paused }: Options,
): Wanted {
  return {
    kind,
    ...(kind === "email" ? { to: address } : { url: address }),
    events: events === undefined ? undefined : listedEvents(events),
    name,
    user_id: customer,
    paused,
  };
}

function describe(made: z.output<typeof madeChannel>, test: Tested | null, say: Say): string {
  const secret =
    made.secret === undefined
      ? []
      : [
          "Its secret, by which the receiver knows our signature, is shown only now; keep it safe:",
          `  ${say.paint.bold(made.secret)}`,
        ];
  return [
    `${say.paint.green("Made")} channel ${made.id} (${made.name}).`,
    ...secret,
    test === null ? `Try it:  purser channels test ${made.id}` : describeTest(made.id, test, say),
  ].join("\n");
}

/** What is no event is refused by the API, in its words. */
export function listedEvents(text: string): NonNullable<Wanted["events"]> {
  const events = text.split(",").map((event) => event.trim());
  return events.filter((event) => event !== "") as NonNullable<Wanted["events"]>;
}
