/** What an operation that is only asked about would use at most, and by whose price. */
import type { z } from "zod";
import { type NanoUsd, nanoUsd } from "../core/money.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import { FEES_MODEL } from "../core/pricing/price-json.ts";
import { dearestRow, type WorstUse, worstUse } from "../core/pricing/worst-use.ts";
import { providerTitle } from "../core/provider-titles.ts";
import { normalizeProvider } from "../core/providers.ts";
import { amountsOf, usageOf } from "../core/usage.ts";
import type { PreflightCall } from "../ledger/preflight.ts";
import type { preflightIn } from "./contract/preflight.ts";
import type { ApiPorts } from "./ports.ts";

type AskedOperation = z.output<typeof preflightIn>["operations"][number];

export interface PricedOperation {
  readonly call: PreflightCall;
  /** The most it can cost the operator; 0 where no price is known. */
  readonly cost: NanoUsd;
  /** Where it is not the named model's own price: whose it is. */
  readonly note: string | null;
}

type PricingPorts = Pick<ApiPorts, "prices" | "dialects" | "clock">;

/** The same prices for all operations of a batch. */
export function operationPricer(ports: PricingPorts): (asked: AskedOperation) => PricedOperation {
  const at = ports.clock.now();
  const rowsOf = rowsByProvider(ports);

  return (asked) => {
    const provider = normalizeProvider(asked.actual_provider_name ?? asked.provider);
    const tokens = asked.tokens_requested ?? 0;
    const model = asked.model ?? null;
    const own = model === null ? null : ports.prices.find({ provider, model, at });
    if (own !== null) return priced(asked, { provider, model: own.model, row: own, note: null });
    const rows = rowsOf(provider);
    const dearest = dearestRow(rows, tokens);
    // Where there is one price only, nobody has to say which.
    const isPlain = model === null && rows.length === 1;
    const note = isPlain ? null : noteOn(providerTitle(provider), model, dearest);
    return priced(asked, { provider, model: dearest?.model ?? "unknown", row: dearest, note });
  };
}

/** A model that was named is limited by that name, whatever it is priced as. */
function priced(
  asked: AskedOperation,
  by: { provider: string; model: string; row: PriceRow | null; note: string | null },
): PricedOperation {
  const { provider, row, note } = by;
  const tokens = asked.tokens_requested ?? 0;
  const { usage, cost } = row === null ? unpricedUse(tokens) : worstUse(row, tokens);
  const call = {
    scope: { provider, model: asked.model ?? by.model, operation: asked.operation_type },
    most: amountsOf({ usage, cost, calls: 1 }),
    priced: row !== null,
  };
  return { call, cost, note };
}

/** Each provider's rows with the fees that a call of theirs would be charged. Fees alone are no model. */
function rowsByProvider({ prices, dialects, clock }: PricingPorts): (of: string) => PriceRow[] {
  const at = clock.now();
  const known = new Map<string, PriceRow[]>();
  return (provider) => {
    const before = known.get(provider);
    if (before !== undefined) return before;
    const pricedAs = dialects.find((dialect) => dialect.provider === provider)?.pricedAs;
    const rows = prices
      .list(at)
      .filter((row) => row.provider === (pricedAs ?? provider) && row.model !== FEES_MODEL)
      .map((row) => prices.find({ provider, model: row.model, at }) ?? row);
    known.set(provider, rows);
    return rows;
  };
}

function unpricedUse(tokens: number): WorstUse {
  return { usage: usageOf({ output: tokens }), cost: nanoUsd(0n) };
}

function noteOn(title: string, model: string | null, dearest: PriceRow | null): string {
  if (dearest === null) return `No price is known for ${title}, so its cost is counted as $0.`;
  const counted = `it is counted at the dearest one known of ${title} (${dearest.model}).`;
  return model === null
    ? `No model was named: ${counted}`
    : `No price is known for ${model}: ${counted}`;
}
