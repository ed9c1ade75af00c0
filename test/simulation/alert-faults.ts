/** Deliberate faults in what tells people: whose thresholds hold, what a look finds, and what a job may tell twice. */
import type { Operation } from "../../src/ledger/ledger.ts";
import type { LedgerRows } from "../../src/ledger/rules/rows.ts";
import { applyOperations } from "../../src/ledger/rules.ts";
import { withRows } from "./mutated-rows.ts";
import type { Rules } from "./store.ts";

/** What a customer wishes is not heard. */
const wishIgnored: Rules = (rows, operations) =>
  applyOperations(withRows(rows, { customer: withoutWish(rows) }), operations);

function withoutWish(rows: LedgerRows): LedgerRows["customer"] {
  return (id) => {
    const terms = rows.customer(id);
    if (terms === undefined) return undefined;
    const { alertAt: _wish, ...rest } = terms;
    return rest;
  };
}

/** Whoever asks to look at limits is told that it was done. */
const lookIgnored: Rules = (rows, operations) => {
  const { answers, changes } = applyOperations(rows, operations.filter(isNoLook));
  const rest = [...answers];
  return {
    changes,
    answers: operations.flatMap((one) =>
      isNoLook(one) ? rest.splice(0, 1) : [{ kind: "looked" } as const],
    ),
  };
};

function isNoLook({ kind }: Operation): boolean {
  return kind !== "look";
}

/** Each time that a job tells of something it is told anew, under a mark of its own. */
const raisedAgain: Rules = (rows, operations) =>
  applyOperations(
    rows,
    operations.map((operation) => {
      if (operation.kind !== "raise") return operation;
      const { counterKey, ...mark } = operation.mark;
      return { ...operation, mark: { ...mark, counterKey: `${counterKey} ${rows.at}` } };
    }),
  );

export const ALERT_MUTATIONS = [
  { name: "customer's thresholds ignored", rules: () => wishIgnored },
  { name: "look ignored", rules: () => lookIgnored },
  { name: "told again", rules: () => raisedAgain },
] as const;
