/** `purser customer add`: a new customer on a plan, and if wanted their first key. */
import type { Command } from "commander";
import { newCommand, type SharedOptions, withDoor } from "../command.ts";

interface Options extends SharedOptions {
  readonly plan?: string;
  readonly cycle?: "monthly" | "yearly";
  readonly email?: string;
  readonly name?: string;
  readonly withKey?: boolean;
}

export function customerAddCommand(): Command {
  return newCommand({
    name: "add <user_id>",
    summary: "add a customer, by the id that your own application gives them",
    examples: [
      "purser customer add ada --plan pro --with-key",
      "purser customer add 4711 --plan basic --cycle yearly --email ada@example.com",
    ],
  })
    .option("--plan <plan>", "the plan they begin on (default: the first free one)")
    .option("--cycle <monthly|yearly>", "how often the plan is paid")
    .option("--email <address>", "where mail for them goes; kept encrypted")
    .option("--name <name>", "what they are called; kept encrypted")
    .option("--with-key", "make a key for them as well, and show it")
    .action(addCustomer);
}

async function addCustomer(userId: string, options: Options): Promise<void> {
  await withDoor(options, async ({ purser, say }) => {
    const customer = await purser.admin.createCustomer({
      id: userId,
      plan_id: options.plan,
      billing_cycle: options.cycle,
      email: options.email,
      name: options.name,
    });
    const key = options.withKey
      ? await purser.admin.createCustomerKey(userId, { name: "first" })
      : null;
    say.result({ customer, ...(key === null ? {} : { key }) }, () =>
      [
        `${say.paint.green("Added")} customer ${say.paint.bold(userId)} on plan ${customer.plan.name}.`,
        key === null
          ? `A key for them:  purser key create ${userId}`
          : `Their key, shown only now:  ${say.paint.bold(key.key)}`,
      ].join("\n"),
    );
  });
}
