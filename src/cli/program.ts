/** All commands in one program, and the exit code that each run ends with. */
import { Command, CommanderError } from "commander";
import { VERSION } from "../server/version.ts";
import { asOurs, commandGroup } from "./command.ts";
import { alertCommands } from "./commands/alerts.ts";
import { auditCommand } from "./commands/audit.ts";
import { backupCommand } from "./commands/backup.ts";
import { channelCommands } from "./commands/channels.ts";
import { customerAddCommand } from "./commands/customer-add.ts";
import {
  customerEraseCommand,
  customerShowCommand,
  customersCommand,
} from "./commands/customers.ts";
import { demoCommand } from "./commands/demo.ts";
import { denialsCommand } from "./commands/denials.ts";
import { eventsDetachCommand } from "./commands/events-detach.ts";
import { keyCreateCommand } from "./commands/key-create.ts";
import { keyListCommand } from "./commands/key-list.ts";
import { keyRevokeCommand } from "./commands/key-revoke.ts";
import { keyRotateCommand } from "./commands/key-rotate.ts";
import { limitCommands } from "./commands/limits.ts";
import { logsCommand } from "./commands/logs.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { moveCommand } from "./commands/move.ts";
import { outboxCommands } from "./commands/outbox.ts";
import { plansApplyCommand, plansDiffCommand } from "./commands/plans-apply.ts";
import { plansListCommand } from "./commands/plans-list.ts";
import { pricesAddCommand } from "./commands/prices-add.ts";
import {
  pricesApplyCommand,
  pricesDiffCommand,
  pricesUpdateCommand,
} from "./commands/prices-apply.ts";
import { pricesListCommand } from "./commands/prices-list.ts";
import { pricesRerateCommand } from "./commands/prices-rerate.ts";
import { restoreCommand } from "./commands/restore.ts";
import { serveCommand } from "./commands/serve.ts";
import { subscriptionCommands } from "./commands/subscription.ts";
import { usageCommand } from "./commands/usage.ts";
import { verifyCommand } from "./commands/verify.ts";
import { describeFault, EXIT } from "./failure.ts";
import { paintFor } from "./paint.ts";

/** Runs one command. Returns 0 when it worked, 1 when it failed, 2 when it was called wrongly. Throws nothing. */
export async function runProgram(words: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(words, { from: "user" });
    return EXIT.ok;
  } catch (fault) {
    // Commander has printed what was wrong with the call, or the help that was asked for.
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? EXIT.ok : EXIT.usage;
    printFault(fault, words);
    return EXIT.failed;
  }
}

function program(): Command {
  const purser = asOurs(new Command("purser"))
    .description("Usage, limits and subscriptions for applications that sell AI features.")
    .version(VERSION, "--version", "print the version")
    .showHelpAfterError("Run it with --help to see how it is called.")
    // `channels` and its like have options of their own, beside those of their commands.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      "\nEach command has --help with examples, and --json.\nGuide: docs/cli.md",
    );
  const commands = [
    serveCommand(),
    demoCommand(),
    verifyCommand(),
    migrateCommand(),
    backupCommand(),
    restoreCommand(),
    moveCommand(),
    commandGroup("plans", "what is sold", [
      plansListCommand(),
      plansDiffCommand(),
      plansApplyCommand(),
    ]),
    commandGroup("prices", "what providers charge", [
      pricesListCommand(),
      pricesAddCommand(),
      pricesDiffCommand(),
      pricesApplyCommand(),
      pricesUpdateCommand(),
      pricesRerateCommand(),
    ]),
    customersCommand(),
    commandGroup("customer", "who subscribes", [
      customerAddCommand(),
      customerShowCommand(),
      customerEraseCommand(),
    ]),
    commandGroup("key", "the secrets that callers show", [
      keyCreateCommand(),
      keyListCommand(),
      keyRevokeCommand(),
      keyRotateCommand(),
    ]),
    subscriptionCommands(),
    limitCommands(),
    usageCommand(),
    logsCommand(),
    denialsCommand(),
    alertCommands(),
    channelCommands(),
    outboxCommands(),
    auditCommand(),
    commandGroup("events", "the log of calls", [eventsDetachCommand()]),
  ];
  for (const command of commands) purser.addCommand(command);
  return purser;
}

function printFault(fault: unknown, words: readonly string[]): void {
  const said = describeFault(fault);
  const paint = paintFor(process.stderr, process.env);
  if (words.includes("--json")) {
    const { code: error, message, mend } = said;
    console.error(JSON.stringify({ success: false, error, message, mend }));
  } else {
    console.error(paint.red(`purser: ${said.message}`));
    if (said.mend !== "") console.error(`  → ${said.mend}`);
  }
  if (words.includes("--debug") || process.env["DEBUG"] !== undefined) console.error(fault);
}
