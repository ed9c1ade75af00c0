/** Reads how many pages and credits a Firecrawl answer used. */
import { type Usage, usageOf } from "../../core/usage.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { statedUnits } from "../unit-priced.ts";
import { Problems } from "../usage-numbers.ts";
import { creditsForResults, creditsOfPage, usageOfCredits } from "./credits.ts";

const SEARCH_CREDITS = 2;
/** Work in any other state goes on, and what it used is not known yet. */
const OVER: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);

/** The answer that only names a work begun has no usage; the one that says it is over has. */
export function readUsage(route: Route, json: unknown): UsageReading {
  const problems = new Problems();
  const usage = isObject(json) ? usageIn(route.operation, json, problems) : null;
  return {
    usage: usage === null ? null : usageOf(usage),
    outputTokensCounted: 0,
    problems: problems.list,
  };
}

function usageIn(operation: string, answer: JsonObject, problems: Problems): Usage | null {
  const stated = statedUnits(answer, "creditsUsed", problems);
  const isDone = answer["success"] === true;
  switch (operation) {
    case "scrape":
      return isDone && isObject(answer["data"]) ? usageOfPage(answer["data"], problems) : null;
    case "map":
      return isDone ? { credits: stated ?? 1 } : null;
    case "search":
      return isDone ? usageOfSearch(answer, stated) : null;
    case "extract":
      return usageOfExtract(answer, stated);
    default:
      return isOver(answer) ? usageOfCrawl(answer, stated, problems) : null;
  }
}

function usageOfPage(page: JsonObject, problems: Problems): Usage {
  const stated = statedUnits(objectIn(page, "metadata"), "creditsUsed", problems);
  return usageOfCredits(stated ?? creditsOfPage(page), 1);
}

/** Results that were scraped as well have the metadata of a page. */
function usageOfSearch(answer: JsonObject, stated: number | undefined): Usage {
  const { data } = answer;
  const lists = Array.isArray(data) ? [data] : Object.values(objectIn(answer, "data") ?? {});
  const results = lists.flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  const pages = results.filter((result) => objectIn(result, "metadata") !== undefined);
  const scraped = pages.reduce((sum: number, page) => sum + creditsOfPage(page), 0);
  const credits = stated ?? creditsForResults(results.length, SEARCH_CREDITS) + scraped;
  return usageOfCredits(credits, pages.length);
}

/** One that failed and says nothing used nothing; one that is complete and says nothing is not believed. */
function usageOfExtract(answer: JsonObject, stated: number | undefined): Usage | null {
  if (!isOver(answer)) return null;
  if (stated !== undefined) return { credits: stated };
  return textIn(answer, "status") === "completed" ? null : {};
}

function usageOfCrawl(
  answer: JsonObject,
  stated: number | undefined,
  problems: Problems,
): Usage | null {
  const completed = statedUnits(answer, "completed", problems) ?? listIn(answer, "data").length;
  return usageOfCredits(stated ?? completed, completed);
}

function isOver(answer: JsonObject): boolean {
  return OVER.has(textIn(answer, "status") ?? "");
}
