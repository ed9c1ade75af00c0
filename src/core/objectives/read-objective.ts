/** Reads and writes an objective in its one written form, the same in the API and in the database. */
import { z } from "zod";
import { invalidField } from "../errors.ts";
import { parse } from "../parse.ts";
import { normalizeProvider } from "../providers.ts";
import type { Objective } from "./objective.ts";

const name = z
  .string({ error: "must be words." })
  .trim()
  .min(1, "must not be empty.")
  .max(200, "must be at most 200 characters.");
const word = z
  .string({ error: "must be a name." })
  .regex(/^\S{1,200}$/, "must be a name without spaces; leave it out to mean all.");

const TARGET = "must be above 0 and below 100, with at most three decimals, such as 99.5.";
const THRESHOLD = "must be a whole number of milliseconds from 1 to 86400000.";
const DAYS = "must be a whole number of days from 1 to 90.";

/** The written form. */
export const objectiveSchema = z.strictObject(
  {
    name,
    provider: word.optional(),
    model: word.optional(),
    kind: z.enum(["latency", "errors"], { error: "must be latency or errors." }),
    threshold_ms: z
      .number({ error: THRESHOLD })
      .int(THRESHOLD)
      .min(1, THRESHOLD)
      .max(86_400_000, THRESHOLD)
      .optional()
      .describe("Of latency: a call that took at most so long is a good one"),
    target_percent: z
      .number({ error: TARGET })
      .refine(
        (percent) => percent >= 0.001 && percent <= 99.999 && hasThreeDecimals(percent),
        TARGET,
      )
      .describe("So much of the calls must be good"),
    window_days: z
      .number({ error: DAYS })
      .int(DAYS)
      .min(1, DAYS)
      .max(90, DAYS)
      .describe("UTC days looked at, today being the last"),
  },
  { error: "must be an objective: { name, kind, target_percent, window_days }." },
);

export type ObjectiveJson = z.output<typeof objectiveSchema>;

function hasThreeDecimals(percent: number): boolean {
  return Number(percent.toFixed(3)) === percent;
}

/** Refuses (`invalid_request`) by field (after `at`, e.g. `objectives[2]`) and mend. */
export function readObjective(json: unknown, at: string): Objective {
  const read = parse(objectiveSchema, json, at);
  const scope = {
    name: read.name,
    ...(read.provider === undefined ? {} : { provider: normalizeProvider(read.provider) }),
    ...(read.model === undefined ? {} : { model: read.model }),
    targetPercent: read.target_percent,
    windowDays: read.window_days,
  };
  const threshold = read.threshold_ms;
  if (read.kind === "errors") {
    if (threshold === undefined) return { ...scope, kind: "errors" };
    throw invalidField(`${at}.threshold_ms`, "is for kind latency only; take it out.");
  }
  if (threshold !== undefined) return { ...scope, kind: "latency", thresholdMs: threshold };
  throw invalidField(`${at}.threshold_ms`, "is missing: kind latency needs it.");
}

export function writeObjective(objective: Objective): ObjectiveJson {
  return {
    name: objective.name,
    ...(objective.provider === undefined ? {} : { provider: objective.provider }),
    ...(objective.model === undefined ? {} : { model: objective.model }),
    kind: objective.kind,
    ...(objective.kind === "latency" ? { threshold_ms: objective.thresholdMs } : {}),
    target_percent: objective.targetPercent,
    window_days: objective.windowDays,
  };
}
