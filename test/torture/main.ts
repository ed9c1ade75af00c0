/** `npm run torture`: kills real servers at random moments under real clients, and looks whether anything was lost. */
import { readOptions, USAGE } from "./read-options.ts";
import { killLine, summaryText } from "./report.ts";
import { runTorture } from "./run-torture.ts";

process.exitCode = await run(process.argv.slice(2));

/** 0: nothing was lost and nothing doubled. 1: something was; the data is kept. 2: it could not be run. */
async function run(args: readonly string[]): Promise<number> {
  const asked = readOptions(args);
  if (typeof asked === "string") {
    process.stderr.write(asked === "" ? USAGE : `${asked}\n\n${USAGE}`);
    return asked === "" ? 0 : 2;
  }
  let code = 0;
  for (const database of asked.databases) {
    const nodes = database === "sqlite" ? 1 : asked.nodes;
    process.stdout.write(`\n${database}, ${nodes} server(s), seed ${asked.seed}\n`);
    const result = await runTorture({
      database,
      nodes,
      kills: asked.kills,
      seed: asked.seed,
      clients: asked.clients,
      killsARound: asked.killsARound,
      progress: (what, journal) =>
        process.stdout.write(`${killLine(what, asked.kills, journal)}\n`),
    });
    process.stdout.write(`\n${summaryText(result)}\n`);
    if (result.journal.violations.length > 0) code = 1;
  }
  return code;
}
