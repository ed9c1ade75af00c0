/** The price book's door: which dated row prices a model at an instant. */
import type { Instant } from "../core/instant.ts";
import type { PriceRow } from "../core/pricing/price.ts";

export interface PriceWanted {
  readonly provider: string;
  readonly model: string;
  /** Where the book does not know `model`: this name of it (what was asked for, when another answered). */
  readonly orModel?: string;
  readonly at: Instant;
  /** The service tier answered, e.g. `flex`; several at once are joined by `+`: `batch+us`. */
  readonly tier?: string;
}

export interface PriceBook {
  /**
   * The row in force, with the provider's fees that it does not name itself; else the operator's fallback price of that
   * provider; else null: an unknown model is never silently free.
   */
  find(wanted: PriceWanted): PriceRow | null;
  /** Every (provider, model) with the row in force at that instant, each provider's main model first. */
  list(at: Instant): readonly PriceRow[];
  /** Every dated row; of each model the one that outranks the others last. */
  rows(): readonly PriceRow[];
}
