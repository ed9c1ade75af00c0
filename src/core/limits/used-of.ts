/** Adds up what a limit counts of sums by provider, model and operation. */
import type { Amounts } from "../usage.ts";
import { type CallScope, covers, type Limit } from "./limit.ts";

/** In the unit of the limit's meter. */
export function usedOf(
  limit: Pick<Limit, "meter" | "provider" | "model" | "operation">,
  sums: readonly { readonly scope: CallScope; readonly amounts: Amounts }[],
): bigint {
  return sums.reduce(
    (used, { scope, amounts }) => (covers(limit, scope) ? used + amounts[limit.meter] : used),
    0n,
  );
}
