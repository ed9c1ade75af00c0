/** What Gemini's models can write at most, and how they count text and images. */
import type { Tokenizer } from "../count-text.ts";
import type { ImageSize } from "../image-size.ts";
import type { ModelFacts } from "../openai/models.ts";
import { byPrefix } from "../request-fields.ts";

/** Each digit is a token of its own. */
export const TOKENIZER: Tokenizer = { latin: 1.15, scripts: 1.2, digit: 1 };

/** Source: ai.google.dev/gemini-api/docs/models, "output token limit". */
const OUTPUT_MOST: ReadonlyMap<string, number> = new Map([
  ["gemini-1", 8_192],
  ["gemini-2.0", 8_192],
  ["gemini-2.5-flash-image", 32_768],
]);
const OUTPUT_MOST_OTHERWISE = 65_536;

export function outputMost(model: string): number {
  return byPrefix(OUTPUT_MOST, model, OUTPUT_MOST_OTHERWISE);
}

/** Gemini thinks by default from 2.5 on, but for the image models; thoughts count against the output limit. */
export function isThinkingModel(model: string): boolean {
  return /^gemini-(2\.5|[3-9]|\d\d)/.test(model) && !model.includes("image");
}

const TILE_TOKENS = 258;
/** What Gemini 3 takes for an image at the highest resolution (`mediaResolution`). */
const HIGHEST_RESOLUTION_TOKENS = 2_240;
const IMAGE_TOKENS_MOST = 8_000;

/** Tiles as ai.google.dev/gemini-api/docs/image-understanding counts them: a side is two thirds of the shorter, 256 to 768. */
export function imageTokens(model: string, size: ImageSize | null): number {
  if (size === null) return IMAGE_TOKENS_MOST;
  const shorter = Math.min(size.width, size.height);
  const unit = Math.max(256, Math.min(768, Math.floor(shorter / 1.5)));
  const tiles = Math.ceil(size.width / unit) * Math.ceil(size.height / unit);
  const byTiles = tiles * TILE_TOKENS;
  return /^gemini-[12]/.test(model) ? byTiles : Math.max(HIGHEST_RESOLUTION_TOKENS, byTiles);
}

/** The same, as OpenAI's dialect asks it. */
export const GEMINI_MODELS: ModelFacts = {
  tokenizerOf: () => TOKENIZER,
  imageTokens,
  outputMost: (model) => outputMost(model.replace(/^models\//, "")),
  isReasoningModel: (model) => isThinkingModel(model.replace(/^models\//, "")),
};
