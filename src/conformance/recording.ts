/** One recorded answer of a provider, whatever kind of file it was kept in. */
import type { JsonObject } from "../providers/read-json.ts";

export interface Recording {
  /** From the folder that is run, with forward slashes. */
  readonly file: string;
  /** As the file or its folder names it: `vertex`, `azure`, `openai`. */
  readonly provider: string;
  /** `array`: a stream that is one JSON array in pieces, as Gemini sends it without `alt=sse`. */
  readonly kind: "json" | "stream" | "array";
  readonly method: string;
  /** null: the file keeps only the answer. */
  readonly url: string | null;
  /** What is known of the request's body; members that begin with `_` describe what was left out. */
  readonly asked: JsonObject;
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** The provider's own usage, as whoever recorded it kept it; null: look into the body. */
  readonly keptUsage: JsonObject | null;
  /** Dollars that the suite which recorded it expects, as decimal text. */
  readonly upstreamCost: string | null;
}
