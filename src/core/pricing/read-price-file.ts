/** Reads a price file: YAML with the prices that an operator really pays. */
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { invalidField } from "../errors.ts";
import { parse } from "../parse.ts";
import { type PriceEntry, priceFromJson } from "./price-json.ts";

const PRICES_MOST = 10_000;

const priceFile = z.strictObject(
  {
    prices: z
      .array(z.unknown(), { error: "must be a list of prices." })
      .min(1, "is empty; add one.")
      .max(PRICES_MOST, "must be at most 10,000 prices."),
  },
  { error: "must hold `prices:`, a list of prices." },
);

/** Refuses (`invalid_request`) a mistake by its place in the list, the field and the mend. */
export function readPriceFile(yamlText: string): PriceEntry[] {
  const { prices } = parse(priceFile, readYaml(yamlText), "price file");
  const entries = prices.map((price, index) => priceFromJson(price, `prices[${index}]`));
  const seen = new Set<string>();
  for (const [index, { provider, model, from }] of entries.entries()) {
    const key = `${provider} ${model.toLowerCase()} ${from}`;
    if (seen.has(key)) {
      throw invalidField(
        `prices[${index}]`,
        `${provider} ${model} has this date already; take one out.`,
      );
    }
    seen.add(key);
  }
  return entries;
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw invalidField("price file", `is not YAML: ${cause.message}`);
  }
}
