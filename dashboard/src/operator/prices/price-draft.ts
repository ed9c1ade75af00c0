/** A price while it is being written: its fields, the form of a price file, and what is wrong with it. */
import { AppError } from "../../../../src/core/errors.ts";
import { mendOf } from "../../../../src/core/mend.ts";
import {
  priceFromJson,
  priceSchema,
  type RatesJson,
  ratesFromJson,
} from "../../../../src/core/pricing/price-json.ts";
import { BUCKETS, type Bucket } from "../../../../src/core/usage.ts";
import { capital } from "../../parts/limit-words.ts";
import type { PriceRow } from "./price-queries.ts";

export interface TierDraft {
  readonly row: number;
  readonly above: string;
  readonly rate: string;
}

export interface RateDraft {
  readonly row: number;
  readonly bucket: Bucket;
  readonly base: string;
  readonly tiers: readonly TierDraft[];
}

export interface PriceDraft {
  readonly provider: string;
  readonly model: string;
  /** A UTC day; empty: from now on. */
  readonly from: string;
  readonly rates: readonly RateDraft[];
  readonly source: string;
  readonly description: string;
}

/** What is sent, as the API takes it. */
export interface PriceBody {
  readonly provider: string;
  readonly model: string;
  readonly from?: string;
  readonly rates: RatesJson;
  readonly source: string;
  readonly description?: string;
}

/** Filled in with what is in force of it; else with the two rates that most models have. */
export function priceDraftOf(
  { provider, model }: { readonly provider: string; readonly model: string },
  present: PriceRow | undefined,
): PriceDraft {
  const rates = Object.entries(present?.rates ?? { input: "", output: "" });
  return {
    provider,
    model,
    from: "",
    rates: rates.flatMap(([name, rate], row) => {
      const bucket = BUCKETS.find((one) => one === name);
      return bucket === undefined ? [] : [rateDraftOf(row, bucket, rate)];
    }),
    source: "",
    description: present?.description ?? "",
  };
}

function rateDraftOf(row: number, bucket: Bucket, rate: RatesJson[Bucket]): RateDraft {
  if (typeof rate !== "object") return { row, bucket, base: String(rate ?? ""), tiers: [] };
  return {
    row,
    bucket,
    base: String(rate.base),
    tiers: rate.tiers.map((tier, at) => ({
      row: at,
      above: String(tier.above),
      rate: String(tier.rate),
    })),
  };
}

export function nextRow(rows: readonly { readonly row: number }[]): number {
  return Math.max(-1, ...rows.map(({ row }) => row)) + 1;
}

export interface CheckedPrice {
  /** null: there is something to mend first. */
  readonly body: PriceBody | null;
  /** The mend by field, such as `rates.input`. */
  readonly errors: ReadonlyMap<string, string>;
}

type Refusal = readonly [field: string, mend: string];

export function checkPrice(draft: PriceDraft): CheckedPrice {
  const body = bodyOf(draft);
  const errors = new Map<string, string>();
  const found = [...ownErrors(draft), ...shapeErrors(body), ...rateErrors(body)];
  for (const [field, mend] of found) if (!errors.has(field)) errors.set(field, capital(mend));
  if (errors.size > 0) return { body: null, errors };
  const [refusal] = refusalsOf(() => priceFromJson(body));
  if (refusal === undefined) return { body, errors };
  return { body: null, errors: new Map([[refusal[0], capital(refusal[1])]]) };
}

function bodyOf({ provider, model, from, rates, source, description }: PriceDraft): PriceBody {
  const entries = rates.map(({ bucket, base, tiers }) => {
    const written = tiers.map(({ above, rate }) => ({ above: Number(above), rate: rate.trim() }));
    const value = tiers.length === 0 ? base.trim() : { base: base.trim(), tiers: written };
    return [bucket, value] as const;
  });
  return {
    provider: provider.trim(),
    model: model.trim(),
    ...(from === "" ? {} : { from }),
    rates: Object.fromEntries(entries),
    source: source.trim(),
    ...(description.trim() === "" ? {} : { description: description.trim() }),
  };
}

/** What the form asks for beyond the API: where the price is from, and each kind once. */
function ownErrors({ rates, source }: PriceDraft): Refusal[] {
  const twice = rates.filter(({ bucket }, at) =>
    rates.slice(0, at).some((before) => before.bucket === bucket),
  );
  const steps = rates.filter(({ tiers }) => tiers.some(({ above }) => !/^\d{1,12}$/.test(above)));
  return [
    ...(source.trim() === ""
      ? [["source", "must say where the price is from, such as the provider's page."] as const]
      : []),
    ...twice.map(({ bucket }) => [`rates.${bucket}`, "is named twice; take one out."] as const),
    ...steps.map(
      ({ bucket }) => [`rates.${bucket}`, "begins a step at no whole number of tokens."] as const,
    ),
  ];
}

function shapeErrors(body: PriceBody): Refusal[] {
  const parsed = priceSchema.safeParse(body, { error: mendOf });
  if (parsed.success) return [];
  return parsed.error.issues.map(
    ({ path, message }) => [path.slice(0, 2).map(String).join("."), message] as const,
  );
}

/** Each wrong rate is told, not only the first. */
function rateErrors({ rates }: PriceBody): Refusal[] {
  return BUCKETS.flatMap((bucket) => {
    const rate = rates[bucket];
    if (rate === undefined) return [];
    return refusalsOf(() => ratesFromJson({ [bucket]: rate }, "rates"));
  });
}

function refusalsOf(read: () => unknown): Refusal[] {
  try {
    read();
    return [];
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault;
    const { field, reason } = fault.details;
    const name = typeof field === "string" ? field.replace(/\.tiers$/, "") : "";
    return [[name, typeof reason === "string" ? reason : fault.message]];
  }
}
