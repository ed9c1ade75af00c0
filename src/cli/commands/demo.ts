/** `purser demo`: shows the whole thing working, with a simulated provider and no account. */
import { type Command, InvalidArgumentError } from "commander";
import type { DemoProgress, RunningDemo } from "../../demo/start-demo.ts";
import { tryToBuildDashboard } from "../build-dashboard.ts";
import { newCommand, type Say, type SharedOptions, sayFor } from "../command.ts";
import { formatCount, formatUsd, formatWhole } from "../format-numbers.ts";
import { drawTable } from "../table.ts";
import { untilToldToStop } from "../until-told-to-stop.ts";

interface Options extends SharedOptions {
  readonly port: number;
  readonly exit?: boolean;
  readonly history: boolean;
}

export function demoCommand(): Command {
  return newCommand({
    name: "demo",
    summary:
      "see it work: simulated providers, half a year of customers, real SDKs; needs no account",
    examples: ["purser demo", "purser demo --no-history", "purser demo --exit --json"],
  })
    .option("--port <port>", "where to listen, if that port is free", readPort, 8787)
    .option("--exit", "stop when the table is printed, instead of staying up (makes no history)")
    .option("--no-history", "only the calls that are made now")
    .action(demo);
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

async function demo(options: Options): Promise<void> {
  const say = sayFor(options);
  say.progress(
    "Starting a simulated provider (no call leaves this machine) and a Purser before it.",
  );
  await tryToBuildDashboard(say.progress);
  // Only here: no other command needs the SDKs.
  const { startDemo } = await import("../../demo/start-demo.ts");
  const running = await startDemo({
    port: options.port,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    history: options.history && options.exit !== true,
    goesOn: options.history && options.exit !== true,
    progress: progressBar(say),
  });
  try {
    const { close, ...report } = running;
    say.result(report, () => describeDemo(running, say));
    if (options.exit === true) return;
    say.progress(whereToLook(running, options, say));
    await untilToldToStop();
  } finally {
    await running.close();
  }
}

const WORDS = {
  history: "Making six months of history",
  calls: "Sending calls with the official SDKs",
} as const;

/** One line that is written over on a terminal; a line every quarter where the output is kept. */
function progressBar(say: Say): (state: DemoProgress) => void {
  if (say.json) return () => {};
  let said = "";
  return ({ part, done, total }) => {
    const percent = Math.floor((done / total) * 100);
    const isTerminal = process.stdout.isTTY;
    const step = isTerminal ? percent : Math.floor(percent / 25) * 25;
    const words = `${WORDS[part]}: ${step} %`;
    if (words === said) return;
    said = words;
    if (isTerminal) process.stdout.write(`\r${words}${done === total ? "\n" : ""}`);
    else if (step > 0) console.log(words);
  };
}

function describeDemo(running: RunningDemo, say: Say): string {
  const { bold, dim } = say.paint;
  const { refusal } = running;
  const met =
    refusal === null
      ? []
      : [
          `A refusal, as the ${refusal.provider} SDK raised it: ${bold(`${refusal.error} (${refusal.status})`)}`,
          dim(`  ${refusal.message}`),
          "",
        ];
  return [
    `\nDone in ${running.seconds.toFixed(1)} s. Prices are the real ones; the providers were simulated.\n`,
    ...met,
    customersTable(running, say),
  ].join("\n");
}

function whereToLook(running: RunningDemo, options: Options, { paint }: Say): string {
  const kept = options.dataDir === undefined ? "its folder is then deleted" : "its folder is kept";
  return [
    "",
    `Dashboard        ${paint.bold(running.url)}`,
    `Operator's key   ${running.adminKey}`,
    `demo-pia's key   ${running.customerKey}`,
    `demo-pia's link  ${running.portalUrl}`,
    paint.dim("                 (signs in as that customer; works once, within a day)"),
    "",
    "Try it:",
    `  curl ${running.url}/openai/v1/chat/completions -H "Authorization: Bearer ${running.customerKey}" \\`,
    `    -H "Content-Type: application/json" -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}'`,
    `  curl ${running.url}/api/subscription/usage/demo-pia -H "Authorization: Bearer ${running.adminKey}"`,
    "",
    paint.dim(`It stays up, and its customers go on calling. Stop: Ctrl-C (${kept}).`),
  ].join("\n");
}

function customersTable({ lines }: RunningDemo, say: Say): string {
  const sum = (of: "calls" | "tokens" | "cost" | "refused"): number =>
    lines.reduce((total, line) => total + line[of], 0);
  return drawTable(
    {
      columns: [
        { title: "customer" },
        { title: "plan" },
        { title: "calls", align: "right" },
        { title: "tokens", align: "right" },
        { title: "cost", align: "right" },
        { title: "refused", align: "right" },
      ],
      rows: lines.map((line) => [
        line.userId,
        line.plan,
        formatWhole(line.calls),
        formatCount(line.tokens),
        formatUsd(line.cost),
        formatWhole(line.refused),
      ]),
      total: [
        "total",
        "",
        formatWhole(sum("calls")),
        formatCount(sum("tokens")),
        formatUsd(sum("cost")),
        formatWhole(sum("refused")),
      ],
    },
    say.paint,
  );
}
