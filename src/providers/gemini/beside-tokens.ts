/** Counts what a Gemini answer has beside tokens: searches, which are billed, and pictures, which limits count. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { isObject, listIn, objectIn, textIn } from "../read-json.ts";

const QUERIES_MOST = 1_000;

/** Of a whole answer, or of the events of a stream one after another. */
export class BesideTokens {
  readonly #queries = new Set<string>();
  #images = 0;

  note(answer: unknown): void {
    for (const candidate of listIn(answer, "candidates")) {
      this.#images += listIn(objectIn(candidate, "content"), "parts").filter(isPicture).length;
      for (const query of listIn(objectIn(candidate, "groundingMetadata"), "webSearchQueries")) {
        const isNew = typeof query === "string" && query !== "";
        if (isNew && this.#queries.size < QUERIES_MOST) this.#queries.add(query);
      }
    }
  }

  /** An event that was too large to keep: what makes one large is a picture. */
  noteLarge(event: string): void {
    if (/"mime_?[tT]ype"\s*:\s*"image\//.test(event)) this.#images += 1;
  }

  /**
   * From Gemini 3 on each different query is billed, empty ones not; before, an answer that searched at all is one
   * (ai.google.dev/gemini-api/docs/google-search, "Pricing").
   */
  usage(model: string | undefined): Usage {
    const byQuery = /gemini-([3-9]|\d\d)/.test(model ?? "");
    const searches = byQuery ? this.#queries.size : Math.min(1, this.#queries.size);
    return usageOf({ web_searches: searches, images: this.#images });
  }
}

/** A picture that is only thought of on the way is not one of the answer. */
function isPicture(part: unknown): boolean {
  const mime = textIn(objectIn(part, "inlineData"), "mimeType") ?? "";
  return mime.startsWith("image/") && isObject(part) && part["thought"] !== true;
}
