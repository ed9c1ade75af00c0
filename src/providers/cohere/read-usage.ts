/** Reads what a Cohere answer says it used: what it bills, which is less than what it counts. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { objectIn } from "../read-json.ts";
import { addUsage, Problems, UsageNumbers } from "../usage-numbers.ts";

export function readUsage(_route: Route, json: unknown): UsageReading {
  const problems = new Problems();
  // Chat has them in `usage`, the others in `meta`.
  const carrier = objectIn(json, "usage") ?? objectIn(json, "meta");
  return {
    usage: billedUnits(carrier, problems),
    outputTokensCounted: deliveredTokensIn(objectIn(json, "message")?.["content"]),
    ...problems.told(),
  };
}

/** `tokens` beside it counts words of the provider's own that nobody pays for. */
export function billedUnits(carrier: unknown, problems: Problems): Usage | null {
  const billed = objectIn(carrier, "billed_units");
  if (billed === undefined) return null;
  const numbers = new UsageNumbers(problems);
  const input = numbers.total(billed, "input_tokens");
  const output = numbers.total(billed, "output_tokens");
  const requests = numbers.total(billed, "search_units");
  const images = numbers.part(billed, "image_tokens");
  if (numbers.broken) return null;
  return addUsage(usageOf({ input, output, requests }), usageOf({ input_image: images }));
}
