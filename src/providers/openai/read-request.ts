/** Reads what a request in OpenAI's dialect says about its own cost: chat, Responses and embeddings. */
import { AppError } from "../../core/errors.ts";
import type { Dialect, RequestFacts, Route } from "../dialect.ts";
import { namedIds } from "../named-ids.ts";
import { type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { bodyOf, modelOf, outputBound, streamedOf, wholeNumberIn } from "../request-fields.ts";
import { toolFeesMost } from "../tool-fees-most.ts";
import { unitFacts } from "../unit-priced.ts";
import { inputTokens } from "./input-tokens.ts";
import { type ModelFacts, OPENAI_MODELS } from "./models.ts";
import { readBatch } from "./read-batch-request.ts";
import { readImageRequest } from "./read-image-request.ts";
import { readSpeechRequest, readTranscriptRequest } from "./read-sound-request.ts";
import { workOf } from "./works.ts";

export const readRequest: Dialect["readRequest"] = requestReader(OPENAI_MODELS, {
  background: true,
});

/** The same for another provider's models. */
export function requestReader(
  models: ModelFacts,
  offered: { readonly background: boolean } = { background: false },
): Dialect["readRequest"] {
  return (request) => {
    const body = bodyOf(request.json);
    if (request.route.operation === "batch") return readBatch(body);
    const facts = readFacts(request.route, body);
    // Whatever the input only names makes its bound a guess; pictures are measured without one.
    const mayName = facts.soft || workOf(request.route) === "image";
    const names = mayName ? namedIds(body) : [];
    return names.length === 0 ? facts : { ...facts, names };
  };

  function readFacts(route: Route, body: JsonObject): RequestFacts {
    switch (workOf(route)) {
      case "chat":
        return readChat(body, models);
      case "responses":
        return readResponses(body, models, offered.background);
      case "compact":
        return readCompact(body, models);
      case "embeddings":
        return readEmbeddings(body, models);
      case "image":
        return readImageRequest(body, route);
      case "speech":
        return readSpeechRequest(body);
      case "transcript":
        return readTranscriptRequest(body);
      case "moderation":
        return readModeration(body);
    }
  }
}

function readChat(body: JsonObject, models: ModelFacts): RequestFacts {
  const model = modelOf(body);
  const streamed = streamedOf(body);
  const format = textIn(objectIn(body, "response_format"), "type") ?? "text";
  const searches = objectIn(body, "web_search_options") !== undefined || model.includes("-search");
  const thinks = isThinking(models, model, body["reasoning_effort"]);
  return {
    model,
    streamed,
    ...inputTokens(body, model, models, searches ? 1 : 0),
    output: outputBound(wholeNumberIn(body, CHAT_OUTPUT_FIELDS), models.outputMost(model)),
    choices: wholeNumberIn(body, ["n"]) ?? 1,
    cutHurts: thinks || hasTools(body) || format !== "text",
    cacheWrite: "none",
    usageAsked: objectIn(body, "stream_options")?.["include_usage"] === true,
    // A model that searches does so once for an answer.
    ...(searches ? { feesMost: { web_searches: 1 } } : {}),
  };
}

/** The newer name first; the older one is still taken by older models, and is the only one that others know. */
export const CHAT_OUTPUT_FIELDS = ["max_completion_tokens", "max_tokens"] as const;

function readResponses(body: JsonObject, models: ModelFacts, background: boolean): RequestFacts {
  const model = modelOf(body);
  const answersLater = inBackground(body, background);
  const format = textIn(objectIn(objectIn(body, "text"), "format"), "type") ?? "text";
  const named = ["previous_response_id", "conversation", "prompt"].filter(
    (key) => body[key] ?? false,
  );
  const serverTools = listIn(body, "tools").filter((tool) => !isClientTool(tool));
  const thinks = isThinking(models, model, objectIn(body, "reasoning")?.["effort"]);
  return {
    model,
    streamed: streamedOf(body),
    ...inputTokens(body, model, models, named.length + (serverTools.length > 0 ? 1 : 0)),
    output: outputBound(wholeNumberIn(body, ["max_output_tokens"]), models.outputMost(model)),
    choices: 1,
    cutHurts: thinks || hasTools(body) || format !== "text",
    cacheWrite: "none",
    usageAsked: true,
    ...toolFeesMost(serverTools),
    ...(answersLater ? { answersLater } : {}),
  };
}

/** Throws `operation_not_offered` where nobody could say what became of it. */
function inBackground(body: JsonObject, offered: boolean): boolean {
  if (body["background"] !== true) return false;
  if (offered && !streamedOf(body)) return true;
  const words = offered
    ? "A background response cannot be streamed here: leave out `stream` and ask for it, or leave out `background`."
    : "Background responses are not offered: leave out `background`, or stream the response.";
  throw new AppError("operation_not_offered", words, {
    field: "background",
    reason: "its usage is known only after the answer",
  });
}

/** A conversation made shorter. There is no field to limit what it writes, so the model's most is held and none sent. */
function readCompact(body: JsonObject, models: ModelFacts): RequestFacts {
  const model = modelOf(body);
  const named = (body["previous_response_id"] ?? null) === null ? 0 : 1;
  return {
    model,
    streamed: false,
    ...inputTokens(body, model, models, named),
    output: { kind: "named", tokens: models.outputMost(model) },
    choices: 1,
    cutHurts: true,
    cacheWrite: "none",
    usageAsked: true,
  };
}

function readEmbeddings(body: JsonObject, models: ModelFacts): RequestFacts {
  const model = modelOf(body);
  const tokens = tokenIds(body["input"]);
  const facts = inputTokens({ input: tokens === null ? body["input"] : null }, model, models, 0);
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

/** Free of charge: it counts as a call, and uses nothing. */
function readModeration(body: JsonObject): RequestFacts {
  const model = body["model"] === undefined ? "omni-moderation-latest" : modelOf(body);
  return unitFacts({ model, units: {} });
}

function isThinking(models: ModelFacts, model: string, effort: unknown): boolean {
  return effort !== "none" && (models.isReasoningModel(model) || (effort ?? null) !== null);
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
