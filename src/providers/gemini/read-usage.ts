/** Reads what a Gemini answer says it used. */
import { type Bucket, type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { AnswerFacts, Route, UsageReading } from "../dialect.ts";
import type { AnswerSpelling } from "../openai/answer-spelling.ts";
import { usageReader } from "../openai/read-usage.ts";
import { isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { addUsage, Problems, UsageNumbers } from "../usage-numbers.ts";
import { BesideTokens } from "./beside-tokens.ts";
import { isCompatible } from "./works.ts";

export function readUsage(route: Route, json: unknown, facts?: AnswerFacts): UsageReading {
  if (isCompatible(route)) return readCompatible(route, json, facts);
  const problems = new Problems();
  if (route.endpoint.endsWith(":predict")) return readPredictions(json, problems);
  const candidates = isObject(json) ? json["candidates"] : undefined;
  const answer = readAnswer(json, problems);
  const beside = new BesideTokens();
  beside.note(json);
  return {
    ...answer,
    usage: answer.usage === null ? null : addUsage(answer.usage, beside.usage(answer.model)),
    outputTokensCounted: deliveredTokensIn(candidates),
    ...problems.told(),
  };
}

/** Thoughts show only in the total there. */
export const COMPATIBLE_SPELLING: AnswerSpelling = { thoughtsBeyondTotal: true };
const readCompatible = usageReader(COMPATIBLE_SPELLING);

/** Pictures that were made, without those that a filter kept back; or the tokens of embeddings. */
function readPredictions(json: unknown, problems: Problems): UsageReading {
  const predictions = listIn(json, "predictions");
  const numbers = new UsageNumbers(problems);
  let images = 0;
  let input = 0;
  for (const one of predictions) {
    const isMade = textIn(one, "bytesBase64Encoded") ?? textIn(one, "gcsUri");
    images += isMade === undefined ? 0 : 1;
    input += numbers.part(objectIn(objectIn(one, "embeddings"), "statistics"), "token_count");
  }
  return {
    usage: predictions.length === 0 ? null : usageOf({ images, input }),
    outputTokensCounted: 0,
    ...problems.told(),
  };
}

/** Usage, model and tier of an answer, or of one event of a stream. */
export function readAnswer(
  json: unknown,
  problems: Problems,
): Pick<UsageReading, "usage" | "model" | "tier"> {
  const usage = objectIn(json, "usageMetadata");
  const model = textIn(json, "modelVersion");
  const tier = tierOf(usage);
  return {
    usage: usage === undefined ? null : usageIn(usage, problems),
    ...(model === undefined ? {} : { model }),
    ...(tier === undefined ? {} : { tier }),
  };
}

/** Vertex's traffic types, as the names of the tiers that the Gemini API calls them. */
const TRAFFIC_TIERS: ReadonlyMap<string, string> = new Map([
  ["ON_DEMAND", "standard"],
  ["ON_DEMAND_FLEX", "flex"],
  ["ON_DEMAND_PRIORITY", "priority"],
]);

function tierOf(usage: JsonObject | undefined): string | undefined {
  const traffic = textIn(usage, "trafficType");
  if (traffic === undefined) return textIn(usage, "serviceTier")?.toLowerCase();
  return TRAFFIC_TIERS.get(traffic) ?? traffic.toLowerCase();
}

const COUNTS = [
  "promptTokenCount",
  "candidatesTokenCount",
  "toolUsePromptTokenCount",
  "thoughtsTokenCount",
];

/** The prompt's count includes what came from the cache; tool results, thoughts and words are counts of their own. */
function usageIn(usage: JsonObject, problems: Problems): Usage | null {
  const numbers = new UsageNumbers(problems);
  if (!COUNTS.some((key) => key in usage)) return onlyTotal(usage, numbers);
  const prompt = numbers.total(usage, "promptTokenCount");
  const written = numbers.total(usage, "candidatesTokenCount");
  const tools = numbers.total(usage, "toolUsePromptTokenCount");
  const thoughts = numbers.total(usage, "thoughtsTokenCount");
  const cached = numbers.part(usage, "cachedContentTokenCount");
  if (numbers.broken) return null;
  numbers.checkSum(usage, "totalTokenCount", prompt + written + tools + thoughts);
  // Embeddings spell the first without its "s".
  const prompts = "promptTokensDetails" in usage ? "promptTokensDetails" : "promptTokenDetails";
  const inPrompt = modalities(usage, prompts, numbers);
  const inCache = modalities(usage, "cacheTokensDetails", numbers);
  const inAnswer = modalities(usage, "candidatesTokensDetails", numbers);
  const input = numbers.split(prompt, inputParts(cached, inPrompt, inCache), "input");
  const output = numbers.split(
    written,
    [
      ["output_image", inAnswer.IMAGE],
      ["output_audio", inAnswer.AUDIO],
    ],
    "output",
  );
  return addUsage(input, output, { tool_input: tools, reasoning: thoughts });
}

/** Content put into a cache has no other number than its total, and is billed as input. */
function onlyTotal(usage: JsonObject, numbers: UsageNumbers): Usage | null {
  if (!("totalTokenCount" in usage)) return null;
  const input = numbers.total(usage, "totalTokenCount");
  return numbers.broken ? null : usageOf({ input });
}

type Modalities = { readonly [kind in "IMAGE" | "AUDIO" | "VIDEO"]: number };

/** Text and documents are what remains; these lists need not add up to the total, so they are never added up. */
function modalities(usage: JsonObject, key: string, numbers: UsageNumbers): Modalities {
  const counts = { IMAGE: 0, AUDIO: 0, VIDEO: 0 };
  for (const detail of listIn(usage, key)) {
    const kind = textIn(detail, "modality");
    if (kind === "IMAGE" || kind === "AUDIO" || kind === "VIDEO") {
      counts[kind] += numbers.part(detail, "tokenCount");
    }
  }
  return counts;
}

/** What came from the cache first, then the fresh rest of each modality. A cached film has no bucket of its own. */
function inputParts(
  cached: number,
  prompt: Modalities,
  cache: Modalities,
): (readonly [Bucket, number])[] {
  const cachedAudio = Math.min(cache.AUDIO, cached);
  const cachedImage = Math.min(cache.IMAGE, cached - cachedAudio);
  return [
    ["cache_read_audio", cachedAudio],
    ["cache_read_image", cachedImage],
    ["cache_read", cached - cachedAudio - cachedImage],
    ["input_audio", Math.max(0, prompt.AUDIO - cache.AUDIO)],
    ["input_image", Math.max(0, prompt.IMAGE - cache.IMAGE)],
    ["input_video", Math.max(0, prompt.VIDEO - cache.VIDEO)],
  ];
}
