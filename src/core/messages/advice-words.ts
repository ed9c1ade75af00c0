/** What to do about a limit: the plan that has more with its price, or the cheaper model. */
import type { Advice } from "../alerts/alert-facts.ts";
import { priceWords } from "../amount-words.ts";
import { parseUsd } from "../money.ts";

/** undefined: nothing is known that helps. */
export function adviceWords(advice: Advice | undefined): string | undefined {
  if (advice?.upgrade !== undefined) return upgradeWords(advice.upgrade);
  return advice?.cheaper_model === undefined ? undefined : cheaperWords(advice.cheaper_model);
}

/** `Pro has 5,000 Gemini calls and costs $79 a month.`, with where to change to it where that is known. */
function upgradeWords(upgrade: NonNullable<Advice["upgrade"]>): string {
  const price = priceWords(parseUsd(upgrade.price_monthly, "price_monthly"));
  const words = `${upgrade.reason.replace(/\.$/, "")} and costs ${price} a month.`;
  return upgrade.url === undefined ? words : `${words} Change to it at ${upgrade.url}`;
}

function cheaperWords(cheaper: NonNullable<Advice["cheaper_model"]>): string {
  const { model, instead_of, saving_percent } = cheaper;
  return `${model} costs ${saving_percent} % less for the same use than ${instead_of}.`;
}
