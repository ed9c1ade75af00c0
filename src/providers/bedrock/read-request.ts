/** Reads what a Converse request says about its own cost. */
import { invalidField } from "../../core/errors.ts";
import { countInput, type Media } from "../count-input.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { bodyOf, outputBound, wholeNumberIn } from "../request-fields.ts";

/** The most of the models on Bedrock. */
const OUTPUT_TOKENS_MOST = 128_000;

export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  let cacheWrite: RequestFacts["cacheWrite"] = "none";
  const rules = {
    tokenizer: { latin: 1.4, scripts: 2.3, digit: 1 },
    notShown: new Set(["inferenceConfig", "guardrailConfig", "requestMetadata"]),
    mediaIn(object: JsonObject): Media | null {
      const point = objectIn(object, "cachePoint");
      if (point !== undefined && cacheWrite !== "1h") {
        cacheWrite = textIn(point, "ttl") === "1h" ? "1h" : "5m";
      }
      return mediaIn(object);
    },
    imageTokens: () => 4_800,
  };
  const count = countInput(body, rules, 0);
  const named = wholeNumberIn(objectIn(body, "inferenceConfig") ?? {}, ["maxTokens"]);
  return {
    model: modelIn(request.path),
    streamed: false,
    inputTokensBound: count.bound,
    inputTokensExpected: count.expected,
    soft: count.soft,
    output: outputBound(named, OUTPUT_TOKENS_MOST),
    choices: 1,
    cutHurts:
      listIn(objectIn(body, "toolConfig"), "tools").length > 0 ||
      objectIn(body, "additionalModelRequestFields") !== undefined,
    cacheWrite,
    modalities: count.modalities,
    usageAsked: true,
  };
}

function modelIn(path: string): string {
  const model = /^\/model\/([^/]+)\//.exec(path)?.[1];
  if (model === undefined) throw invalidField("model", "must stand in the address.");
  return model.replaceAll(/%3a/gi, ":");
}

const KINDS = ["image", "video", "audio", "document"] as const;

function mediaIn(object: JsonObject): Media | null {
  for (const kind of KINDS) {
    const source = objectIn(objectIn(object, kind), "source");
    if (isObject(source)) return { kind, inline: textIn(source, "bytes") ?? null };
  }
  return null;
}
