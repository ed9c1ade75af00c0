/** `purser logs`: a customer's latest calls, and with `--follow` each new one as it ends. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { UsageLog } from "../../client/log-methods.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { formatCount, formatUsd } from "../format-numbers.ts";

interface Options extends SharedOptions {
  readonly follow?: boolean;
  readonly lines: string;
  readonly provider?: string;
  readonly model?: string;
  readonly failed?: boolean;
}

const LINES_MOST = 5_000;
const LOOK_EVERY_MS = 1_000;
/** Calls that end while one page is read are on the next one; a page holds this many. */
const FOLLOWED_AT_ONCE = 200;
/** Lines are known by their ids for so long; older ones are not looked at again. */
const SEEN_MOST = 10_000;

export function logsCommand(): Command {
  return newCommand({
    name: "logs <user_id>",
    summary: "show a customer's latest calls, the newest last",
    examples: [
      "purser logs ada",
      "purser logs ada --follow",
      "purser logs ada --lines 500 --failed --json",
    ],
  })
    .option("-f, --follow", "go on with each new call, until Ctrl-C")
    .option("-n, --lines <count>", "how many to begin with", "20")
    .option("--provider <provider>", "calls to this provider only")
    .option("--model <model>", "calls of this model only")
    .option("--failed", "failed calls only")
    .action(showLogs);
}

async function showLogs(userId: string, options: Options): Promise<void> {
  const lines = Number(options.lines);
  if (!Number.isInteger(lines) || lines < 1 || lines > LINES_MOST) {
    const message = `--lines must be a whole number from 1 to ${LINES_MOST}.`;
    throw new CommandFailure({ code: "invalid_request", message, mend: "" });
  }
  await withDoor(options, async ({ purser, say }) => {
    const query = {
      user_id: userId,
      provider: options.provider,
      model: options.model,
      ...(options.failed ? { status: "failed" as const } : {}),
    };
    const read = async (limit: number): Promise<UsageLog[]> =>
      (await purser.logPage({ ...query, limit })).logs;
    const first = await read(lines);
    if (!options.follow) {
      say.result(first, () => (first.length === 0 ? "No call was made." : inTurn(first, say)));
      return;
    }
    await follow(first, () => read(FOLLOWED_AT_ONCE), say);
  });
}

/** By looking each second: it does the same through a socket, and without a server. */
async function follow(
  first: readonly UsageLog[],
  read: () => Promise<UsageLog[]>,
  say: Say,
): Promise<never> {
  const seen = new Set<number>();
  const print = (logs: readonly UsageLog[]): void => {
    const fresh = logs.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    // In the order of their coming; the first come is the first forgotten.
    for (const id of seen) if (seen.size > SEEN_MOST) seen.delete(id);
    if (fresh.length === 0) return;
    // A line a call, so that a program can read along.
    const text = say.json
      ? fresh
          .toReversed()
          .map((log) => JSON.stringify(log))
          .join("\n")
      : inTurn(fresh, say);
    console.log(text);
  };
  print(first);
  // What was there before is not new because the first page was shorter.
  const before = await read();
  const newest = first[0]?.id ?? 0;
  for (const { id } of before) if (id <= newest) seen.add(id);
  for (;;) {
    print(await read());
    await sleep(LOOK_EVERY_MS);
  }
}

function inTurn(logs: readonly UsageLog[], say: Say): string {
  return logs
    .toReversed()
    .map((log) => lineOf(log, say))
    .join("\n");
}

function lineOf(log: UsageLog, { paint }: Say): string {
  const status =
    log.status === "success"
      ? paint.green(String(log.status_code))
      : paint.red(String(log.status_code));
  const what = [log.provider, log.model_used].filter((name) => name !== null).join(" ");
  const tokens = `${formatCount(log.tokens_input)} in, ${formatCount(log.tokens_output)} out`;
  const took = `${log.response_time.toFixed(2)} s`;
  const error = log.error_message === null ? "" : `  ${paint.red(log.error_message)}`;
  return `${paint.dim(log.timestamp)}  ${status}  ${what}  ${tokens}  ${formatUsd(log.cost_total)}  ${took}${error}`;
}
