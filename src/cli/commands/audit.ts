/** `purser audit`: recounts every counter and roll-up from the log, and repairs what differs if told to. */
import type { Command } from "commander";
import type { z } from "zod";
import type { audited } from "../../api/contract/audit.ts";
import type { PurserClient } from "../../client/client.ts";
import { newCommand, type Say, type SharedOptions, withDoor } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { formatWhole } from "../format-numbers.ts";
import { showOver } from "../show-over.ts";
import { drawTable } from "../table.ts";

interface Options extends SharedOptions {
  readonly repair?: boolean;
}

type Part = z.output<typeof audited>;
type Difference = Part["differences"][number];

interface Whole {
  readonly repair: boolean;
  readonly counted: Part["counted"];
  readonly differences: readonly Difference[];
  /** How many differed, and how many of them still do. */
  readonly differing: number;
  readonly left: number;
}

/** Differences that are shown in the table; all are counted. */
const SHOWN_MOST = 50;
const LISTED_MOST = 10_000;

export function auditCommand(): Command {
  return newCommand({
    name: "audit",
    summary: "recount counters and roll-ups from the log; exits with 1 if something differs",
    examples: ["purser audit", "purser audit --repair", "purser audit --json | jq '.differences'"],
  })
    .option("--repair", "post what is lacking to each number that differs")
    .action(async (options: Options) => {
      await withDoor(options, async ({ purser, say }) => {
        const whole = await auditAll(purser, options.repair === true);
        say.result(whole, () => describe(whole, say));
        if (whole.left > 0) throw differenceLeft(whole);
      });
    });
}

/** Part by part, so that no request takes long. */
async function auditAll(purser: PurserClient, repair: boolean): Promise<Whole> {
  const differences: Difference[] = [];
  let [differing, left] = [0, 0];
  let cursor: string | undefined;
  for (;;) {
    const part: Part = await purser.admin.audit({ repair, cursor });
    differing += part.differences.length;
    left += part.differences.filter(({ repaired }) => !repaired).length;
    differences.push(...part.differences.slice(0, LISTED_MOST - differences.length));
    cursor = part.next_cursor;
    showProgress(cursor === undefined ? null : part.counted);
    if (cursor === undefined) {
      return { repair, counted: part.counted, differing, left, differences };
    }
  }
}

/** null: nothing more is to come. */
function showProgress(counted: Part["counted"] | null): void {
  showOver(
    counted === null
      ? ""
      : `${formatWhole(counted.customers)} customers, ${formatWhole(counted.events)} events …`,
  );
}

function describe(whole: Whole, say: Say): string {
  const { customers, events, counters, rollups } = whole.counted;
  const counted = [
    many(customers, "customer"),
    many(events, "event"),
    many(counters, "counter"),
    many(rollups, "roll-up"),
  ].join(", ");
  const { differences, differing, left } = whole;
  if (differing === 0) return say.paint.green(`Nothing differs: ${counted}.`);
  const rows = differences
    .slice(0, SHOWN_MOST)
    .map((one) => [
      one.user_id ?? one.subject,
      one.part === null ? `${one.kind.replace("_", "-by-")} ${one.sum}` : `${one.sum} ${one.part}`,
      [one.provider, one.model, one.operation].join(" "),
      `${one.per} ${one.from.slice(0, 16)}`,
      amount(one, one.found),
      amount(one, one.expected),
      ...(whole.repair ? [one.repaired ? "repaired" : (one.why_not ?? "")] : []),
    ]);
  const columns = [
    { title: "whose" },
    { title: "what" },
    { title: "of" },
    { title: "window" },
    { title: "found", align: "right" as const },
    { title: "expected", align: "right" as const },
    ...(whole.repair ? [{ title: "" }] : []),
  ];
  const more =
    differing > rows.length
      ? [`… and ${formatWhole(differing - rows.length)} more (--json lists them).`]
      : [];
  const done = whole.repair
    ? `${formatWhole(differing - left)} of ${formatWhole(differing)} repaired, of ${counted}.`
    : `${many(differing, "number")} ${differing === 1 ? "is" : "are"} not what the log says, of ${counted}.`;
  return [drawTable({ columns, rows }, say.paint), ...more, "", done].join("\n");
}

function many(count: number, word: string): string {
  return `${formatWhole(count)} ${word}${count === 1 ? "" : "s"}`;
}

function amount({ sum }: Difference, exact: string): string {
  return sum === "cost" ? `$${exact}` : exact;
}

function differenceLeft({ left, repair }: Whole): CommandFailure {
  return new CommandFailure({
    code: "differences",
    message: `${many(left, "number")} ${left === 1 ? "is" : "are"} not what the log says.`,
    mend: repair
      ? "Run `purser audit` again; what still differs then is told with its reason."
      : "Look into the server's log for what happened, then run `purser audit --repair`.",
  });
}
