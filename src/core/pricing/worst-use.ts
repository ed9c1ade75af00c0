/** The most that a call can use and cost of which nothing is known but how many tokens it wants altogether. */
import { divideUp, type NanoUsd, nanoUsd } from "../money.ts";
import { type Bucket, INPUT_BUCKETS, OUTPUT_BUCKETS, type Usage, usageOf } from "../usage.ts";
import { chargeFor } from "./charge-for.ts";
import { dearestRates } from "./dearest-rates.ts";
import type { PriceRow } from "./price.ts";

export interface WorstUse {
  readonly usage: Usage;
  readonly cost: NanoUsd;
}

/** What a call is of where a model has no price for tokens, the first that has one: an image, a page, a search. */
const UNITS = [
  "images",
  "pages",
  "web_searches",
  "seconds",
  "characters",
  "credits",
] as const satisfies readonly Bucket[];

/** All tokens as input or all as output, whichever is dearer; where tokens have no price, one unit of what has. */
export function worstUse(row: PriceRow, tokens: number): WorstUse {
  if (!hasTokenPrice(row)) {
    const usage = usageOf({ [unitOf(row)]: 1 });
    return { usage, cost: chargeFor({ usage, row }).cost };
  }
  const facts = { inputTokensBound: tokens, cacheWrite: "none", modalities: [] } as const;
  const { input, output, perRequest } = dearestRates(row, facts);
  const rate = output < input ? input : output;
  const cost = nanoUsd(perRequest + divideUp(BigInt(tokens) * rate, 1_000_000n));
  return { usage: usageOf({ [output < input ? "input" : "output"]: tokens }), cost };
}

/**
 * The row under which a call of so many tokens costs the most, the first of equal ones; null: there is none. A call that
 * wants tokens is not one of a model that has no price for them, unless all are such.
 */
export function dearestRow(rows: readonly PriceRow[], tokens: number): PriceRow | null {
  const withTokens = tokens > 0 ? rows.filter(hasTokenPrice) : [];
  let dearest: { readonly row: PriceRow; readonly cost: NanoUsd } | null = null;
  for (const row of withTokens.length > 0 ? withTokens : rows) {
    const { cost } = worstUse(row, tokens);
    if (dearest === null || cost > dearest.cost) dearest = { row, cost };
  }
  return dearest?.row ?? null;
}

function hasTokenPrice({ rates }: PriceRow): boolean {
  return [...INPUT_BUCKETS, ...OUTPUT_BUCKETS].some((bucket) => rates[bucket] !== undefined);
}

/** A fee of the provider's for something beside the call itself stands in the row, too: it points at its own. */
function unitOf({ rates }: PriceRow): Bucket {
  const priced = UNITS.find(
    (unit) => rates[unit] !== undefined && rates[unit].priceId === undefined,
  );
  return priced ?? "requests";
}
