/** The prices of the simulation: the same in every year, and none for one of the models. */
import { instant } from "../../src/core/instant.ts";
import { nanoUsdPerMillion } from "../../src/core/money.ts";
import type { PriceRow } from "../../src/core/pricing/price.ts";
import type { PriceBook } from "../../src/prices/price-book.ts";
import { MODELS } from "./world.ts";

const ROWS: readonly PriceRow[] = [
  priceRow("openai", MODELS.openai[0], { input: 1_000_000_000n, output: 4_000_000_000n }),
  priceRow("anthropic", MODELS.anthropic[0], { input: 800_000_000n, output: 3_333_333_333n }),
];

export const PRICES: PriceBook = {
  find: ({ provider, model, orModel }) =>
    ROWS.find((row) => row.provider === provider && row.model === model) ??
    ROWS.find((row) => row.provider === provider && row.model === orModel) ??
    null,
  list: () => ROWS,
  rows: () => ROWS,
};

function priceRow(
  provider: string,
  model: string,
  perMillion: { input: bigint; output: bigint },
): PriceRow {
  return {
    id: `simulated:${model}`,
    origin: "own",
    provider,
    model,
    from: instant(0),
    rates: {
      input: { base: nanoUsdPerMillion(perMillion.input), tiers: [] },
      output: { base: nanoUsdPerMillion(perMillion.output), tiers: [] },
    },
    source: "",
  };
}
