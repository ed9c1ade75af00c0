/** Puts differences right through the ledger, so that calls may go on meanwhile, and says which could not be. */
import type { Ledger } from "../ledger.ts";
import type { Difference } from "./difference.ts";

export interface NotRepaired {
  readonly difference: Difference;
  readonly why: string;
}

/** `actor` as in the audit log. Only what an audit has just found: sent twice, a difference is posted twice. */
export async function repairDifferences(
  ledger: Pick<Ledger, "repair">,
  differences: readonly Difference[],
  actor: string,
): Promise<NotRepaired[]> {
  const left: NotRepaired[] = [];
  for (const difference of differences) {
    const { of, found, expected } = difference;
    const answer = await ledger.repair({ kind: "repair", of, found, expected, actor });
    if (answer.kind === "conflict") left.push({ difference, why: answer.message });
    if (answer.kind === "unknown") left.push({ difference, why: "There is no such counter now." });
  }
  return left;
}
