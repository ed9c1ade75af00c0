/** Prices as dated rows, and the charge that a usage comes to under one of them. */
import type { Instant } from "../instant.ts";
import type { NanoUsd, NanoUsdPerMillion } from "../money.ts";
import type { Bucket } from "../usage.ts";

/** A rate for the whole request, chosen by its input size (tiers are cliffs, not brackets: PROVIDERS.md). */
export interface TieredRate {
  readonly base: NanoUsdPerMillion;
  /** Applies to the whole request once its input tokens are more than `above`. Ascending. */
  readonly tiers: readonly { readonly above: number; readonly rate: NanoUsdPerMillion }[];
  /** The row it comes from, where that is another than the one it stands in (a fee of the provider's). */
  readonly priceId?: string;
}

export type Rates = Readonly<Partial<Record<Bucket, TieredRate>>>;

/** What is billed of a quantity, for each request: at least, or at most, so many units of a bucket that was used. */
export type Billed = Readonly<
  Partial<Record<Bucket, { readonly atLeast?: number; readonly atMost?: number }>>
>;

/** Whose word a price is; a later one outranks those before it, from its first date on. */
export const ORIGINS = ["catalogue", "own", "operator"] as const;
export type Origin = (typeof ORIGINS)[number];

/** A price row is never changed, only superseded by one with a later `from`. */
export interface PriceRow {
  /** Stable across restarts; each event's lines point at it, e.g. `catalogue:openai:o3:2025-06-10`. */
  readonly id: string;
  readonly origin: Origin;
  readonly provider: string;
  /** The model's name in the price book; which names on the wire it stands for is the book's business. */
  readonly model: string;
  readonly from: Instant;
  /** In force only at these times of the day, in milliseconds after midnight UTC; it may run past midnight. */
  readonly daily?: DailyHours;
  readonly rates: Rates;
  readonly billed?: Billed;
  readonly source: string;
  readonly description?: string;
}

export interface DailyHours {
  readonly startMs: number;
  readonly endMs: number;
}

export interface ChargeLine {
  readonly bucket: Bucket | "stated";
  readonly quantity: number;
  readonly rate: NanoUsdPerMillion;
  /** Apportioned so that the lines add up to the charge's total. */
  readonly cost: NanoUsd;
  readonly priceId: string;
}

/**
 * What a call cost the operator. `unpriced`: no row was found, or none of its rates is for anything that was used;
 * `cost` is then 0 and says nothing. A rate of 0 is a price.
 */
export interface Charge {
  readonly cost: NanoUsd;
  readonly lines: readonly ChargeLine[];
  /** Our own sum, kept where the provider stated another. */
  readonly computed: NanoUsd;
  readonly stated?: NanoUsd;
  readonly unpriced: boolean;
}
