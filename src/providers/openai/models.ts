/** What OpenAI's models can write at most, and how they count text and images. */
import type { Tokenizer } from "../count-text.ts";
import type { ImageSize } from "../image-size.ts";
import { byPrefix } from "../request-fields.ts";

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

export function outputMost(model: string): number {
  return byPrefix(OUTPUT_MOST, nameOf(model), OUTPUT_MOST_OTHERWISE);
}

/** Does the model think before it writes? Thoughts count against its output limit. */
export function isReasoningModel(model: string): boolean {
  return /^(o\d|gpt-([5-9]|\d\d)|codex)/.test(nameOf(model)) && !model.includes("-chat");
}

const O200K: Tokenizer = { latin: 1.05, scripts: 1.05, digit: 0.34 };
/** The tokenizer of GPT-4, GPT-3.5 and the embedding models: up to five times as many tokens outside Latin script. */
const CL100K: Tokenizer = { latin: 1.3, scripts: 2.3, digit: 0.34 };

export function tokenizerOf(model: string): Tokenizer {
  const name = nameOf(model);
  const isOld = /^(gpt-3|gpt-4(-|$)|text-embedding)/.test(name);
  return isOld ? CL100K : O200K;
}

/** Source: platform.openai.com/docs/guides/images-vision, "Calculating costs"; the dearer of its two ways. */
export function imageTokens(
  model: string,
  size: ImageSize | null,
  detail: string | undefined,
): number {
  const name = nameOf(model);
  const isDearTiled = name.startsWith("gpt-4o-mini");
  const [most, tile] = isDearTiled ? [2_833, 5_667] : [85, 170];
  if (detail === "low") return isDearTiled ? most : 700;
  const tiles = size === null ? 8 : tilesOf(size);
  const patchesMost = detail === "original" ? 10_000 : 2_500;
  const patches = size === null ? patchesMost : Math.min(patchesMost, patchesOf(size));
  return Math.max(most + tile * tiles, patches * 2.46);
}

/** Fitted into 2,048 square, then the shorter side to 768, then cut into squares of 512. */
function tilesOf(size: ImageSize): number {
  const fit = Math.min(1, 2_048 / Math.max(size.width, size.height));
  const shrink = Math.min(1, 768 / (Math.min(size.width, size.height) * fit));
  const across = Math.ceil((size.width * fit * shrink) / 512);
  return across * Math.ceil((size.height * fit * shrink) / 512);
}

function patchesOf(size: ImageSize): number {
  return Math.ceil(size.width / 32) * Math.ceil(size.height / 32);
}

/** A fine-tuned model is named `ft:gpt-4o-mini:…`. */
function nameOf(model: string): string {
  return model.startsWith("ft:") ? model.slice(3) : model;
}
