/** A charge's lines as JSON, exact to the fifteenth decimal. */
import { expect, test } from "vitest";
import { chargeLinesText } from "../../src/call/charge-lines.ts";
import { nanoUsd, nanoUsdPerMillion } from "../../src/core/money.ts";
import type { Charge, ChargeLine } from "../../src/core/pricing/price.ts";

const lineOf = (line: Partial<ChargeLine>): ChargeLine => ({
  bucket: "input",
  quantity: 3,
  rate: nanoUsdPerMillion(2_500_000_000n),
  cost: nanoUsd(7_500n),
  priceId: "p",
  ...line,
});
const chargeOf = (lines: ChargeLine[]): Charge => ({
  cost: nanoUsd(0n),
  computed: nanoUsd(0n),
  unpriced: false,
  lines,
});

test("a line says what one unit costs in dollars", () => {
  expect(JSON.parse(chargeLinesText(chargeOf([lineOf({})])))).toEqual([
    { bucket: "input", quantity: 3, unit_cost: 0.0000025, cost: 0.0000075, price_id: "p" },
  ]);
});

test("a line that takes away what was computed too much is still JSON", () => {
  const stated = lineOf({
    bucket: "stated",
    quantity: 1,
    rate: nanoUsdPerMillion(-1_500_000n),
    cost: nanoUsd(-1n),
  });
  expect(JSON.parse(chargeLinesText(chargeOf([stated])))).toEqual([
    { bucket: "stated", quantity: 1, unit_cost: -0.0000000015, cost: -0.000000001, price_id: "p" },
  ]);
});
