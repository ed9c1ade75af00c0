/** Faults that the simulation found in the ledger and that are mended now, each made again: were one to come back, it is seen. */
import type { Operation } from "../../src/ledger/ledger.ts";
import type { HoldRow, LedgerRows } from "../../src/ledger/rules/rows.ts";
import { applyOperations } from "../../src/ledger/rules.ts";
import { withRows } from "./mutated-rows.ts";
import type { Rules } from "./store.ts";

const AHEAD_MOST_MS = 300_000;

/** A caller's own id that names a released hold is told "granted", and nothing is held. */
export const releasedAnswers: Rules = (rows, operations) =>
  applyOperations(
    rows,
    operations.map((operation) => underReleased(rows, operation)),
  );

function underReleased(rows: LedgerRows, operation: Operation): Operation {
  if (operation.kind !== "reserve" || operation.sourceId === undefined) return operation;
  const named = rows.eventKey(operation.payer.customerId, operation.sourceId);
  const isReleased = named !== undefined && rows.hold(named)?.state === "released";
  return isReleased ? { ...operation, id: named } : operation;
}

/** A caller's own id names a released hold for good, and whatever comes with it is refused. */
export const sourceIdStuck: Rules = (rows, operations) => {
  const { answers, changes } = applyOperations(rows, operations);
  const eventKeys = changes.eventKeys.map(({ customerId, sourceId, id }) => {
    return { customerId, sourceId, id };
  });
  return { answers, changes: { ...changes, eventKeys } };
};

/** What was used in the hour before a limit asked for it is forgotten. */
export const hourStartsAtNothing: Rules = (rows, operations) => {
  const seeded = withRows(rows, {
    seed: (key, of) => {
      const { used, held } = rows.seed(key, of);
      return { used: key.per === "hour" ? 0n : used, held };
    },
  });
  return applyOperations(seeded, operations);
};

/** A sweep ends what an earlier operation of its batch let wait for its provider. */
export const deferredAndSwept: Rules = (rows, operations) => {
  const deferred = new Map(
    operations.flatMap((operation) =>
      operation.kind === "defer" ? [[operation.id, rows.at + operation.ttlMs] as const] : [],
    ),
  );
  const asDeferred = (hold: HoldRow): HoldRow => {
    const expiresAt = deferred.get(hold.id);
    if (expiresAt === undefined) return hold;
    return { ...hold, owner: "provider", expiresAt: expiresAt as HoldRow["expiresAt"] };
  };
  const swept = withRows(rows, {
    due: (operation) => rows.due(operation).map(asDeferred),
  });
  return applyOperations(swept, operations);
};

/** What is told of a time long ahead is counted as of five minutes ahead. */
export const aheadTaken: Rules = (rows, operations) => {
  const most = (rows.at + AHEAD_MOST_MS) as typeof rows.at;
  return applyOperations(
    rows,
    operations.map((operation) =>
      operation.kind === "record" && (operation.timestamp ?? most) > most
        ? { ...operation, timestamp: most }
        : operation,
    ),
  );
};
