/** Reads what requests for speech and for transcripts say about their own cost. */
import { invalidField } from "../../core/errors.ts";
import { countText } from "../count-text.ts";
import type { RequestFacts } from "../dialect.ts";
import { isObject, type JsonObject, textIn } from "../read-json.ts";
import { modelOf } from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";
import { textField } from "./form-fields.ts";

/** Sound is some 21 tokens a second (platform.openai.com/docs/pricing: $12 a million tokens is about $0.015 a minute). */
const SPOKEN_TOKENS_A_SECOND = 21;
const SPOKEN_CHARACTERS_A_SECOND = 12;

/** `tts-1` is billed by characters; newer models by tokens, those of the sound only guessed here. */
export function readSpeechRequest(body: JsonObject): RequestFacts {
  const model = modelOf(body);
  const text = textIn(body, "input");
  if (text === undefined) throw invalidField("input", "must be a text.");
  // By code points: a character outside the basic plane is one.
  const characters = [...text].length;
  if (/^tts-1/.test(model)) return unitFacts({ model, units: { characters } });
  const count = countText(`${text}${textIn(body, "instructions") ?? ""}`);
  const seconds = Math.ceil(characters / SPOKEN_CHARACTERS_A_SECOND);
  return {
    ...unitFacts({
      model,
      streamed: body["stream_format"] === "sse",
      units: { characters, output_audio: seconds * SPOKEN_TOKENS_A_SECOND },
    }),
    inputTokensBound: count.bound,
    inputTokensExpected: count.expected,
  };
}

/** Source: the model page of gpt-4o-transcribe, "max output tokens". */
const TRANSCRIPT_TOKENS_MOST = 2_000;
/** $6 a million tokens is about $0.006 a minute. */
const HEARD_TOKENS_A_SECOND = 17;

/**
 * Older models are billed by the second, newer ones by tokens. Nobody looks into the sound, so its length is judged by
 * the file's size, and for a lean codec: plain text as the answer says nothing else.
 */
export function readTranscriptRequest(body: JsonObject): RequestFacts {
  const model = modelOf(body);
  const streamed = textField(body, "stream") === "true";
  const seconds = secondsOfFile(body["file"]);
  if (isBilledByTime(model)) return unitFacts({ model, streamed, soft: true, units: { seconds } });
  const prompt = countText(textField(body, "prompt") ?? "");
  return {
    ...unitFacts({ model, streamed, soft: true, units: {} }),
    inputTokensBound: seconds * HEARD_TOKENS_A_SECOND + prompt.bound,
    inputTokensExpected: Math.ceil((seconds * HEARD_TOKENS_A_SECOND) / 4) + prompt.expected,
    output: { kind: "named", tokens: TRANSCRIPT_TOKENS_MOST },
    modalities: ["audio"],
  };
}

function isBilledByTime(model: string): boolean {
  return !/^gpt-4o(-mini)?-transcribe/.test(model);
}

/** Bytes a second that speech takes at the least, by the end of the file's name. */
const BYTES_A_SECOND: ReadonlyMap<string, number> = new Map([
  ["wav", 16_000],
  ["flac", 8_000],
  ["mp3", 4_000],
  ["mpga", 4_000],
  ["mpeg", 4_000],
  ["m4a", 4_000],
  ["mp4", 4_000],
]);
const BYTES_A_SECOND_OTHERWISE = 2_000;

/** Never less than a second. Throws `invalid_request` where there is no file. */
export function secondsOfFile(file: unknown): number {
  if (!isObject(file) || typeof file["bytes"] !== "number") {
    throw invalidField("file", "must be a file.");
  }
  const ending = (textIn(file, "filename") ?? "").split(".").at(-1)?.toLowerCase() ?? "";
  const rate = BYTES_A_SECOND.get(ending) ?? BYTES_A_SECOND_OTHERWISE;
  return Math.max(1, Math.ceil(file["bytes"] / rate));
}
