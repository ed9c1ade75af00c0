/** Reads usage, model, tier and stated cost of an answer in OpenAI's dialect, as each provider spells it. */
import type { NanoUsd } from "../../core/money.ts";
import { type Usage, usageOf } from "../../core/usage.ts";
import type { UsageReading } from "../dialect.ts";
import { type JsonObject, objectIn, textIn } from "../read-json.ts";
import { addUsage, type Problems } from "../usage-numbers.ts";
import { type TokenSpelling, tokensOf } from "./token-usage.ts";
import { toolFees } from "./tool-fees.ts";

/** Where a provider's answers differ from OpenAI's own. */
export interface AnswerSpelling extends TokenSpelling {
  /** A second place that the usage may stand in; `usage` comes first. */
  readonly otherUsage?: (json: unknown) => JsonObject | undefined;
  /** The cost that the provider states, where its usage has one. */
  readonly statedCost?: (usage: JsonObject, problems: Problems) => NanoUsd | undefined;
  /** Tools that its usage counts. */
  readonly fees?: (usage: JsonObject, problems: Problems) => Usage;
}

export type Answer = Omit<UsageReading, "problems" | "totalDisagrees" | "outputTokensCounted">;

/** Of an answer, or of the stream's event that carries them. */
export function readAnswer(
  json: unknown,
  problems: Problems,
  spelling: AnswerSpelling = {},
): Answer {
  const model = textIn(json, "model");
  const tier = textIn(json, "service_tier");
  const usage = usageObject(json, spelling);
  const cost = usage === undefined ? undefined : spelling.statedCost?.(usage, problems);
  return {
    usage: usage === undefined ? null : usageIn(json, usage, problems, spelling),
    ...(model === undefined || model === "" ? {} : { model }),
    ...(tier === undefined ? {} : { tier }),
    ...(cost === undefined ? {} : { statedCost: cost }),
  };
}

export function usageObject(json: unknown, spelling: AnswerSpelling = {}): JsonObject | undefined {
  return objectIn(json, "usage") ?? spelling.otherUsage?.(json);
}

function usageIn(
  json: unknown,
  usage: JsonObject,
  problems: Problems,
  spelling: AnswerSpelling,
): Usage | null {
  const tokens = tokensOf(usage, problems, spelling);
  if (tokens === null) return null;
  const counted = spelling.fees?.(usage, problems) ?? usageOf({});
  return addUsage(tokens, toolFees(json, problems), counted);
}
