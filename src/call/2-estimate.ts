/** Works out, before a call is made, the most it can use and what it will probably use. */
import {
  divideUp,
  type NanoUsd,
  type NanoUsdPerMillion,
  nanoUsd,
  nanoUsdPerMillion,
} from "../core/money.ts";
import { chargeFor } from "../core/pricing/charge-for.ts";
import { dearestRates } from "../core/pricing/dearest-rates.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import { amountsOf, type Usage, usageOf } from "../core/usage.ts";
import type { RequestFacts } from "../providers/dialect.ts";
import type { CallPorts, CallRequest, Estimate } from "./call.ts";

/** An answer is rarely longer than this, so more is held but not expected. */
const OUTPUT_TOKENS_EXPECTED = 512;

/** Throws `invalid_request` where the body cannot be a request of its route. */
export async function estimate(request: CallRequest, ports: CallPorts): Promise<Estimate> {
  const facts = await ports.readRequest(request);
  const price = ports.prices.find({
    provider: request.dialect.provider,
    model: facts.model,
    at: ports.clock.now(),
  });
  return estimateOf({ facts, price, units: {} });
}

/** The same for a call described over HTTP; `units` are buckets beyond tokens that it will use (images, pages …). */
export function estimateOf(call: {
  facts: RequestFacts;
  price: PriceRow | null;
  units: Usage;
}): Estimate {
  const { facts, price, units } = call;
  const rates = price === null ? null : dearestRates(price, facts);
  const outputTokens = facts.output.kind === "none" ? null : outputTokensOf(facts);
  const expectedUsage = usageOf({
    ...units,
    input: facts.inputTokensExpected,
    output: Math.min(outputTokens ?? 0, OUTPUT_TOKENS_EXPECTED * facts.choices),
  });
  const most = { ...units, input: facts.inputTokensBound };
  return {
    facts,
    price,
    most: amountsOf({ usage: most, cost: rates === null ? 0n : costOfMost(), calls: 1 }),
    outputTokens,
    outputRate: rates === null ? nanoUsdPerMillion(0n) : rates.output,
    expected: { usage: expectedUsage, cost: chargeFor({ usage: expectedUsage, row: price }).cost },
  };

  function costOfMost(): NanoUsd {
    // The charge for units has the fee of the request in it already.
    const hasUnits = Object.keys(units).length > 0;
    const unitsCost = hasUnits
      ? chargeFor({ usage: units, row: price }).cost
      : (rates?.perRequest ?? 0n);
    const input: NanoUsdPerMillion = rates?.input ?? nanoUsdPerMillion(0n);
    const tokensCost = divideUp(BigInt(facts.inputTokensBound) * input, 1_000_000n);
    return nanoUsd(unitsCost + tokensCost);
  }
}

function outputTokensOf(facts: RequestFacts): number {
  if (facts.output.kind === "named") return facts.output.tokens * facts.choices;
  return facts.output.kind === "unnamed" ? facts.output.modelMax * facts.choices : 0;
}
