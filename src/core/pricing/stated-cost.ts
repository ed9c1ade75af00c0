/** Compares what a provider says a call cost with our own sum; a real difference is worth a report. */
import { usdText } from "../money.ts";
import type { Charge } from "./price.ts";

/** More than one part in a hundred of the larger of the two. */
const WORTH_A_REPORT = 100n;

/**
 * Words for the event's details where our sum and the stated cost differ by more than 1 %, else null. Nothing to compare
 * is no difference: no cost was stated, or no price of ours is known.
 */
export function statedCostProblem(charge: Charge): string | null {
  const { stated, computed, lines } = charge;
  const isPriced = lines.some(({ bucket }) => bucket !== "stated");
  if (stated === undefined || !isPriced) return null;
  const difference = stated > computed ? stated - computed : computed - stated;
  const larger = stated > computed ? stated : computed;
  if (difference * WORTH_A_REPORT <= larger) return null;
  return `The provider states a cost of $${usdText(stated)}; our prices give $${usdText(computed)}.`;
}
