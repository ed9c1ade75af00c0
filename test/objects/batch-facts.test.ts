/** What a batch can use is the sum of its requests, at the price tier of the largest. */
import { expect, test } from "vitest";
import { estimateOf } from "../../src/call/2-estimate.ts";
import { instant } from "../../src/core/instant.ts";
import { nanoUsdPerMillion } from "../../src/core/money.ts";
import type { PriceRow } from "../../src/core/pricing/price.ts";
import { BatchFacts } from "../../src/providers/batch-facts.ts";
import type { RequestFacts } from "../../src/providers/dialect.ts";

const request: RequestFacts = {
  model: "m",
  streamed: false,
  inputTokensBound: 150_000,
  inputTokensExpected: 100_000,
  soft: false,
  output: { kind: "named", tokens: 1_000 },
  choices: 1,
  cutHurts: false,
  cacheWrite: "none",
  modalities: [],
  usageAsked: true,
};
const price: PriceRow = {
  id: "own:test",
  origin: "own",
  provider: "openai",
  model: "m",
  from: instant(0),
  rates: {
    input: {
      base: nanoUsdPerMillion(1_000_000_000n),
      tiers: [{ above: 200_000, rate: nanoUsdPerMillion(2_000_000_000n) }],
    },
    output: { base: nanoUsdPerMillion(5_000_000_000n), tiers: [] },
  },
  source: "test",
};

function held(...requests: readonly RequestFacts[]) {
  const sum = new BatchFacts();
  for (const one of requests) sum.add(one);
  const facts = sum.total();
  const { most, outputTokens } = estimateOf({ facts, price, units: {} });
  return { input: most.input_tokens, cost: most.cost, outputTokens };
}

test("many small requests are held at the small rate, and one large one lifts it", () => {
  expect(held(request, request, request)).toEqual({
    input: 450_000n,
    cost: 450_000_000n,
    outputTokens: 3_000,
  });
  const large = { ...request, inputTokensBound: 250_000 };
  expect(held(request, large)).toEqual({
    input: 400_000n,
    cost: 800_000_000n,
    outputTokens: 2_000,
  });
});

test("a request without a limit is held for all that its model can write, in every choice", () => {
  const unnamed = { ...request, output: { kind: "unnamed", modelMax: 8_000 }, choices: 2 } as const;
  expect(held(request, unnamed).outputTokens).toBeGreaterThanOrEqual(17_000);
  expect(held(request, unnamed).outputTokens).toBeLessThan(17_003);
});
