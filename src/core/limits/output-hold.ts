/** The output part of a hold, whose size is chosen together with the limits it must fit. */
import type { NanoUsdPerMillion } from "../money.ts";

/** How the output part of a hold may be chosen, in one step with the limits it must fit. */
export type OutputHold =
  | { readonly kind: "none" }
  | {
      readonly kind: "named" | "unnamed";
      /** named: the request's own limit; unnamed: the model's maximum. For all choices together. */
      readonly tokens: number;
      /** The dearest a token of output can be; the hold's cost rises with it. */
      readonly rate: NanoUsdPerMillion;
      /** May less be granted (at least `OUTPUT_TOKENS_LEAST`) when this does not fit? The plan may forbid it too. */
      readonly mayCap: boolean;
    };

/** Fewer output tokens than this are no answer, so a smaller rest is a refusal. */
export const OUTPUT_TOKENS_LEAST = 1_024;

/** Where the request names no limit, at least this much is offered (if the model can write it). */
export const OUTPUT_TOKENS_OFFERED = 4_096;
