/** What OpenAI's models can write at most, and how they count text and images. */
import type { Tokenizer } from "../count-text.ts";
import type { ImageSize } from "../image-size.ts";
import { byPrefix } from "../request-fields.ts";

/** What must be known of a provider's models to bound a request in this dialect. */
export interface ModelFacts {
  tokenizerOf(model: string): Tokenizer;
  imageTokens(model: string, size: ImageSize | null, detail: string | undefined): number;
  /** The most tokens an answer can have. */
  outputMost(model: string): number;
  /** Does the model think before it writes? */
  isReasoningModel(model: string): boolean;
}

/** Source: the model pages of platform.openai.com/docs/models, "max output tokens". */
const OUTPUT_MOST: ReadonlyMap<string, number> = new Map([
  ["gpt-5-pro", 272_000],
  ["gpt-5-chat", 16_384],
  ["gpt-4.1", 32_768],
  ["gpt-4.5", 16_384],
  ["gpt-4o", 16_384],
  ["chatgpt-4o", 16_384],
  ["gpt-4-turbo", 4_096],
  ["gpt-4", 8_192],
  ["gpt-3.5", 4_096],
  ["o1", 100_000],
  ["o1-mini", 65_536],
  ["o1-preview", 32_768],
  ["o3", 100_000],
  ["o4", 100_000],
]);
const OUTPUT_MOST_OTHERWISE = 128_000;

function outputMost(model: string): number {
  return byPrefix(OUTPUT_MOST, nameOf(model), OUTPUT_MOST_OTHERWISE);
}

/** Does the model think before it writes? Thoughts count against its output limit. */
function isReasoningModel(model: string): boolean {
  return /^(o\d|gpt-([5-9]|\d\d)|codex)/.test(nameOf(model)) && !model.includes("-chat");
}

const O200K: Tokenizer = { latin: 1.05, scripts: 1.05, digit: 0.34 };
/** The tokenizer of GPT-4, GPT-3.5 and the embedding models: up to five times as many tokens outside Latin script. */
const CL100K: Tokenizer = { latin: 1.3, scripts: 2.3, digit: 0.34 };

function tokenizerOf(model: string): Tokenizer {
  const name = nameOf(model);
  const isOld = /^(gpt-3|gpt-4(-|$)|text-embedding)/.test(name);
  return isOld ? CL100K : O200K;
}

/** Models known to count an image by tiles alone; newer and smaller ones count patches, or may. */
const TILED = /^(chatgpt-4o|gpt-4o|gpt-4-|gpt-4\.5|gpt-4\.1(?!-(mini|nano))|o1|o3)/;
/** The most tokens a patch is multiplied to (gpt-4.1-nano). */
const PATCH_TOKENS = 2.46;

/** Source: platform.openai.com/docs/guides/images-vision, "Calculating costs"; the dearer way where the model is new. */
function imageTokens(model: string, size: ImageSize | null, detail: string | undefined): number {
  const name = nameOf(model);
  const isDear = name.startsWith("gpt-4o-mini");
  const [most, tile] = isDear ? [2_833, 5_667] : [85, 170];
  const tiles = detail === "low" ? 0 : size === null ? TILES_MOST : tilesOf(size);
  const byTiles = most + tile * tiles;
  return TILED.test(name) ? byTiles : Math.max(byTiles, patchesOf(size, detail) * PATCH_TOKENS);
}

const TILES_MOST = 8;

/** Fitted into 2,048 square, then the shorter side to 768, then cut into squares of 512. */
function tilesOf(size: ImageSize): number {
  const fit = Math.min(1, 2_048 / Math.max(size.width, size.height));
  const shrink = Math.min(1, 768 / (Math.min(size.width, size.height) * fit));
  const across = Math.ceil((size.width * fit * shrink) / 512);
  return across * Math.ceil((size.height * fit * shrink) / 512);
}

/** Squares of 32 pixels; the provider shrinks an image to at most so many. */
function patchesOf(size: ImageSize | null, detail: string | undefined): number {
  const most = detail === "low" ? 256 : detail === "original" ? 10_000 : 2_500;
  if (size === null) return most;
  return Math.min(most, Math.ceil(size.width / 32) * Math.ceil(size.height / 32));
}

/** A fine-tuned model is named `ft:gpt-4o-mini:…`. */
function nameOf(model: string): string {
  return model.startsWith("ft:") ? model.slice(3) : model;
}

export const OPENAI_MODELS: ModelFacts = {
  tokenizerOf,
  imageTokens,
  outputMost,
  isReasoningModel,
};
