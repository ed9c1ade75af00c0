/** What a service tier or a region makes of a model's plain price, where no row of its own says so. */
import { type Instant, parseInstant } from "../core/instant.ts";
import { divideHalfEven, type NanoUsdPerMillion, nanoUsdPerMillion } from "../core/money.ts";
import type { PriceRow, Rates, TieredRate } from "../core/pricing/price.ts";
import { BUCKETS, type Bucket, tokenSide } from "../core/usage.ts";

/** The plain price times `times[0] / times[1]`. */
interface TierRule {
  readonly provider: string;
  readonly tier: string;
  readonly models: RegExp;
  readonly from: string;
  readonly times: readonly [number, number];
  /** Buckets beyond tokens that it applies to as well. */
  readonly also?: readonly Bucket[];
  /** Buckets that keep their plain price. */
  readonly not?: readonly Bucket[];
  readonly source: string;
}

const ANY = /./;
const CACHE_READS = ["cache_read", "cache_read_audio", "cache_read_image"] as const;
const PRIORITY_PAGE = "https://openai.com/api-priority-processing/";

/** Append only, a later `from` supersedes. Fees for searches and sandboxes are the same at every tier. */
const RULES: readonly TierRule[] = [
  {
    provider: "openai",
    tier: "batch",
    models: ANY,
    from: "2024-04-15",
    times: [1, 2],
    source: "https://developers.openai.com/api/docs/guides/batch (read at second hand)",
  },
  {
    provider: "openai",
    tier: "flex",
    models: ANY,
    from: "2025-04-17",
    times: [1, 2],
    source: "https://developers.openai.com/api/docs/guides/flex-processing (read at second hand)",
  },
  openaiPriority(/^gpt-5\.5$/, [5, 2], PRIORITY_PAGE),
  openaiPriority(/^gpt-5(?:\.[124]|\.4-mini|\.1-codex|-codex)?$/, [2, 1], PRIORITY_PAGE),
  openaiPriority(/^gpt-5-mini$/, [9, 5], PRIORITY_PAGE),
  openaiPriority(/^gpt-4\.1$/, [7, 4], PRIORITY_PAGE),
  openaiPriority(/^(?:gpt-4\.1-mini|o3)$/, [7, 4], `${PRIORITY_PAGE} (unchecked)`),
  openaiPriority(/^gpt-4\.1-nano$/, [2, 1], `${PRIORITY_PAGE} (unchecked)`),
  openaiPriority(/^gpt-4o$/, [17, 10], `${PRIORITY_PAGE} (unchecked)`),
  openaiPriority(/^gpt-4o-mini$/, [5, 3], `${PRIORITY_PAGE} (unchecked)`),
  openaiPriority(/^o4-mini$/, [20, 11], `${PRIORITY_PAGE} (unchecked)`),
  {
    provider: "anthropic",
    tier: "batch",
    models: ANY,
    from: "2024-10-08",
    times: [1, 2],
    source:
      "https://platform.claude.com/docs/en/build-with-claude/batch-processing (all tokens, cached ones too)",
  },
  {
    provider: "anthropic",
    tier: "us",
    models: ANY,
    from: "2026-02-05",
    times: [11, 10],
    source:
      "https://platform.claude.com/docs/en/manage-claude/data-residency (the factor is unchecked)",
  },
  {
    provider: "gemini",
    tier: "batch",
    models: ANY,
    from: "2025-07-07",
    times: [1, 2],
    not: CACHE_READS,
    source:
      "https://ai.google.dev/gemini-api/docs/optimization; discounts for batch and cache do not add up",
  },
  {
    provider: "gemini",
    tier: "flex",
    models: ANY,
    from: "2026-01-01",
    times: [1, 2],
    source:
      "https://ai.google.dev/gemini-api/docs/optimization (that cached tokens follow is unchecked)",
  },
  {
    provider: "gemini",
    tier: "priority",
    models: ANY,
    from: "2026-01-01",
    times: [9, 5],
    source:
      "https://ai.google.dev/gemini-api/docs/optimization: 75 to 100 % more; the catalogue says 1.8 times",
  },
  {
    provider: "gemini",
    tier: "provisioned_throughput",
    models: ANY,
    from: "2024-01-01",
    times: [0, 1],
    source:
      "https://cloud.google.com/vertex-ai/generative-ai/docs/provisioned-throughput/overview: paid in advance",
  },
  {
    provider: "mistral",
    tier: "batch",
    models: ANY,
    from: "2024-11-07",
    times: [1, 2],
    also: ["pages", "annotated_pages"],
    source: "https://docs.mistral.ai/capabilities/batch (read at second hand)",
  },
];

function openaiPriority(models: RegExp, times: TierRule["times"], source: string): TierRule {
  return { provider: "openai", tier: "priority", models, from: "2025-06-17", times, source };
}

/** The plain row at one tier's price; the row itself where the tier has no price of its own (`default`, `standard`). */
export function rowAtTier(row: PriceRow, tier: string, at: Instant): PriceRow {
  const rule = RULES.findLast(
    (one) =>
      one.provider === row.provider &&
      one.tier === tier &&
      one.models.test(row.model) &&
      startOf(one) <= at,
  );
  if (rule === undefined) return row;
  return {
    ...row,
    id: `${row.id}@${tier}`,
    rates: ratesTimes(row, rule),
    source: `${row.source}; ${tier}: ${rule.times.join("/")} of it, ${rule.source}`,
  };
}

function startOf({ from }: TierRule): Instant {
  return parseInstant(`${from}T00:00:00Z`, "from");
}

function ratesTimes(row: PriceRow, { times, also = [], not = [] }: TierRule): Rates {
  const rates: Partial<Record<Bucket, TieredRate>> = { ...row.rates };
  for (const bucket of BUCKETS) {
    const own = row.rates[bucket];
    const applies = tokenSide(bucket) !== "none" || also.includes(bucket);
    if (own !== undefined && applies && !not.includes(bucket)) rates[bucket] = timesOf(own, times);
  }
  return rates;
}

function timesOf(rate: TieredRate, times: TierRule["times"]): TieredRate {
  return {
    base: rateTimes(rate.base, times),
    tiers: rate.tiers.map((tier) => ({ above: tier.above, rate: rateTimes(tier.rate, times) })),
  };
}

/** Half to even, where the product is not a whole number of nano-dollars a million. */
function rateTimes(rate: NanoUsdPerMillion, times: TierRule["times"]): NanoUsdPerMillion {
  return nanoUsdPerMillion(divideHalfEven(rate * BigInt(times[0]), BigInt(times[1])));
}
