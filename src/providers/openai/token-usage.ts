/** Turns the token numbers of OpenAI's dialect, however they are spelled, into disjoint buckets. */
import { type Bucket, type Usage, usageOf } from "../../core/usage.ts";
import { firstIn, isObject, type JsonObject, objectIn } from "../read-json.ts";
import { addUsage, type Problems, UsageNumbers } from "../usage-numbers.ts";

/** Where a provider's numbers differ from OpenAI's own. */
export interface TokenSpelling {
  /**
   * Tokens that only the total shows are thoughts, and billed as output: xAI counts them outside `completion_tokens`,
   * Gemini's OpenAI-compatible endpoint does not name them at all.
   */
  readonly thoughtsBeyondTotal?: true;
  /** Output that no detail names is of this kind: an image model writes pictures, a speech model sound. */
  readonly writes?: "output" | "output_image" | "output_audio";
}

/** One numbering in two spellings: chat completions say prompt and completion, Responses input and output. */
const INPUT = ["prompt_tokens", "input_tokens"] as const;
const OUTPUT = ["completion_tokens", "output_tokens"] as const;
const INPUT_DETAILS = ["prompt_tokens_details", "input_tokens_details", "input_token_details"];
const OUTPUT_DETAILS = [
  "completion_tokens_details",
  "output_tokens_details",
  "output_token_details",
];

/** Cached, written, audio, image and reasoning tokens are parts of the two totals. null: it cannot be believed. */
export function tokensOf(
  usage: JsonObject,
  problems: Problems,
  spelling: TokenSpelling = {},
): Usage | null {
  const isResponses = "input_tokens" in usage || "output_tokens" in usage;
  const inputName = INPUT[isResponses ? 1 : 0];
  if (!(inputName in usage)) {
    if (isOnlyTotal(usage)) return totalAsInput(usage, problems);
    problems.add(`The usage has no ${inputName}.`);
    return null;
  }
  const numbers = new UsageNumbers(problems);
  const inputTokens = numbers.total(usage, inputName);
  const named = numbers.total(usage, OUTPUT[isResponses ? 1 : 0]);
  if (numbers.broken) return null;
  const details = objectOf(usage, OUTPUT_DETAILS);
  const reasoning = numbers.part(details, "reasoning_tokens");
  const beyond =
    spelling.thoughtsBeyondTotal === true
      ? tokensBeyond(usage, inputTokens + named, reasoning, numbers)
      : 0;
  numbers.checkSum(usage, "total_tokens", inputTokens + named + beyond);
  const output = numbers.split(
    named + beyond,
    [
      ["reasoning", Math.max(reasoning, beyond)],
      ["output_audio", numbers.part(details, "audio_tokens")],
      ["output_image", numbers.part(details, "image_tokens")],
      ...textTokens(details, numbers, spelling),
    ],
    spelling.writes ?? "output",
  );
  return addUsage(numbers.split(inputTokens, inputParts(usage, numbers), "input"), output);
}

/** Embeddings of some providers (Voyage) give their input as the total and nothing else. */
function isOnlyTotal(usage: JsonObject): boolean {
  return "total_tokens" in usage && !OUTPUT.some((name) => name in usage);
}

function totalAsInput(usage: JsonObject, problems: Problems): Usage | null {
  const numbers = new UsageNumbers(problems);
  const input = numbers.total(usage, "total_tokens");
  return numbers.broken ? null : usageOf({ input });
}

/** Only where other output is not text anyway. */
function textTokens(
  details: JsonObject | undefined,
  numbers: UsageNumbers,
  spelling: TokenSpelling,
): (readonly [Bucket, number])[] {
  const isText = spelling.writes === undefined || spelling.writes === "output";
  return isText ? [] : [["output", numbers.part(details, "text_tokens")]];
}

/** What the total has more; without a total, the thoughts themselves. */
function tokensBeyond(
  usage: JsonObject,
  sum: number,
  reasoning: number,
  numbers: UsageNumbers,
): number {
  if (firstIn(usage, ["total_tokens"]) === undefined) return reasoning;
  return Math.max(0, numbers.part(usage, "total_tokens") - sum);
}

function inputParts(usage: JsonObject, numbers: UsageNumbers): (readonly [Bucket, number])[] {
  const details = objectOf(usage, INPUT_DETAILS);
  const cached = cachedTokens(usage, details, numbers);
  const kinds = objectIn(details, "cached_tokens_details");
  const cachedAudio = Math.min(numbers.part(kinds, "audio_tokens"), cached);
  const cachedImage = Math.min(numbers.part(kinds, "image_tokens"), cached - cachedAudio);
  const fresh = (key: string, inCache: number) => Math.max(0, numbers.part(details, key) - inCache);
  return [
    ["cache_read_audio", cachedAudio],
    ["cache_read_image", cachedImage],
    ["cache_read", cached - cachedAudio - cachedImage],
    ["cache_write_5m", numbers.part(details, "cache_write_tokens")],
    ["input_audio", fresh("audio_tokens", cachedAudio)],
    ["input_image", fresh("image_tokens", cachedImage)],
    ["input_video", numbers.part(details, "video_tokens")],
  ];
}

/** DeepSeek has a name of its own beside OpenAI's, older vLLM and Mistral another. */
function cachedTokens(
  usage: JsonObject,
  details: JsonObject | undefined,
  numbers: UsageNumbers,
): number {
  if (firstIn(details, ["cached_tokens"]) !== undefined)
    return numbers.part(details, "cached_tokens");
  const own = ["prompt_cache_hit_tokens", "num_cached_tokens", "cached_tokens"];
  const name = own.find((key) => firstIn(usage, [key]) !== undefined);
  return name === undefined ? 0 : numbers.part(usage, name);
}

function objectOf(usage: JsonObject, names: readonly string[]): JsonObject | undefined {
  const found = firstIn(usage, names);
  return isObject(found) ? found : undefined;
}
