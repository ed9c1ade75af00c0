/** Reads what a Gemini request says about its own cost. Fields come in camel case or in snake case. */
import { invalidField } from "../../core/errors.ts";
import { countInput, type Media } from "../count-input.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import type { ImageSize } from "../image-size.ts";
import { requestReader } from "../openai/read-request.ts";
import { firstIn, isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { bodyOf, outputBound, wholeNumberIn } from "../request-fields.ts";
import { toolFeesMost } from "../tool-fees-most.ts";
import { unitFacts } from "../unit-priced.ts";
import { GEMINI_MODELS, imageTokens, isThinkingModel, outputMost, TOKENIZER } from "./models.ts";
import { isCompatible } from "./works.ts";

export const CONFIG_FIELDS = ["generationConfig", "generation_config"] as const;
export const OUTPUT_FIELDS = ["maxOutputTokens", "max_output_tokens"] as const;

export function readRequest(request: WireRequest): RequestFacts {
  if (isCompatible(request.route)) return readCompatible(request);
  const body = bodyOf(request.json);
  const model = modelIn(request.path);
  switch (request.route.operation) {
    case "embeddings":
      return readEmbeddings(body, model);
    case "image":
      return readPicture(body, model);
    default:
      return readGenerate(body, model, request.path.endsWith(":streamGenerateContent"));
  }
}

const readCompatible = requestReader(GEMINI_MODELS);

function readGenerate(body: JsonObject, model: string, streamed: boolean): RequestFacts {
  const config = configOf(body);
  const tools = listIn(body, "tools");
  const named = [
    firstIn(body, ["cachedContent", "cached_content"]) !== undefined,
    tools.some(runsOnServer),
  ].filter(Boolean).length;
  const choices = wholeNumberIn(config, ["candidateCount", "candidate_count"]) ?? 1;
  return {
    model,
    streamed,
    ...inputTokens(body, model, named),
    output: outputBound(wholeNumberIn(config, OUTPUT_FIELDS), outputMost(model)),
    choices,
    cutHurts: tools.length > 0 || thinks(model, config) || hasSchema(config),
    cacheWrite: "none",
    usageAsked: true,
    ...toolFeesMost(tools),
    ...(draws(config) ? { units: { images: choices } } : {}),
  };
}

function draws(config: JsonObject): boolean {
  const modalities = firstIn(config, ["responseModalities", "response_modalities"]);
  return Array.isArray(modalities) && modalities.some((one) => /^image$/i.test(String(one)));
}

function readEmbeddings(body: JsonObject, model: string): RequestFacts {
  return { ...unitFacts({ model, units: {} }), ...inputTokens(body, model, 0) };
}

/** Imagen makes four pictures where nobody says how many (ai.google.dev/gemini-api/docs/imagen). */
const PICTURES_UNLESS_SAID = 4;

function readPicture(body: JsonObject, model: string): RequestFacts {
  const wanted = wholeNumberIn(objectIn(body, "parameters") ?? {}, ["sampleCount"]);
  return unitFacts({ model, units: { images: wanted ?? PICTURES_UNLESS_SAID } });
}

function inputTokens(
  body: JsonObject,
  model: string,
  named: number,
): Pick<RequestFacts, "inputTokensBound" | "inputTokensExpected" | "soft" | "modalities"> {
  const rules = {
    tokenizer: TOKENIZER,
    notShown: NOT_SHOWN,
    mediaIn,
    imageTokens: (size: ImageSize | null) => imageTokens(model, size),
  };
  const count = countInput(body, rules, named);
  return {
    inputTokensBound: count.bound,
    inputTokensExpected: count.expected,
    soft: count.soft,
    modalities: count.modalities,
  };
}

/** The model stands in the address: `/v1beta/models/{model}:generateContent`. */
function modelIn(path: string): string {
  const model = /\/models\/([^/:]+):[^/:]+$/.exec(path)?.[1];
  if (model === undefined) throw invalidField("model", "must stand in the address.");
  return model;
}

/** Numbers may come as text, as in every JSON form of a protocol buffer. */
function configOf(body: JsonObject): JsonObject {
  const config = firstIn(body, CONFIG_FIELDS) ?? {};
  if (!isObject(config)) throw invalidField("generationConfig", "must be an object.");
  const isNumber = (value: unknown) => typeof value === "string" && /^\d{1,15}$/.test(value);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, isNumber(value) ? Number(value) : value]),
  );
}

const NOT_SHOWN = new Set([
  "generationConfig",
  "generation_config",
  "safetySettings",
  "safety_settings",
]);

/** Tools that Google runs itself; what they find becomes input that the request does not show. */
function runsOnServer(tool: unknown): boolean {
  if (!isObject(tool)) return false;
  const ours = ["functionDeclarations", "function_declarations", "computerUse", "computer_use"];
  return Object.keys(tool).some((key) => !ours.includes(key));
}

function mediaIn(object: JsonObject): Media | null {
  const inline = firstIn(object, ["inlineData", "inline_data"]);
  if (isObject(inline)) return { kind: kindOf(inline), inline: textIn(inline, "data") ?? null };
  const file = firstIn(object, ["fileData", "file_data"]);
  return isObject(file) ? { kind: kindOf(file), inline: null } : null;
}

function kindOf(media: JsonObject): Media["kind"] {
  const mime = String(firstIn(media, ["mimeType", "mime_type"]) ?? "");
  const kind = mime.split("/")[0];
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "document";
}

function thinks(model: string, config: JsonObject): boolean {
  const thinking = firstIn(config, ["thinkingConfig", "thinking_config"]);
  const budget = firstIn(thinking, ["thinkingBudget", "thinking_budget"]);
  return budget !== 0 && (isThinkingModel(model) || thinking !== undefined);
}

function hasSchema(config: JsonObject): boolean {
  const fields = [
    "responseSchema",
    "response_schema",
    "responseJsonSchema",
    "response_json_schema",
  ];
  const mime = firstIn(config, ["responseMimeType", "response_mime_type"]) ?? "text/plain";
  return firstIn(config, fields) !== undefined || mime !== "text/plain";
}
