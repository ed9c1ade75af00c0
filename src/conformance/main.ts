/** `npm run conformance -- DIR`: what the meter makes of a folder of recorded answers, and whether it is right. */
import { parseArgs } from "node:util";
import { formatInstant, instant, parseInstant } from "../core/instant.ts";
import { defaultPriceBook } from "../prices/default-price-book.ts";
import { withOtherPrices } from "../prices/other-prices.ts";
import { DIALECTS, pricedAsOf } from "../providers/all.ts";
import { randomFrom } from "./cut-bytes.ts";
import { readFolder } from "./read-folder.ts";
import { reportJson, rowText, summaryOf, summaryText } from "./report.ts";
import { runRecording } from "./run-recording.ts";
import { serveRecordings } from "./serve-recordings.ts";

const USAGE = `Usage: npm run conformance -- DIR [--json] [--serve] [--seed N] [--at TIME]

  --json     one JSON document instead of words
  --serve    replay each answer through a real gateway too, and demand the same
  --seed N   cut streams where an earlier run cut them
  --at TIME  take the prices in force then, e.g. 2026-01-31T00:00:00Z (now)
`;

process.exitCode = await run(process.argv.slice(2));

/** 0: every answer that says its usage is metered to it. 1: not. 2: it could not be run. */
async function run(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (typeof asked === "string") {
    process.stderr.write(`${asked}\n\n${USAGE}`);
    return 2;
  }
  const { folder, seed, at, json, serve } = asked;
  const random = randomFrom(seed);
  const book = defaultPriceBook();
  const find = withOtherPrices(book, pricedAsOf(DIALECTS));
  const using = { prices: { ...book, find }, at, random };
  const runs = readFolder(folder).map((recording) => runRecording(recording, using));
  const rows = serve ? await serveRecordings(runs, { at, random }) : runs.map(({ row }) => row);
  const summary = summaryOf(rows);
  process.stdout.write(
    json
      ? `${reportJson(rows, summary, { seed, at: formatInstant(at), served: serve })}\n`
      : `${rows.map(rowText).join("\n")}\n\n${summaryText(summary)}\nSeed ${seed}.\n`,
  );
  return summary.ok ? 0 : 1;
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        serve: { type: "boolean", default: false },
        seed: { type: "string" },
        at: { type: "string" },
      },
    });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) return "Name one folder of recordings.";
    const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
    if (!Number.isSafeInteger(seed) || seed < 0) return "A seed is a whole number.";
    const at = values.at === undefined ? instant(Date.now()) : parseInstant(values.at, "--at");
    return { folder, seed, at, json: values.json, serve: values.serve };
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
