/** Reads what a Gemini request says about its own cost. Fields come in camel case or in snake case. */
import { invalidField } from "../../core/errors.ts";
import { countInput, type Media } from "../count-input.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import type { ImageSize } from "../image-size.ts";
import { firstIn, isObject, type JsonObject, listIn, textIn } from "../read-json.ts";
import { bodyOf, outputBound, wholeNumberIn } from "../request-fields.ts";
import { imageTokens, isThinkingModel, outputMost, TOKENIZER } from "./models.ts";

export const CONFIG_FIELDS = ["generationConfig", "generation_config"] as const;
export const OUTPUT_FIELDS = ["maxOutputTokens", "max_output_tokens"] as const;

export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  const model = modelIn(request.path);
  const config = configOf(body);
  const tools = listIn(body, "tools");
  const named = [
    firstIn(body, ["cachedContent", "cached_content"]) !== undefined,
    tools.some(runsOnServer),
  ].filter(Boolean).length;
  const rules = {
    tokenizer: TOKENIZER,
    notShown: NOT_SHOWN,
    mediaIn,
    imageTokens: (size: ImageSize | null) => imageTokens(model, size),
  };
  const count = countInput(body, rules, named);
  return {
    model,
    streamed: request.path.endsWith(":streamGenerateContent"),
    inputTokensBound: count.bound,
    inputTokensExpected: count.expected,
    soft: count.soft,
    output: outputBound(wholeNumberIn(config, OUTPUT_FIELDS), outputMost(model)),
    choices: wholeNumberIn(config, ["candidateCount", "candidate_count"]) ?? 1,
    cutHurts: tools.length > 0 || thinks(model, config) || hasSchema(config),
    cacheWrite: "none",
    modalities: count.modalities,
    usageAsked: true,
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
