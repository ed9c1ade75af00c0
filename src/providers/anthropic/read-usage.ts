/** Reads what an Anthropic answer says it used. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { AnswerFacts, Route, UsageReading } from "../dialect.ts";
import { isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { addUsage, Problems, UsageNumbers } from "../usage-numbers.ts";

export function readUsage(_route: Route, json: unknown, facts?: AnswerFacts): UsageReading {
  return readMessage(json, facts);
}

/** A message, whether it came as an answer or in the results of a batch. */
export function readMessage(json: unknown, facts: AnswerFacts | undefined): UsageReading {
  const problems = new Problems();
  const usage = objectIn(json, "usage");
  return {
    usage:
      usage === undefined
        ? null
        : withSession(usageIn(usage, facts, problems), objectIn(json, "container")),
    ...namesIn(json, usage),
    outputTokensCounted: deliveredTokensIn(isObject(json) ? json["content"] : undefined),
    ...problems.told(),
  };
}

/** A sandbox that ran code is named beside the answer, and billed by its time. */
export function withSession(usage: Usage | null, container: JsonObject | undefined): Usage | null {
  return usage === null || container === undefined ? usage : addUsage(usage, { code_sessions: 1 });
}

/** The model that a message names, and its service tier. */
export function namesIn(message: unknown, usage: unknown): Pick<UsageReading, "model" | "tier"> {
  const model = textIn(message, "model");
  const tier = tierOf(usage);
  return { ...(model === undefined ? {} : { model }), ...(tier === undefined ? {} : { tier }) };
}

const ANYWHERE: readonly (string | undefined)[] = [undefined, "", "global", "not_available"];

/** Inference kept within a region costs more, so the region is part of the tier: `us`, `priority+us`. */
function tierOf(usage: unknown): string | undefined {
  const tier = textIn(usage, "service_tier");
  const region = textIn(usage, "inference_geo");
  if (ANYWHERE.includes(region)) return tier;
  return tier === undefined || tier === "standard" ? region : `${tier}+${region}`;
}

/**
 * Input here leaves out what was read from or written to the cache. null: it cannot be believed.
 * `facts` says which time-to-live the request asked for, where the usage itself does not.
 */
export function usageIn(
  usage: JsonObject,
  facts: AnswerFacts | undefined,
  problems: Problems,
): Usage | null {
  if (!("input_tokens" in usage) && !("output_tokens" in usage)) return null;
  const numbers = new UsageNumbers(problems);
  const top = countsOf(usage, numbers);
  const hidden = leftOut(top, usage, numbers, problems);
  const outputTokens = top.output + hidden.output;
  const thinking = numbers.part(objectIn(usage, "output_tokens_details"), "thinking_tokens");
  const searches = numbers.part(objectIn(usage, "server_tool_use"), "web_search_requests");
  const split = objectIn(usage, "cache_creation");
  const written = writtenOf({
    total: top.cacheWrite + hidden.cacheWrite,
    short: numbers.part(split, "ephemeral_5m_input_tokens"),
    long: numbers.part(split, "ephemeral_1h_input_tokens"),
    asked: facts?.cacheWrite ?? "none",
  });
  if (numbers.broken) return null;
  return addUsage(
    usageOf({
      input: top.input + hidden.input,
      cache_read: top.cacheRead + hidden.cacheRead,
      web_searches: searches,
    }),
    written,
    numbers.split(outputTokens, [["reasoning", thinking]], "output"),
  );
}

interface Counts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

function countsOf(usage: JsonObject, numbers: UsageNumbers): Counts {
  return {
    input: numbers.total(usage, "input_tokens"),
    cacheRead: numbers.total(usage, "cache_read_input_tokens"),
    cacheWrite: numbers.total(usage, "cache_creation_input_tokens"),
    output: numbers.total(usage, "output_tokens"),
  };
}

/**
 * `iterations` lists every pass of a model; the numbers at the top leave out compaction and advisors. What they leave
 * out is billed too, and is added here. An advisor is another model, at another price: said in the problems.
 */
function leftOut(
  top: Counts,
  usage: JsonObject,
  numbers: UsageNumbers,
  problems: Problems,
): Counts {
  const sum = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
  for (const iteration of listIn(usage, "iterations")) {
    if (!isObject(iteration)) continue;
    const counts = countsOf(iteration, numbers);
    sum.input += counts.input;
    sum.cacheRead += counts.cacheRead;
    sum.cacheWrite += counts.cacheWrite;
    sum.output += counts.output;
    const model = textIn(iteration, "model");
    if (textIn(iteration, "type") === "advisor_message") {
      problems.add(
        `${counts.input} input and ${counts.output} output tokens of an advisor (${model ?? "another model"}) are counted as the main model's.`,
      );
    }
  }
  return {
    input: Math.max(0, sum.input - top.input),
    cacheRead: Math.max(0, sum.cacheRead - top.cacheRead),
    cacheWrite: Math.max(0, sum.cacheWrite - top.cacheWrite),
    output: Math.max(0, sum.output - top.output),
  };
}

/** The split by time-to-live may be older than the total: what the total has more goes to the one that was asked for. */
function writtenOf(cache: {
  total: number;
  short: number;
  long: number;
  asked: AnswerFacts["cacheWrite"];
}): Usage {
  const long = Math.min(cache.long, cache.total);
  const short = Math.min(cache.short, cache.total - long);
  const excess = cache.total - long - short;
  const isLong = cache.asked === "1h" || (cache.asked === "none" && long > 0 && short === 0);
  return usageOf({
    cache_write_1h: long + (isLong ? excess : 0),
    cache_write_5m: short + (isLong ? 0 : excess),
  });
}
