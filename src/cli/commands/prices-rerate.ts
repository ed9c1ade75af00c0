/** `purser prices rerate`: prices past calls again; a dry run unless told to apply it. */
import type { Command } from "commander";
import type { z } from "zod";
import type { rerated } from "../../api/contract/prices.ts";
import type { PurserClient } from "../../client/client.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { formatUsd, formatWhole } from "../format-numbers.ts";
import { drawTable } from "../table.ts";

interface Options extends SharedOptions {
  readonly provider: string;
  readonly model?: string;
  readonly from?: string;
  readonly to?: string;
  readonly apply?: boolean;
}

type Part = z.output<typeof rerated>;
type Whole = Pick<Part, "examined" | "changed" | "still_unpriced" | "events"> & {
  readonly dry_run: boolean;
  readonly difference: number;
};

/** Calls that are shown one by one; the sums are of all. */
const EVENTS_SHOWN = 20;
const EVENTS_LISTED_MOST = 10_000;

export function pricesRerateCommand(): Command {
  return newCommand({
    name: "rerate",
    summary: "price past calls by the prices of today; says what would change, or changes it",
    examples: [
      "purser prices rerate --provider openai --model gpt-9",
      "purser prices rerate --provider gemini --from 2026-10-01 --to 2026-11-01 --apply",
    ],
  })
    .requiredOption("--provider <provider>", "whose calls")
    .option("--model <model>", "of one model (default: all of the provider)")
    .option("--from <date>", "calls from this date or time on")
    .option("--to <date>", "calls before this date or time")
    .option("--apply", "append the corrections; without it nothing is changed")
    .action(async (options: Options) => {
      await withDoor(options, async ({ purser, say }) => {
        const whole = await rerateAll(purser, options, say);
        say.result(whole, () => describe(whole, say));
      });
    });
}

/** Part by part, so that no request takes long and nothing is kept that is not shown. */
async function rerateAll(purser: PurserClient, options: Options, say: Say): Promise<Whole> {
  const { provider, model, from, to, apply } = options;
  const body = { provider, model, from, to, dry_run: apply !== true };
  let whole: Whole = {
    dry_run: body.dry_run,
    examined: 0,
    changed: 0,
    still_unpriced: 0,
    difference: 0,
    events: [],
  };
  let cursor: string | undefined;
  do {
    const part: Part = await purser.admin.reratePrices({ ...body, cursor });
    whole = plus(whole, part);
    cursor = part.next_cursor;
    if (cursor !== undefined) say.progress(`${formatWhole(whole.examined)} calls so far …`);
  } while (cursor !== undefined);
  return whole;
}

function plus(whole: Whole, part: Part): Whole {
  const nano = (dollars: number) => Math.round(dollars * 1e9);
  const difference = nano(whole.difference) + nano(part.new_cost) - nano(part.old_cost);
  return {
    dry_run: whole.dry_run,
    examined: whole.examined + part.examined,
    changed: whole.changed + part.changed,
    still_unpriced: whole.still_unpriced + part.still_unpriced,
    difference: difference / 1e9,
    events: [...whole.events, ...part.events].slice(0, EVENTS_LISTED_MOST),
  };
}

function describe(whole: Whole, say: Say): string {
  const { examined, changed, events, difference } = whole;
  const unpriced =
    whole.still_unpriced === 0
      ? []
      : [
          `${formatWhole(whole.still_unpriced)} still have no price: add one with \`purser prices add\`.`,
        ];
  if (changed === 0) {
    return [`All of ${formatWhole(examined)} calls cost what they should.`, ...unpriced].join("\n");
  }
  const rows = events
    .slice(0, EVENTS_SHOWN)
    .map((event) => [
      event.timestamp.slice(0, 19),
      event.model,
      formatUsd(event.old_cost),
      formatUsd(event.new_cost),
      event.price_id,
      event.event_id,
    ]);
  const columns = [
    { title: "time" },
    { title: "model" },
    { title: "was", align: "right" as const },
    { title: "is", align: "right" as const },
    { title: "price" },
    { title: "call" },
  ];
  const more =
    changed > rows.length
      ? [`… and ${formatWhole(changed - rows.length)} more (--json lists them).`]
      : [];
  const sum = `${difference < 0 ? "" : "+"}${formatUsd(difference)}`;
  const done = whole.dry_run
    ? `${formatWhole(changed)} of ${formatWhole(examined)} calls would be corrected, ${sum} together. Nothing was changed; run it again with --apply.`
    : `${formatWhole(changed)} of ${formatWhole(examined)} calls were corrected, ${sum} together.`;
  return [drawTable({ columns, rows }, say.paint), ...more, "", done, ...unpriced].join("\n");
}
