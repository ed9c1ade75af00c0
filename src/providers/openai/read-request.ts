/** Reads what an OpenAI request says about its own cost: chat completions, Responses and embeddings. */
import { AppError } from "../../core/errors.ts";
import { countInput, type InputRules, type Media } from "../count-input.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { firstIn, isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import {
  bodyOf,
  inlineUrl,
  modelOf,
  outputBound,
  streamedOf,
  wholeNumberIn,
} from "../request-fields.ts";
import { imageTokens, isReasoningModel, outputMost, tokenizerOf } from "./models.ts";

export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  const model = modelOf(body);
  if (request.route.operation === "embeddings") return readEmbeddings(body, model);
  return request.route.operation === "responses"
    ? readResponses(body, model)
    : readChat(body, model);
}

function readChat(body: JsonObject, model: string): RequestFacts {
  const streamed = streamedOf(body);
  const format = textIn(objectIn(body, "response_format"), "type") ?? "text";
  const searches = objectIn(body, "web_search_options") !== undefined || model.includes("-search");
  return {
    model,
    streamed,
    ...inputOf(body, model, searches ? 1 : 0),
    output: outputBound(wholeNumberIn(body, CHAT_OUTPUT_FIELDS), outputMost(model)),
    choices: wholeNumberIn(body, ["n"]) ?? 1,
    cutHurts: thinks(model, body["reasoning_effort"]) || hasTools(body) || format !== "text",
    cacheWrite: "none",
    usageAsked: objectIn(body, "stream_options")?.["include_usage"] === true,
  };
}

/** The newer name first; the older one is still taken by older models. */
export const CHAT_OUTPUT_FIELDS = ["max_completion_tokens", "max_tokens"] as const;

function readResponses(body: JsonObject, model: string): RequestFacts {
  if (body["background"] === true) {
    throw new AppError(
      "operation_not_offered",
      "Background responses are not offered: leave out `background`, or stream the response.",
      { field: "background", reason: "its usage is known only after the answer" },
    );
  }
  const format = textIn(objectIn(objectIn(body, "text"), "format"), "type") ?? "text";
  const named = ["previous_response_id", "conversation", "prompt"].filter(
    (key) => body[key] ?? false,
  );
  const serverTools = listIn(body, "tools").filter((tool) => !isClientTool(tool));
  return {
    model,
    streamed: streamedOf(body),
    ...inputOf(body, model, named.length + (serverTools.length > 0 ? 1 : 0)),
    output: outputBound(wholeNumberIn(body, ["max_output_tokens"]), outputMost(model)),
    choices: 1,
    cutHurts:
      thinks(model, objectIn(body, "reasoning")?.["effort"]) || hasTools(body) || format !== "text",
    cacheWrite: "none",
    usageAsked: true,
  };
}

function readEmbeddings(body: JsonObject, model: string): RequestFacts {
  const tokens = tokenIds(body["input"]);
  const facts = inputOf({ input: tokens === null ? body["input"] : null }, model, 0);
  return {
    ...facts,
    model,
    streamed: false,
    inputTokensBound: tokens ?? facts.inputTokensBound,
    inputTokensExpected: tokens ?? facts.inputTokensExpected,
    output: { kind: "none" },
    choices: 1,
    cutHurts: false,
    cacheWrite: "none",
    usageAsked: true,
  };
}

/** An embedding's input may be token ids, or lists of them: as many tokens as numbers. null: it is text. */
function tokenIds(input: unknown): number | null {
  if (!Array.isArray(input)) return null;
  const ids = input.flat();
  return ids.length > 0 && ids.every((id) => typeof id === "number") ? ids.length : null;
}

/** Members that steer the call and that the model never reads. */
const NOT_SHOWN = new Set([
  "model",
  "metadata",
  "user",
  "safety_identifier",
  "prompt_cache_key",
  "logit_bias",
  "stream_options",
  "include",
]);

function inputOf(body: JsonObject, model: string, named: number) {
  const rules: InputRules = {
    tokenizer: tokenizerOf(model),
    notShown: NOT_SHOWN,
    mediaIn,
    imageTokens: (size, detail) => imageTokens(model, size, detail),
  };
  const count = countInput(body, rules, named);
  return {
    inputTokensBound: count.bound,
    inputTokensExpected: count.expected,
    soft: count.soft,
    modalities: count.modalities,
  };
}

function mediaIn(object: JsonObject): Media | null {
  switch (object["type"]) {
    case "image_url":
    case "input_image":
    case "computer_screenshot":
      return imageIn(object);
    case "image_generation_call":
      return { kind: "image", inline: textIn(object, "result") ?? null };
    case "input_audio":
      return { kind: "audio", inline: textIn(objectIn(object, "input_audio"), "data") ?? null };
    case "file":
      return { kind: "document", inline: textIn(objectIn(object, "file"), "file_data") ?? null };
    case "input_file":
      return { kind: "document", inline: textIn(object, "file_data") ?? null };
    case "item_reference":
      return { kind: "document", inline: null };
    default:
      return null;
  }
}

function imageIn(object: JsonObject): Media {
  const image = object["image_url"];
  const detail = firstIn(isObject(image) ? image : object, ["detail"]);
  const url = isObject(image) ? image["url"] : image;
  return {
    kind: "image",
    inline: inlineUrl(url),
    ...(typeof detail === "string" ? { detail } : {}),
  };
}

function thinks(model: string, effort: unknown): boolean {
  return effort !== "none" && (isReasoningModel(model) || (effort ?? null) !== null);
}

function hasTools(body: JsonObject): boolean {
  return listIn(body, "tools").length > 0 || listIn(body, "functions").length > 0;
}

/** Tools that the caller runs itself; what other tools find becomes input that the request does not show. */
const CLIENT_TOOLS = new Set([
  "function",
  "custom",
  "namespace",
  "apply_patch",
  "local_shell",
  "computer_use_preview",
  "computer",
]);

function isClientTool(tool: unknown): boolean {
  return CLIENT_TOOLS.has(textIn(tool, "type") ?? "function");
}
