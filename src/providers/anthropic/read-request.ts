/** Reads what an Anthropic request says about its own cost. */
import { invalidField } from "../../core/errors.ts";
import { countInput, type Media } from "../count-input.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { namedIds } from "../named-ids.ts";
import { type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { bodyOf, modelOf, outputBound, streamedOf, wholeNumberIn } from "../request-fields.ts";
import { toolFeesMost } from "../tool-fees-most.ts";
import { readBatch } from "./batches.ts";
import { imageTokens, TOKENIZER, TOOLS_TOKENS } from "./models.ts";

const NOT_SHOWN = new Set(["model", "metadata", "service_tier", "stop_sequences"]);

export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  return request.route.operation === "batch" ? readBatch(body, readMessage) : readMessage(body);
}

function readMessage(body: JsonObject): RequestFacts {
  const model = modelOf(body);
  const outputTokens = wholeNumberIn(body, ["max_tokens"]);
  if (outputTokens === undefined)
    throw invalidField("max_tokens", "must be a positive whole number.");
  const { count, cacheWrite } = inputOf(body);
  const names = count.soft ? namedIds(body) : [];
  const tools = listIn(body, "tools");
  const toolsTokens = tools.length > 0 ? TOOLS_TOKENS : 0;
  return {
    model,
    streamed: streamedOf(body),
    inputTokensBound: count.bound + toolsTokens,
    inputTokensExpected: count.expected + toolsTokens,
    soft: count.soft,
    output: outputBound(outputTokens, outputTokens),
    choices: 1,
    cutHurts: tools.length > 0 || thinks(body) || hasSchema(body),
    cacheWrite,
    modalities: count.modalities,
    usageAsked: true,
    ...toolFeesMost(tools),
    ...(names.length === 0 ? {} : { names }),
  };
}

function inputOf(body: JsonObject) {
  let cacheWrite = cacheTime(body["cache_control"]);
  const rules = {
    tokenizer: TOKENIZER,
    notShown: NOT_SHOWN,
    mediaIn(object: JsonObject): Media | null {
      cacheWrite = longer(cacheWrite, cacheTime(object["cache_control"]));
      return mediaIn(object);
    },
    imageTokens,
  };
  const count = countInput(body, rules, runsServerTools(body) ? 1 : 0);
  return { count, cacheWrite };
}

type CacheTime = RequestFacts["cacheWrite"];

function cacheTime(control: unknown): CacheTime {
  if (textIn(control, "type") !== "ephemeral") return "none";
  return textIn(control, "ttl") === "1h" ? "1h" : "5m";
}

function longer(one: CacheTime, other: CacheTime): CacheTime {
  if (one === "1h" || other === "1h") return "1h";
  return one === "none" ? other : one;
}

function mediaIn(object: JsonObject): Media | null {
  const type = object["type"];
  if (type === "container_upload") return { kind: "document", inline: null };
  if (type !== "image" && type !== "document") return null;
  const source = objectIn(object, "source");
  switch (source?.["type"]) {
    case "base64":
      return { kind: type, inline: textIn(source, "data") ?? null };
    case "url":
    case "file":
      return { kind: type, inline: null };
    default:
      return null; // A document given as text is counted as text.
  }
}

/** Tools of these types are run by the caller; what the others find becomes input that the request does not show. */
const CLIENT_TOOL = /^(custom$|bash_|text_editor_|computer_|memory_)/;

function runsServerTools(body: JsonObject): boolean {
  const isServerTool = (tool: unknown) => !CLIENT_TOOL.test(textIn(tool, "type") ?? "custom");
  return listIn(body, "tools").some(isServerTool) || listIn(body, "mcp_servers").length > 0;
}

function thinks(body: JsonObject): boolean {
  const type = textIn(objectIn(body, "thinking"), "type");
  return type !== undefined && type !== "disabled";
}

function hasSchema(body: JsonObject): boolean {
  const format = objectIn(objectIn(body, "output_config"), "format");
  return format !== undefined || objectIn(body, "output_format") !== undefined;
}
