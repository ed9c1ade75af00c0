/** Reads what a Cohere request says about its own cost. */
import { countInput, type Media } from "../count-input.ts";
import type { Tokenizer } from "../count-text.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
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
  const model = modelOf(body);
  if (request.route.operation === "rerank") {
    const documents = listIn(body, "documents").length;
    return unitFacts({
      model,
      units: { requests: Math.max(1, Math.ceil(documents / DOCUMENTS_A_SEARCH)) },
    });
  }
  const rules = { tokenizer: TOKENIZER, notShown: NOT_SHOWN, mediaIn, imageTokens: () => 16_384 };
  const count = countInput(body, rules, 0);
  const facts: RequestFacts = {
    ...unitFacts({ model, units: {} }),
    inputTokensBound: count.bound,
    inputTokensExpected: count.expected,
    soft: count.soft,
    modalities: count.modalities,
  };
  if (request.route.operation === "embeddings") return facts;
  const format = textIn(objectIn(body, "response_format"), "type") ?? "text";
  return {
    ...facts,
    streamed: streamedOf(body),
    output: outputBound(wholeNumberIn(body, ["max_tokens"]), byPrefix(OUTPUT_MOST, model, 32_768)),
    cutHurts: listIn(body, "tools").length > 0 || format !== "text" || model.includes("reasoning"),
  };
}

/** A search unit is a query over up to a hundred documents (docs.cohere.com, "How does Cohere's pricing work"). */
const DOCUMENTS_A_SEARCH = 100;

const TOKENIZER: Tokenizer = { latin: 1.4, scripts: 2.3, digit: 1 };
const NOT_SHOWN = new Set(["model", "safety_mode"]);

/** Source: docs.cohere.com/docs/models, "maximum output tokens". */
const OUTPUT_MOST: ReadonlyMap<string, number> = new Map([
  ["command-r", 4_096],
  ["command-a", 32_768],
]);

function mediaIn(object: JsonObject): Media | null {
  if (object["type"] !== "image_url") return null;
  return { kind: "image", inline: inlineUrl(objectIn(object, "image_url")?.["url"]) };
}
