/** A child process of the crew: runs the seeds that it is sent until nobody sends any more. */
import { setImmediate as immediate } from "node:timers/promises";
import type { Portion, PortionResult } from "./crew.ts";
import { reportOf } from "./report.ts";
import { runSeed } from "./run.ts";
import { shortestPrefix } from "./shortest-prefix.ts";

process.on("message", (portion: Portion) => {
  runPortion(portion).then(
    (result) => process.connected && process.send?.(result),
    (fault: unknown) => {
      process.stderr.write(`${fault instanceof Error ? fault.stack : fault}\n`);
      process.exit(1);
    },
  );
});

async function runPortion({ from, count }: Portion): Promise<PortionResult> {
  const failures: string[] = [];
  let steps = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed({ seed });
    steps += result.steps;
    if (result.violation !== null) failures.push(reportOf(await shortestPrefix({ seed }, result)));
    // A run is one long chain of promises; between two of them the process may hear and be heard.
    await immediate();
  }
  return { seeds: count, steps, failures };
}
