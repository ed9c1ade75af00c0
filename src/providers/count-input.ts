/** Bounds the input tokens of a request: all its text counted, its media measured, what it only names guessed. */
import { invalidField } from "../core/errors.ts";
import { TokenCount, type Tokenizer } from "./count-text.ts";
import { type ImageSize, imageSize } from "./image-size.ts";
import { isObject, type JsonObject } from "./read-json.ts";

/** Something in the input that is no text. */
export interface Media {
  readonly kind: "image" | "audio" | "video" | "document";
  /** The string that holds its bytes, base64 or a data URL, as it stands in the body; null: it is only named. */
  readonly inline: string | null;
  readonly detail?: string;
}

export interface InputRules {
  readonly tokenizer: Tokenizer;
  /** Members of the body that the model is not shown. */
  readonly notShown: ReadonlySet<string>;
  /** Is this object of the body a piece of media? */
  mediaIn(object: JsonObject): Media | null;
  /** The most tokens an image of this size can be; null: of unknown size. */
  imageTokens(size: ImageSize | null, detail: string | undefined): number;
}

export interface InputCount {
  readonly bound: number;
  readonly expected: number;
  readonly soft: boolean;
  readonly modalities: readonly ("audio" | "image" | "video")[];
}

/** What the request only names is taken to be this large (DESIGN.md, "How much to hold"). */
export const NAMED_TOKENS_MOST = 32_000;
export const NAMED_TOKENS_LIKELY = 4_000;
/** What no text shows: the beginning and the end of a conversation, the words around tools. */
const REQUEST_TOKENS = 8;
const DEPTH_MOST = 200;

/**
 * `named`: how many things beyond media the request only names (an earlier answer, a cached prefix, tools that the
 * provider runs and whose results become input). Throws `invalid_request` where the body is nested absurdly deep.
 */
export function countInput(body: JsonObject, rules: InputRules, named: number): InputCount {
  const walk = new InputWalk(rules);
  walk.text.addTokens(REQUEST_TOKENS);
  for (const key of Object.keys(body)) {
    if (!rules.notShown.has(key)) walk.visit(body[key], 1, null);
  }
  const guesses = named + walk.named;
  return {
    bound: walk.text.most(rules.tokenizer) + walk.mediaMost + guesses * NAMED_TOKENS_MOST,
    expected: walk.text.likely(rules.tokenizer) + walk.mediaLikely + guesses * NAMED_TOKENS_LIKELY,
    soft: walk.soft || guesses > 0,
    modalities: [...walk.modalities],
  };
}

class InputWalk {
  readonly text = new TokenCount();
  readonly modalities = new Set<"audio" | "image" | "video">();
  mediaMost = 0;
  mediaLikely = 0;
  named = 0;
  soft: boolean = false;
  readonly #rules: InputRules;

  constructor(rules: InputRules) {
    this.#rules = rules;
  }

  /** `measured`: a string that was measured as media, and so is no text. */
  visit(value: unknown, depth: number, measured: string | null): void {
    if (depth > DEPTH_MOST) throw invalidField("body", `is nested more than ${DEPTH_MOST} deep.`);
    if (typeof value === "string") {
      if (value !== measured) this.text.add(value);
      this.text.addTokens(1);
    } else if (typeof value === "number") {
      this.text.add(String(value));
    } else if (Array.isArray(value)) {
      for (const item of value) this.visit(item, depth + 1, measured);
    } else if (isObject(value)) {
      this.#object(value, depth, measured);
    } else {
      this.text.addTokens(1);
    }
  }

  #object(object: JsonObject, depth: number, measured: string | null): void {
    const media = this.#rules.mediaIn(object);
    if (media !== null) this.#measure(media);
    const inline = media?.inline ?? measured;
    this.text.addTokens(1);
    for (const key of Object.keys(object)) {
      this.text.add(key);
      this.text.addTokens(1);
      this.visit(object[key], depth + 1, inline);
    }
  }

  #measure(media: Media): void {
    if (media.kind !== "document") this.modalities.add(media.kind);
    if (media.inline === null) {
      this.named += 1;
      return;
    }
    const base64 = media.inline.slice(media.inline.indexOf(",") + 1);
    const tokens =
      media.kind === "image"
        ? this.#rules.imageTokens(imageSize(base64), media.detail)
        : this.#tokensByLength(media.kind, base64);
    this.mediaMost += Math.ceil(tokens);
    this.mediaLikely += Math.ceil(tokens / 2);
  }

  /** Sound, film and documents are not looked into, so their size in bytes is only a guess at their tokens. */
  #tokensByLength(kind: "audio" | "video" | "document", base64: string): number {
    this.soft = true;
    const bytes = (base64.length * 3) / 4;
    if (kind === "audio") return 64 + secondsOfSound(base64, bytes) * AUDIO_TOKENS_A_SECOND;
    if (kind === "video") return 600 + (bytes / VIDEO_BYTES_A_SECOND) * VIDEO_TOKENS_A_SECOND;
    return (
      6_000 + bytes / (base64.startsWith(PDF_BEGINNING) ? PDF_BYTES_A_TOKEN : TEXT_BYTES_A_TOKEN)
    );
  }
}

/** Gemini's rates, the highest of the four providers (ai.google.dev/gemini-api/docs/tokens). */
const AUDIO_TOKENS_A_SECOND = 32;
const VIDEO_TOKENS_A_SECOND = 300;
/** Speech in a lean codec; sparer files are rare. */
const SOUND_BYTES_A_SECOND = 2_000;
const VIDEO_BYTES_A_SECOND = 25_000;
/** A page of a PDF is some 3,000 tokens with its picture, and seldom under 24 kB. */
const PDF_BYTES_A_TOKEN = 8;
/** "%PDF" in base64. Any other document may be plain text. */
const PDF_BEGINNING = "JVBER";
const TEXT_BYTES_A_TOKEN = 2;

/** A WAV file says its bytes a second in its header. */
function secondsOfSound(base64: string, bytes: number): number {
  const head = Buffer.from(base64.slice(0, 48), "base64");
  const isWav =
    head.length >= 32 &&
    head.toString("latin1", 0, 4) === "RIFF" &&
    head.toString("latin1", 8, 12) === "WAVE";
  const rate = isWav ? head.readUInt32LE(28) : 0;
  return bytes / (rate > 0 ? Math.max(rate, SOUND_BYTES_A_SECOND) : SOUND_BYTES_A_SECOND);
}
