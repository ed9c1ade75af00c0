/** A charge's lines as the JSON that events keep and the API shows (`cost_lines`). */
import { usdText } from "../core/money.ts";
import type { Charge } from "../core/pricing/price.ts";
import type { EventFacts } from "../ledger/ledger.ts";

/** What an event keeps of a charge. */
export function chargeFacts(
  charge: Charge,
): Pick<EventFacts, "cost" | "lines" | "statedCost" | "unpriced"> {
  return {
    cost: charge.cost,
    lines: chargeLinesText(charge),
    ...(charge.stated === undefined ? {} : { statedCost: charge.stated }),
    unpriced: charge.unpriced,
  };
}

/** Dollars as numbers, exact to the nano-dollar; `unit_cost` is dollars for one unit. */
export function chargeLinesText(charge: Charge): string {
  const lines = charge.lines.map(
    (line) =>
      `{"bucket":"${line.bucket}","quantity":${line.quantity},"unit_cost":${unitCostText(line.rate)},` +
      `"cost":${usdText(line.cost)},"price_id":${JSON.stringify(line.priceId)}}`,
  );
  return `[${lines.join(",")}]`;
}

/** Few rates are in use at a time, and each is written for every call. */
const writtenRates = new Map<bigint, string>();
const RATES_KEPT = 1_000;

function unitCostText(ratePerMillion: bigint): string {
  const known = writtenRates.get(ratePerMillion);
  if (known !== undefined) return known;
  if (writtenRates.size >= RATES_KEPT) writtenRates.clear();
  const text = decimalOf(ratePerMillion);
  writtenRates.set(ratePerMillion, text);
  return text;
}

/** A rate is nano-dollars a million units, so one unit's dollars need fifteen decimals. */
function decimalOf(ratePerMillion: bigint): string {
  // The line for a provider's own stated cost may take away what our sum had too much.
  const sign = ratePerMillion < 0n ? "-" : "";
  const digits = (ratePerMillion < 0n ? -ratePerMillion : ratePerMillion)
    .toString()
    .padStart(16, "0");
  const fraction = digits.slice(-15).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -15)}${fraction === "" ? "" : `.${fraction}`}`;
}
