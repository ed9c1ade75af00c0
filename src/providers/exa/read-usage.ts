/** Reads what an Exa answer used, and the cost that it states itself. */
import { usageOf } from "../../core/usage.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { isObject, listIn, objectIn } from "../read-json.ts";
import { statedCostIn } from "../stated-cost.ts";
import { Problems } from "../usage-numbers.ts";

/** A request is one request; `contents` also counts the pages that came. */
export function readUsage(route: Route, json: unknown): UsageReading {
  const problems = new Problems();
  const pages = route.operation === "contents" ? listIn(json, "results").length : 0;
  return {
    usage: isAnswer(json) ? usageOf({ requests: 1, pages }) : null,
    ...costIn(json, problems),
    outputTokensCounted: 0,
    problems: problems.list,
  };
}

/** The cost in an answer, or in the event of a stream that carries it. */
export function costIn(json: unknown, problems: Problems): Pick<UsageReading, "statedCost"> {
  const statedCost = statedCostIn(objectIn(json, "costDollars")?.["total"], problems);
  return statedCost === undefined ? {} : { statedCost };
}

function isAnswer(json: unknown): boolean {
  return isObject(json) && ("results" in json || "answer" in json || "costDollars" in json);
}
