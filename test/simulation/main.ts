/** `npm run simulate`: runs seeds on all cores, or one seed again; docs/simulation.md says how to read what it prints. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type CrewResult, runCrew } from "./crew.ts";
import { reportOf } from "./report.ts";
import { runSeed } from "./run.ts";
import { shortestPrefix } from "./shortest-prefix.ts";

const HELP = `npm run simulate -- [options]

  --seeds N      how many seeds to run (300)
  --from S       the first of them (1)
  --workers W    how many processes (one for each core)
  --seed S       run this one seed, and find its shortest prefix that fails
  --prefix P     only the first P actions of that seed, and tell its story
  --help         this text
`;

const OPTIONS = {
  seeds: { type: "string", default: "300" },
  from: { type: "string", default: "1" },
  workers: { type: "string", default: String(availableParallelism()) },
  seed: { type: "string" },
  prefix: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const TELL_EVERY_MS = 10_000;

process.exitCode = await main();

/** The exit code: 0 nothing broken, 1 a broken promise, 2 no such option. */
async function main(): Promise<number> {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (values.seed === undefined) {
      const [seeds, from, workers] = [values.seeds, values.from, values.workers].map(wholeOf);
      return await runMany({ seeds: seeds ?? 0, from: from ?? 1, workers: workers ?? 1 });
    }
    return await runOne(wholeOf(values.seed), values.prefix);
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault;
    process.stderr.write(`${fault.message}\n\n${HELP}`);
    return 2;
  }
}

async function runOne(seed: number, prefix: string | undefined): Promise<number> {
  const options = { seed, ...(prefix === undefined ? {} : { prefix: wholeOf(prefix) }) };
  const result = await runSeed({ ...options, told: true });
  const isShrunk = result.violation !== null && prefix === undefined;
  const shown = isShrunk ? await shortestPrefix(options, result) : result;
  if (shown.violation === null) process.stdout.write(`${shown.story.join("\n")}\n`);
  process.stdout.write(`${reportOf(shown)}\n`);
  return result.violation === null ? 0 : 1;
}

async function runMany(of: { seeds: number; from: number; workers: number }): Promise<number> {
  const startedAt = performance.now();
  const perSecond = (seeds: number): string =>
    ((seeds * 1_000) / (performance.now() - startedAt)).toFixed(0);
  const onProgress = progressOn(process.stderr, (soFar) => {
    const { seeds, failures } = soFar;
    return `${seeds} of ${of.seeds} seeds, ${perSecond(seeds)} a second, ${failures.length} failed`;
  });
  const onFailure = (words: string) => process.stdout.write(`\n${words}\n`);
  const result = await runCrew({ ...of, onProgress, onFailure });
  if (process.stderr.isTTY) process.stderr.write("\n");
  process.stdout.write(
    `${result.seeds} seeds from ${of.from}, ${result.steps} steps, ${perSecond(result.seeds)} seeds a second: ` +
      `${result.failures.length} failed\n`,
  );
  return result.failures.length === 0 ? 0 : 1;
}

/** On a terminal one line that changes; elsewhere a line now and then. */
function progressOn(
  stream: NodeJS.WriteStream,
  words: (soFar: CrewResult) => string,
): (soFar: CrewResult) => void {
  let toldAt = performance.now();
  return (soFar) => {
    if (stream.isTTY) stream.write(`\r${words(soFar)}  `);
    else if (performance.now() - toldAt > TELL_EVERY_MS) {
      toldAt = performance.now();
      stream.write(`${words(soFar)}\n`);
    }
  };
}

/** Throws a TypeError for what is no whole number. */
function wholeOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new TypeError(`${text} is not a whole number.`);
  return Number(text);
}
