/** Works out, before a call is made, the most it can use and what it will probably use. */
import { AppError, invalidField } from "../core/errors.ts";
import { divideUp, type NanoUsd, nanoUsd, nanoUsdPerMillion, ZERO_USD } from "../core/money.ts";
import { chargeFor } from "../core/pricing/charge-for.ts";
import { type DearestRates, dearestRates } from "../core/pricing/dearest-rates.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import { amountsOf, type Usage, usageOf } from "../core/usage.ts";
import type { RequestFacts } from "../providers/dialect.ts";
import type { Caller, CallPorts, CallRequest, Estimate } from "./call.ts";
import { namedInPath, ownedObjects, withSizes } from "./owned-objects.ts";

/** An answer is rarely longer than this, so more is held but not expected. */
const OUTPUT_TOKENS_EXPECTED = 512;

/**
 * Throws `invalid_request` where the body cannot be a request of its route, and `not_found` where it names what its
 * customer did not make.
 */
export async function estimate(
  call: { request: CallRequest; caller: Caller },
  ports: CallPorts,
): Promise<Estimate> {
  const { request } = call;
  const facts = await factsOf(call, ports);
  const price = ports.prices.find({
    provider: request.dialect.provider,
    model: facts.model,
    at: ports.clock.now(),
    ...(facts.tier === undefined ? {} : { tier: facts.tier }),
  });
  return estimateOf({ facts, price, units: facts.units ?? {} });
}

async function factsOf(
  { request, caller }: { request: CallRequest; caller: Caller },
  ports: CallPorts,
): Promise<RequestFacts> {
  const facts = await ports.readRequest(request);
  if (facts.answersLater === true && !canAskLater(request)) throw notAnsweredLater();
  const inPath = namedInPath(request);
  if (facts.names === undefined && inPath.length === 0) return facts;
  const names = [...inPath, ...(facts.names ?? [])];
  const own = await ownedObjects({ request, names, payer: caller.payer }, ports);
  if (facts.batchOf === undefined) return withSizes(facts, own);
  const contents = own.get(facts.batchOf)?.contents ?? null;
  if (contents === null) {
    throw invalidField("input_file_id", "must be a file that was uploaded here for a batch.");
  }
  // The requests in it name things, too.
  await ownedObjects({ request, names: contents.names ?? [], payer: caller.payer }, ports);
  return contents;
}

function canAskLater({ dialect, route }: CallRequest): boolean {
  return (dialect.later?.(route) ?? null) !== null;
}

function notAnsweredLater(): AppError {
  return new AppError(
    "operation_not_offered",
    "Work in the background is not offered at this address: leave out `background`.",
    { field: "background" },
  );
}

/** The same for a call described over HTTP; `units` are buckets beyond tokens that it will use (images, pages …). */
export function estimateOf(call: {
  facts: RequestFacts;
  price: PriceRow | null;
  units: Usage;
}): Estimate {
  const { facts, price, units } = call;
  const inputTokensBound = facts.largestInput ?? facts.inputTokensBound;
  const rates = price === null ? null : dearestRates(price, { ...facts, inputTokensBound });
  const outputTokens = facts.output.kind === "none" ? null : outputTokensOf(facts);
  const expectedUsage = usageOf({
    ...units,
    input: facts.inputTokensExpected,
    output: Math.min(outputTokens ?? 0, OUTPUT_TOKENS_EXPECTED * facts.choices),
  });
  return {
    facts,
    price,
    most: amountsOf({
      usage: { ...units, input: facts.inputTokensBound },
      cost: costWithoutOutput(call, rates),
      calls: 1,
    }),
    outputTokens,
    outputRate: rates === null ? nanoUsdPerMillion(0n) : rates.output,
    expected: { usage: expectedUsage, cost: chargeFor({ usage: expectedUsage, row: price }).cost },
  };
}

/** The most that input and units can cost; what the provider itself bills at most, where that is known to be more. */
function costWithoutOutput(
  { facts, price, units }: { facts: RequestFacts; price: PriceRow | null; units: Usage },
  rates: DearestRates | null,
): NanoUsd {
  const told = facts.costMost ?? ZERO_USD;
  if (rates === null) return told;
  const beside = { ...units, ...facts.feesMost };
  // The charge for units has the fee of the request in it already.
  const hasUnits = Object.keys(beside).length > 0;
  const unitsCost = hasUnits ? chargeFor({ usage: beside, row: price }).cost : rates.perRequest;
  const tokensCost = divideUp(BigInt(facts.inputTokensBound) * rates.input, 1_000_000n);
  const ours = nanoUsd(unitsCost + tokensCost);
  return ours > told ? ours : told;
}

function outputTokensOf(facts: RequestFacts): number {
  if (facts.output.kind === "named") return facts.output.tokens * facts.choices;
  return facts.output.kind === "unnamed" ? facts.output.modelMax * facts.choices : 0;
}
