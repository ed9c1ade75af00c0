/** `purser key create`: a new key for a customer, for your backend, or for an administrator. */
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { z } from "zod";
import type { limitsIn } from "../../api/contract/limits.ts";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";

interface Options extends SharedOptions {
  readonly kind?: "service" | "admin";
  readonly name: string;
  readonly expires?: string;
  readonly limit?: readonly KeyLimit[];
  readonly quiet?: boolean;
}

type KeyLimit = z.input<typeof limitsIn>[number];

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
  await withDoor(options, async ({ purser, say }) => {
    const { kind = "service", name, expires: expires_at, limit } = options;
    const limits = limit === undefined ? undefined : [...limit];
    const key =
      userId === undefined
        ? await purser.admin.createKey({ kind, name, expires_at })
        : await purser.admin.createCustomerKey(userId, { name, limits, expires_at });
    say.result(key, () => {
      if (options.quiet === true) return key.key;
      return [
        `${say.paint.green("Made")} key ${key.id} (${options.name}). It is shown only now; keep it safe:`,
        `  ${say.paint.bold(key.key)}`,
      ].join("\n");
    });
  });
}

/** `openai:calls=100/hour` as the API takes limits; `per` is the usage period where it is left out. */
function collectLimit(text: string, before: readonly KeyLimit[] = []): readonly KeyLimit[] {
  const found = /^(?:([\w-]+):)?([a-z_]+)=([\d.]+)(?:\/([a-z]+))?$/.exec(text);
  if (!found) throw new InvalidArgumentError("Write it as cost=5.00/day or openai:calls=100/hour.");
  const [, provider, meter = "", max = "", per = "period"] = found;
  // What is no meter and no window is refused by the API, in its words.
  const limit = { meter, max, per, ...(provider === undefined ? {} : { provider }) };
  return [...before, limit as KeyLimit];
}
