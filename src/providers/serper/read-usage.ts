/** Reads how many credits a Serper answer used: one answer, or a list of them. */
import { usageOf } from "../../core/usage.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { isObject } from "../read-json.ts";
import { statedUnits } from "../unit-priced.ts";
import { Problems } from "../usage-numbers.ts";

/** An answer that does not say its `credits` used one. */
const CREDITS_UNSAID = 1;

export function readUsage(_route: Route, json: unknown): UsageReading {
  const problems = new Problems();
  const answers = (Array.isArray(json) ? json : [json]).filter(isAnswer);
  let credits = 0;
  for (const answer of answers) {
    credits += statedUnits(answer, "credits", problems) ?? CREDITS_UNSAID;
  }
  return {
    usage: answers.length === 0 ? null : usageOf({ credits }),
    outputTokensCounted: 0,
    problems: problems.list,
  };
}

/** Errors are told from answers by what an answer repeats of its query, or by its results. */
function isAnswer(json: unknown): boolean {
  return isObject(json) && ("searchParameters" in json || "credits" in json || "organic" in json);
}
