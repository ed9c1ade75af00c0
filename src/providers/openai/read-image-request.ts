/** Reads what a request for pictures says about its own cost. */
import { invalidField } from "../../core/errors.ts";
import { countText } from "../count-text.ts";
import type { FilePart, RequestFacts, Route } from "../dialect.ts";
import { isObject, type JsonObject, textIn } from "../read-json.ts";
import { modelOf } from "../request-fields.ts";
import { numberField, textField } from "./form-fields.ts";

const IMAGES_MOST = 10;

/** Throws `invalid_request` where `n` is no whole number from 1 to 10. */
export function readImageRequest(body: JsonObject, route: Route): RequestFacts {
  const isVariation = route.endpoint.endsWith("/variations");
  // Only dall-e-2 varies a picture, so that request need not name it.
  const named = isVariation && body["model"] === undefined ? "dall-e-2" : modelOf(body);
  const count = numberField(body, "n") ?? 1;
  if (count > IMAGES_MOST) throw invalidField("n", `must be at most ${IMAGES_MOST}.`);
  const byTheImage = /^dall-e/.test(named);
  const shown = picturesIn(body);
  const prompt = countText(textIn(body, "prompt") ?? "");
  return {
    model: byTheImage ? pricedModel(named, body) : named,
    streamed: textField(body, "stream") === "true",
    inputTokensBound: byTheImage ? 0 : prompt.bound + shown * IMAGE_INPUT_TOKENS_MOST,
    inputTokensExpected: byTheImage ? 0 : prompt.expected + shown * IMAGE_INPUT_TOKENS_LIKELY,
    soft: false,
    // No field limits what is written; a picture's size and quality are its tokens.
    output: byTheImage
      ? { kind: "none" }
      : { kind: "named", tokens: outputTokens(textField(body, "size")) },
    choices: count,
    cutHurts: true,
    cacheWrite: "none",
    modalities: shown > 0 ? ["image"] : [],
    usageAsked: true,
    units: { images: count },
  };
}

/**
 * Older models cost by size and quality, so these are part of the priced model's name: `dall-e-3`,
 * `dall-e-3:hd:1024x1792`, `dall-e-2:512x512`; a standard picture of 1024 × 1024 is the plain name.
 */
function pricedModel(model: string, body: JsonObject): string {
  const size = textField(body, "size") ?? SQUARE;
  const sides = size.split("x").sort((a, b) => Number(a) - Number(b));
  const isHd = textField(body, "quality") === "hd";
  return `${model}${isHd ? ":hd" : ""}${size === SQUARE ? "" : `:${sides.join("x")}`}`;
}

const SQUARE = "1024x1024";

/** What gpt-image makes of a picture of 1024 × 1536 at high quality (platform.openai.com/docs/guides/image-generation). */
const OUTPUT_TOKENS_MOST = 6_240;
const OUTPUT_PIXELS = 1_024 * 1_536;
/** A larger picture is taken to have as many more tokens as pixels. */
function outputTokens(size: string | undefined): number {
  const [width, height] = (size ?? "").split("x").map(Number);
  const pixels = (width ?? 0) * (height ?? 0);
  const times = Number.isFinite(pixels) ? Math.max(1, pixels / OUTPUT_PIXELS) : 1;
  return Math.ceil(OUTPUT_TOKENS_MOST * times);
}

/** A picture shown with high fidelity: 6,144 tokens and the tiles of a plain one (same guide, "Input fidelity"). */
const IMAGE_INPUT_TOKENS_MOST = 7_400;
const IMAGE_INPUT_TOKENS_LIKELY = 400;

/** Files under `image` or `image[]`, and a mask; edits in JSON name their pictures in `images`. */
function picturesIn(body: JsonObject): number {
  const listed = Array.isArray(body["images"]) ? body["images"].length : 0;
  const files = ["image", "image[]", "mask"].flatMap((name) => body[name] ?? []);
  return listed + files.filter(isFile).length;
}

function isFile(value: unknown): value is FilePart {
  return isObject(value) && typeof value["bytes"] === "number";
}
