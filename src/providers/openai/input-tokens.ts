/** Bounds the input tokens of a request in OpenAI's dialect. */
import { countInput, type InputRules, type Media } from "../count-input.ts";
import type { RequestFacts } from "../dialect.ts";
import { firstIn, isObject, type JsonObject, objectIn, textIn } from "../read-json.ts";
import { inlineUrl } from "../request-fields.ts";
import type { ModelFacts } from "./models.ts";

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

/** `named`: how many things beyond media the request only names. */
export function inputTokens(
  body: JsonObject,
  model: string,
  models: ModelFacts,
  named: number,
): Pick<RequestFacts, "inputTokensBound" | "inputTokensExpected" | "soft" | "modalities"> {
  const rules: InputRules = {
    tokenizer: models.tokenizerOf(model),
    notShown: NOT_SHOWN,
    mediaIn,
    imageTokens: (size, detail) => models.imageTokens(model, size, detail),
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
    case "video_url":
      return { kind: "video", inline: inlineUrl(objectIn(object, "video_url")?.["url"]) };
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
