/** Adds up what the lines of a batch used, for each model that answered them. */
import { invalidField } from "../core/errors.ts";
import { type Usage, usageOf } from "../core/usage.ts";
import type { UsageReading } from "./dialect.ts";
import { isObject, type JsonObject } from "./read-json.ts";
import { addUsage, Problems } from "./usage-numbers.ts";

export interface BatchLine {
  /** The name that the batch's author gave the request; the lines come in any order. */
  readonly customId: string;
  readonly succeeded: boolean;
  /** `usage` is empty where nothing was billed, null where a line that succeeded does not say. */
  readonly reading: UsageReading;
}

export interface BatchTotal {
  /** As the provider names it; empty where no line names one. */
  readonly model: string;
  readonly usage: Usage;
  readonly lines: number;
  readonly failed: number;
  /** Lines that succeeded and do not say what they used; nothing of them is in `usage`. */
  readonly unread: number;
  readonly problems: readonly string[];
}

/** One total a model, in the order in which the models first appear. All of it is at batch prices. */
export function batchTotals(lines: Iterable<BatchLine>): BatchTotal[] {
  const totals = new Map<string, BatchTotal>();
  for (const line of lines) {
    const model = line.reading.model ?? "";
    totals.set(model, withLine(totals.get(model) ?? { ...NOTHING, model }, line));
  }
  return [...totals.values()];
}

const NOTHING = { usage: usageOf({}), lines: 0, failed: 0, unread: 0, problems: [] };

function withLine(total: BatchTotal, { reading, succeeded }: BatchLine): BatchTotal {
  const problems = new Problems();
  for (const words of [...total.problems, ...reading.problems]) problems.add(words);
  return {
    model: total.model,
    usage: addUsage(total.usage, reading.usage ?? {}),
    lines: total.lines + 1,
    failed: total.failed + (succeeded ? 0 : 1),
    unread: total.unread + (reading.usage === null ? 1 : 0),
    problems: problems.list,
  };
}

/** A line of a file of JSON lines; null where it is empty. Throws `invalid_request` where it is no JSON object. */
export function parseLine(line: string): JsonObject | null {
  if (line.trim() === "") return null;
  try {
    const json: unknown = JSON.parse(line);
    if (isObject(json)) return json;
  } catch {
    // Said below, as of any other line that is no object.
  }
  throw invalidField("line", "must be a JSON object.");
}
