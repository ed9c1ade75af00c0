/** Whether a customer costs more in a usage period than their plan brings in it. */

/**
 * Both in nano-dollars; `amount` is a month's price, of a yearly plan a twelfth. A plan that brings nothing (free, on trial,
 * paused) is never below zero here: that it costs is meant, and its own limits say how much.
 */
export function isBelowCost(of: { readonly cost: bigint; readonly amount: bigint }): boolean {
  return of.amount > 0n && of.cost > of.amount;
}
