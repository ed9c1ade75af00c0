/** `purser key create`: a new key for a customer, for your backend, or for an administrator. */
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { z } from "zod";
import { shownKey } from "../../api/contract/admin.ts";
import type { AdminDoor } from "../../client/admin-door.ts";
import { ask } from "../../client/ask.ts";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";

interface Options extends SharedOptions {
  readonly kind?: "service" | "admin";
  readonly name: string;
  readonly expires?: string;
  readonly limit?: readonly KeyLimit[];
  readonly quiet?: boolean;
}

interface KeyLimit {
  readonly provider?: string;
  readonly meter: string;
  readonly per: string;
  readonly max: string;
}

export function keyCreateCommand(): Command {
  return newCommand({
    name: "create [user_id]",
    summary: "make a key for a customer, or with --kind for your backend",
    examples: [
      "purser key create ada",
      "purser key create ada --name laptop --limit cost=5.00/day --limit openai:calls=100/hour",
      "purser key create --kind service --name backend",
      "export PURSER_KEY=$(purser key create ada --quiet)",
    ],
  })
    .addOption(
      new Option(
        "--kind <kind>",
        "service: your backend, for any customer; admin: everything",
      ).choices(["service", "admin"]),
    )
    .option("--name <name>", "what it is for, so that you know it again", "cli")
    .option("--expires <time>", "when it ends, e.g. 2027-01-01T00:00:00Z")
    .option(
      "--limit <limit>",
      "a budget of the key's own: [provider:]meter=max[/per]; can be repeated",
      collectLimit,
    )
    .option("--quiet", "print the key and nothing else, for `$(…)`")
    .action(createKey);
}

async function createKey(
  userId: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  if ((userId === undefined) === (options.kind === undefined)) {
    command.error("A key is either a customer's, or has --kind service or --kind admin.");
  }
  await withDoor(options, async ({ door, say }) => {
    const key =
      userId === undefined
        ? await createOperatorKey(door, options)
        : await createCustomerKey(door, {
            userId,
            name: options.name,
            ...(options.limit === undefined ? {} : { limits: options.limit }),
            ...(options.expires === undefined ? {} : { expires_at: options.expires }),
          });
    say.result(key, () => {
      if (options.quiet === true) return key.key;
      return [
        `${say.paint.green("Made")} key ${key.id} (${options.name}). It is shown only now; keep it safe:`,
        `  ${say.paint.bold(key.key)}`,
      ].join("\n");
    });
  });
}

/** Makes a customer's key; its text is in the answer and nowhere else afterwards. */
export function createCustomerKey(
  door: AdminDoor,
  {
    userId,
    ...body
  }: { userId: string; name: string; limits?: readonly KeyLimit[]; expires_at?: string },
): Promise<z.infer<typeof shownKey>> {
  const path = `/api/admin/customers/${encodeURIComponent(userId)}/keys`;
  return ask(door, { method: "POST", path, body, shape: shownKey });
}

function createOperatorKey(door: AdminDoor, options: Options): Promise<z.infer<typeof shownKey>> {
  const { kind, name, expires } = options;
  const body = { kind, name, ...(expires === undefined ? {} : { expires_at: expires }) };
  return ask(door, { method: "POST", path: "/api/admin/keys", body, shape: shownKey });
}

/** `openai:calls=100/hour` as the API takes limits; `per` is the usage period where it is left out. */
function collectLimit(text: string, before: readonly KeyLimit[] = []): readonly KeyLimit[] {
  const found = /^(?:([\w-]+):)?([a-z_]+)=([\d.]+)(?:\/([a-z]+))?$/.exec(text);
  if (!found) throw new InvalidArgumentError("Write it as cost=5.00/day or openai:calls=100/hour.");
  const [, provider, meter = "", max = "", per = "period"] = found;
  return [...before, { meter, max, per, ...(provider === undefined ? {} : { provider }) }];
}
