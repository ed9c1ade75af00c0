/** Reads what a Mistral request says about its own cost. */

import { countInput, type Media } from "../count-input.ts";
import type { Tokenizer } from "../count-text.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { textField } from "../openai/form-fields.ts";
import { secondsOfFile } from "../openai/read-sound-request.ts";
import { firstIn, isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import {
  bodyOf,
  byPrefix,
  inlineUrl,
  modelOf,
  outputBound,
  streamedOf,
  wholeNumberIn,
} from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";

export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  switch (request.route.operation) {
    case "ocr":
      return readDocument(body);
    case "audio":
      return readTranscript(body);
    case "embeddings":
      return { ...readChat({ ...body, stream: false }), output: { kind: "none" }, cutHurts: false };
    default:
      return readChat(body);
  }
}

function readChat(body: JsonObject): RequestFacts {
  const model = modelOf(body);
  const rules = {
    tokenizer: TOKENIZER,
    notShown: NOT_SHOWN,
    mediaIn,
    imageTokens: () => IMAGE_TOKENS_MOST,
  };
  const count = countInput(body, rules, 0);
  const format = textIn(objectIn(body, "response_format"), "type") ?? "text";
  return {
    model,
    streamed: streamedOf(body),
    inputTokensBound: count.bound,
    inputTokensExpected: count.expected,
    soft: count.soft,
    output: outputBound(wholeNumberIn(body, ["max_tokens"]), byPrefix(OUTPUT_MOST, model, 131_072)),
    choices: wholeNumberIn(body, ["n"]) ?? 1,
    cutHurts: thinks(body, model) || listIn(body, "tools").length > 0 || format !== "text",
    cacheWrite: "none",
    modalities: count.modalities,
    usageAsked: true,
  };
}

/** A document of which nobody says how many pages it has; an answer states them. */
const PAGES_UNLESS_SAID = 100;

/** Pages that are described by a schema, too, are billed at a price of their own. */
function readDocument(body: JsonObject): RequestFacts {
  const wanted = listIn(body, "pages").length;
  const isPicture = objectIn(body, "document")?.["type"] === "image_url";
  const pages = isPicture ? 1 : wanted > 0 ? wanted : PAGES_UNLESS_SAID;
  const isAnnotated =
    firstIn(body, ["document_annotation_format", "bbox_annotation_format"]) !== undefined;
  return unitFacts({
    model: modelOf(body),
    units: isAnnotated ? { annotated_pages: pages } : { pages },
    soft: !isPicture && wanted === 0,
  });
}

/** Sound that the request only names; an answer states its length. */
const SECONDS_UNLESS_SAID = 1_800;

function readTranscript(body: JsonObject): RequestFacts {
  const seconds = body["file"] === undefined ? SECONDS_UNLESS_SAID : secondsOfFile(body["file"]);
  const streamed = textField(body, "stream") === "true";
  return unitFacts({ model: modelOf(body), units: { seconds }, streamed, soft: true });
}

/** Each digit is a token of its own; other scripts take more tokens than with OpenAI's newest. */
const TOKENIZER: Tokenizer = { latin: 1.2, scripts: 1.6, digit: 1 };

/** Mistral's models may write as much as fits their context (docs.mistral.ai, "Models overview"). */
const OUTPUT_MOST: ReadonlyMap<string, number> = new Map([
  ["codestral", 262_144],
  ["devstral", 262_144],
  ["ministral", 262_144],
  ["mistral-large", 262_144],
]);

/** An image is scaled to at most 1,540 pixels a side, in patches of 14 (older) or 28 pixels, and a mark for each row. */
const IMAGE_TOKENS_MOST = 12_210;

const NOT_SHOWN = new Set(["model", "metadata", "prompt_cache_key"]);

function thinks(body: JsonObject, model: string): boolean {
  const effort = body["reasoning_effort"] ?? "none";
  return model.startsWith("magistral") || body["prompt_mode"] === "reasoning" || effort !== "none";
}

function mediaIn(object: JsonObject): Media | null {
  switch (object["type"]) {
    case "image_url":
      return { kind: "image", inline: inlineUrl(addressIn(object, "image_url")) };
    case "document_url":
      return { kind: "document", inline: inlineUrl(addressIn(object, "document_url")) };
    case "input_audio":
      return { kind: "audio", inline: soundIn(object["input_audio"]) };
    case "file":
      return { kind: "document", inline: null };
    default:
      return null;
  }
}

/** The address itself, or an object that holds it. */
function addressIn(object: JsonObject, key: string): unknown {
  const address = object[key];
  return isObject(address) ? address["url"] : address;
}

/** Base64 as it is, or in an object; an http address is only a name. */
function soundIn(sound: unknown): string | null {
  const text = typeof sound === "string" ? sound : (textIn(sound, "data") ?? null);
  return text === null || /^https?:/.test(text) ? null : text;
}
