/** Reads how many credits a Tavily answer used. */
import { usageOf } from "../../core/usage.ts";
import type { AnswerFacts, Route, UsageReading } from "../dialect.ts";
import { isObject, listIn, objectIn, textIn } from "../read-json.ts";
import { statedUnits } from "../unit-priced.ts";
import { Problems } from "../usage-numbers.ts";
import { creditsFor } from "./credits.ts";

/**
 * Tavily states its credits only where the request asked (`include_usage`); else they follow from what was asked for
 * and from how many pages came, since pages that failed are free.
 */
export function readUsage(route: Route, json: unknown, facts?: AnswerFacts): UsageReading {
  const problems = new Problems();
  const isAnswer = isObject(json) && Array.isArray(json["results"]);
  const model = chosenName(json, facts?.model ?? route.operation);
  const stated = statedUnits(objectIn(json, "usage"), "credits", problems);
  const credits = stated ?? creditsFor(model, listIn(json, "results").length);
  return {
    usage: isAnswer ? usageOf({ credits }) : null,
    ...(isAnswer ? { model } : {}),
    outputTokensCounted: 0,
    problems: problems.list,
  };
}

/** With `auto_parameters` the answer says which depth was chosen. */
function chosenName(json: unknown, asked: string): string {
  const depth = textIn(objectIn(json, "auto_parameters"), "search_depth");
  if (depth === undefined) return asked;
  return depth === "advanced" ? "search-advanced" : "search";
}
