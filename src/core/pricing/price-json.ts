/** A price row in its one written form: in a price file, in the database and in the API. */
import { z } from "zod";
import { invalidField } from "../errors.ts";
import { formatInstant, type Instant, parseInstant } from "../instant.ts";
import { decimalText, type NanoUsdPerMillion, nanoUsdPerMillion } from "../money.ts";
import { parse } from "../parse.ts";
import { normalizeProvider } from "../providers.ts";
import { BUCKETS, type Bucket, tokenSide } from "../usage.ts";
import type { Rates, TieredRate } from "./price.ts";
import { exactRateFromText, rateText } from "./rate-text.ts";

/** Stands for every model that the book does not know otherwise. */
export const ANY_MODEL = "*";
/** Stands for what a provider charges beside a model's tokens (searches, sandboxes), whatever the model. */
export const FEES_MODEL = "fees";

/** $1,000,000 a million tokens, or for one unit: above it a price is a slip of the keyboard. */
const LARGEST_DOLLARS = 1_000_000n;

/** What an operator writes of a price; `from` null: left out. */
export interface PriceEntry {
  readonly provider: string;
  readonly model: string;
  readonly from: Instant | null;
  readonly rates: Rates;
  readonly source: string;
  readonly description?: string;
}

const dollars = z.union([z.number(), z.string()], {
  error: 'must be US dollars such as "2.50", or { base, tiers }.',
});
const tieredRate = z.strictObject({
  base: dollars,
  tiers: z
    .array(z.strictObject({ above: z.number().int().min(0).max(1e12), rate: dollars }))
    .max(10)
    .default([]),
});

export const ratesSchema = z
  .partialRecord(
    z.enum(BUCKETS, { error: `is no bucket; there are ${BUCKETS.join(", ")}.` }),
    z.union([dollars, tieredRate], {
      error: 'must be US dollars such as "2.50", or { base, tiers }.',
    }),
  )
  .refine((rates) => Object.keys(rates).length > 0, "must name at least one bucket.")
  .describe("US dollars by bucket: for a million tokens, and for one of anything else");

export type RatesJson = z.output<typeof ratesSchema>;

const name = (mend: string) => z.string({ error: mend }).regex(/^\S{1,200}$/, mend);

/** The written form of a price. */
export const priceSchema = z.strictObject(
  {
    provider: name("must be a provider's name such as openai."),
    model: name('must be a model\'s name without spaces, "*" for unknown ones, or fees.'),
    from: z
      .string({ error: "must be a date such as 2026-04-01." })
      .max(40)
      .optional()
      .describe(
        "From when it holds: a date (midnight UTC) or a time; left out: now, or since ever where the model has no price yet",
      ),
    rates: ratesSchema,
    source: z.string({ error: "must be words." }).trim().min(1).max(1_000).optional(),
    description: z.string({ error: "must be words." }).trim().max(1_000).optional(),
  },
  { error: "must be a price: { provider, model, rates }." },
);

/** Refuses (`invalid_request`) what is no price, naming the field (after `at`) and the mend. */
export function priceFromJson(json: unknown, at = ""): PriceEntry {
  const price = parse(priceSchema, json, at);
  const field = (part: string) => (at === "" ? part : `${at}.${part}`);
  return {
    provider: normalizeProvider(price.provider),
    model: price.model,
    from: price.from === undefined ? null : dateOrTime(price.from, field("from")),
    rates: ratesFromJson(price.rates, field("rates")),
    source: price.source ?? "entered by the operator",
    ...(price.description === undefined ? {} : { description: price.description }),
  };
}

/** A date means its midnight, UTC. Refuses (`invalid_request`) anything else that is no time. */
export function dateOrTime(text: string, field: string): Instant {
  return parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text, field);
}

/** Refuses an amount that is no exact decimal number of dollars, naming the bucket. */
export function ratesFromJson(json: RatesJson, at: string): Rates {
  const rates: Partial<Record<Bucket, TieredRate>> = {};
  for (const bucket of BUCKETS) {
    const given = json[bucket];
    if (given === undefined) continue;
    const field = `${at}.${bucket}`;
    const { base, tiers } = typeof given === "object" ? given : { base: given, tiers: [] };
    rates[bucket] = {
      base: readRate(base, bucket, field),
      tiers: tiers
        .map(({ above, rate }) => ({ above, rate: readRate(rate, bucket, `${field}.tiers`) }))
        .sort((one, other) => one.above - other.above),
    };
  }
  return rates;
}

export function ratesToJson(rates: Rates): RatesJson {
  const json: RatesJson = {};
  for (const bucket of BUCKETS) {
    const rate = rates[bucket];
    if (rate === undefined) continue;
    const text = (amount: NanoUsdPerMillion) => rateText(amount, unitsPriced(bucket));
    const tiers = rate.tiers.map((tier) => ({ above: tier.above, rate: text(tier.rate) }));
    json[bucket] = tiers.length === 0 ? text(rate.base) : { base: text(rate.base), tiers };
  }
  return json;
}

/** Tokens are priced by the million, everything else by one. */
export function unitsPriced(bucket: Bucket): 1 | 1_000_000 {
  return tokenSide(bucket) === "none" ? 1 : 1_000_000;
}

function readRate(amount: number | string, bucket: Bucket, field: string): NanoUsdPerMillion {
  const text = typeof amount === "number" ? decimalText(amount) : amount.trim();
  const per = unitsPriced(bucket);
  const rate = exactRateFromText(text, per);
  const decimals = per === 1 ? 15 : 9;
  if (rate === null) {
    throw invalidField(
      field,
      `must be US dollars such as 2.50: not negative, at most ${decimals} decimals.`,
    );
  }
  const largest = exactRateFromText(LARGEST_DOLLARS.toString(), per) ?? nanoUsdPerMillion(0n);
  if (rate > largest) throw invalidField(field, "must be at most 1,000,000 dollars.");
  return rate;
}

/** `first` for a price that holds since ever. */
export function fromText(from: Instant): string {
  return from === 0 ? "since ever" : `from ${formatInstant(from).replace("T00:00:00.000Z", "")}`;
}
