/** What every command shares: its settings, the door to Purser, and the way it prints its result. */
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { Command } from "commander";
import type { AdminDoor } from "../client/admin-door.ts";
import { createClient, type PurserClient } from "../client/client.ts";
import { type Config, readConfig } from "../server/config.ts";
import { CommandFailure } from "./failure.ts";
import { openDoor } from "./open-door.ts";
import { type Paint, paintFor } from "./paint.ts";

/** The options that every command takes. */
export interface SharedOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly debug?: boolean;
}

export interface Say {
  readonly json: boolean;
  readonly paint: Paint;
  /** The result, once, on standard output: JSON for a program, or words for a person. */
  result(value: unknown, words: () => string): void;
  /** What goes on meanwhile, for a person only. */
  progress(words: string): void;
}

/** A command with the shared options, and examples under its help. */
export function newCommand(about: {
  /** Name and arguments, e.g. `usage <user_id>`. */
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly string[];
}): Command {
  const examples = about.examples.map((example) => `  $ ${example}`).join("\n");
  const [name = "", ...operands] = about.name.split(" ");
  const command = new Command(name)
    .description(about.summary)
    .option("--json", "print JSON, for programs")
    .option("--data-dir <folder>", "where the data is (PURSER_DATA_DIR, ./data)")
    .option("--debug", "show where an error came from")
    .addHelpText("after", `\nExamples:\n${examples}`);
  for (const operand of operands) command.argument(operand);
  return asOurs(command);
}

/** A name that only groups commands, e.g. `plans`. */
export function commandGroup(name: string, summary: string, commands: readonly Command[]): Command {
  const group = asOurs(new Command(name).description(summary));
  for (const command of commands) group.addCommand(command);
  return group;
}

/** Ends by throwing, so that the exit code is decided in one place, and prints like the rest of the program. */
export function asOurs(command: Command): Command {
  return command.exitOverride().configureOutput({
    writeOut: (text) => console.log(text.trimEnd()),
    writeErr: (text) => console.error(text.trimEnd()),
  });
}

/** The environment, under it a `.env` in the working directory, over both the command's own options. */
function settingsFor(
  options: SharedOptions,
  more: Readonly<Record<string, string | undefined>>,
): NodeJS.ProcessEnv {
  const fromFile = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
  const env: NodeJS.ProcessEnv = { ...fromFile, ...process.env };
  if (options.dataDir !== undefined) env["PURSER_DATA_DIR"] = options.dataDir;
  for (const [name, value] of Object.entries(more)) {
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** The settings, checked. Throws a ConfigError that names the setting and what is wrong with it. */
export function configFor(
  options: SharedOptions,
  more: Readonly<Record<string, string | undefined>> = {},
): Config {
  return readConfig(settingsFor(options, more));
}

export function sayFor(options: SharedOptions): Say {
  const paint = paintFor(process.stdout, process.env);
  const json = options.json === true;
  return {
    json,
    paint,
    result: (value, words) => console.log(json ? JSON.stringify(value, null, 2) : words()),
    progress: (words) => {
      if (!json) console.log(words);
    },
  };
}

/** What a command works with: the client asks through the door, as the administrator. */
export interface Bench {
  readonly config: Config;
  readonly door: AdminDoor;
  readonly purser: PurserClient;
  readonly say: Say;
}

/** Opens the door to Purser, does the work, and closes the door whatever happens. */
export async function withDoor(
  options: SharedOptions,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const config = configFor(options);
  const door = await openDoor(config);
  try {
    const purser = clientThrough(door);
    await work({ config, door, purser, say: sayFor(options) });
  } finally {
    await door.close();
  }
}

/** An audit or a catalogue takes longer than a page does. */
const ANSWER_MS_MAX = 120_000;

export function clientThrough(door: AdminDoor): PurserClient {
  return createClient({ transport: door.send, timeoutMs: ANSWER_MS_MAX });
}

/** Reads a file that the command was given; a missing one is the person's mistake and is said so. */
export function readGivenFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const message = `The file ${path} cannot be read.`;
    const mend = "Check the path; it is relative to the folder you are in.";
    throw new CommandFailure({ code: "not_found", message, mend }, { cause });
  }
}
