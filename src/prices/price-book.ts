/** The price book's door: which dated row prices a model at an instant. */
import type { Instant } from "../core/instant.ts";
import type { PriceRow } from "../core/pricing/price.ts";

export interface PriceBook {
  /** The row in force, or null: an unknown model is never silently free. `tier` is the service tier answered. */
  find(wanted: { provider: string; model: string; at: Instant; tier?: string }): PriceRow | null;
  /** Every (provider, model) with the row in force at that instant, each provider's main model first. */
  list(at: Instant): readonly PriceRow[];
}
