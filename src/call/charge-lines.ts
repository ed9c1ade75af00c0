/** A charge's lines as the JSON that events keep and the API shows (`cost_lines`). */
import { usdText } from "../core/money.ts";
import type { Charge } from "../core/pricing/price.ts";

/** Dollars as numbers, exact to the nano-dollar; `unit_cost` is dollars for one unit. */
export function chargeLinesText(charge: Charge): string {
  const lines = charge.lines.map(
    (line) =>
      `{"bucket":"${line.bucket}","quantity":${line.quantity},"unit_cost":${unitCostText(line.rate)},` +
      `"cost":${usdText(line.cost)},"price_id":${JSON.stringify(line.priceId)}}`,
  );
  return `[${lines.join(",")}]`;
}

/** A rate is nano-dollars a million units, so one unit's dollars need fifteen decimals. */
function unitCostText(ratePerMillion: bigint): string {
  // The line for a provider's own stated cost may take away what our sum had too much.
  const sign = ratePerMillion < 0n ? "-" : "";
  const digits = (ratePerMillion < 0n ? -ratePerMillion : ratePerMillion)
    .toString()
    .padStart(16, "0");
  const fraction = digits.slice(-15).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -15)}${fraction === "" ? "" : `.${fraction}`}`;
}
