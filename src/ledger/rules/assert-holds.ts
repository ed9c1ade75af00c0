/** Stops a batch whose result would break a promise of the ledger: the transaction is given up, and the caller denied. */
export function assertHolds(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(`The ledger's promise was broken: ${promise}`);
}
