/** Reads what a Converse answer says it used. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { Problems, UsageNumbers } from "../usage-numbers.ts";

export function readUsage(_route: Route, json: unknown): UsageReading {
  const problems = new Problems();
  const usage = objectIn(json, "usage");
  const tier = textIn(objectIn(json, "serviceTier"), "type");
  return {
    usage: usage === undefined ? null : usageIn(usage, problems),
    ...(tier === undefined ? {} : { tier }),
    outputTokensCounted: deliveredTokensIn(objectIn(json, "output")),
    ...problems.told(),
  };
}

/** Input leaves out what was read from or written to the cache; `cacheDetails` splits what was written by its time. */
function usageIn(usage: JsonObject, problems: Problems): Usage | null {
  if (!("inputTokens" in usage)) return null;
  const numbers = new UsageNumbers(problems);
  const input = numbers.total(usage, "inputTokens");
  const output = numbers.total(usage, "outputTokens");
  const read = numbers.total(usage, "cacheReadInputTokens");
  const written = numbers.total(usage, "cacheWriteInputTokens");
  if (numbers.broken) return null;
  numbers.checkSum(usage, "totalTokens", input + output + read + written);
  const long = listIn(usage, "cacheDetails")
    .filter((detail) => isObject(detail) && detail["ttl"] === "1h")
    .reduce<number>((sum, detail) => sum + numbers.part(detail, "inputTokens"), 0);
  const longest = Math.min(long, written);
  return usageOf({
    input,
    output,
    cache_read: read,
    cache_write_1h: longest,
    cache_write_5m: written - longest,
  });
}
