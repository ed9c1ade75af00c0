/** What a batch asks of `purser_open_batch`: whom it concerns and what the rules begin with. */
import type { Instant } from "../../core/instant.ts";
import type { Expire, Operation, Payer } from "../ledger.ts";
import type { Reach } from "./rows.ts";

export function openRequest(
  operations: readonly Operation[],
  of: {
    readonly at: Instant | null;
    readonly nodeId: string;
    readonly bootId: string;
    readonly reach: Reach;
    readonly alertNumbers: number;
  },
): string {
  const ids = new Set<string>();
  const customers = new Set<string>();
  const keys = new Set<string>();
  const sources: { customer_id: string; source_id: string }[] = [];
  let events = 0;
  const expires: Expire[] = [];

  const addPayer = ({ customerId, keyId }: Payer, sourceId: string | undefined): void => {
    customers.add(customerId);
    if (keyId !== undefined) keys.add(keyId);
    if (sourceId !== undefined) sources.push({ customer_id: customerId, source_id: sourceId });
  };
  for (const operation of operations) {
    switch (operation.kind) {
      case "reserve":
      case "record":
        ids.add(operation.id);
        addPayer(operation.payer, operation.sourceId);
        break;
      case "correct":
        ids.add(operation.eventId);
        break;
      case "expire":
        expires.push(operation);
        break;
      default:
        ids.add(operation.id);
    }
    if (operation.kind === "settle" || operation.kind === "record") events += 1;
  }
  return JSON.stringify({
    at: of.at,
    node: of.nodeId,
    boot: of.bootId,
    all: of.reach !== "own",
    alone: of.reach === "alone",
    ids: [...ids],
    customers: [...customers],
    keys: [...keys],
    sources,
    expire: sweepOf(expires),
    events,
    alerts: of.alertNumbers,
  });
}

/** Several sweeps in one batch are one. */
function sweepOf(expires: readonly Expire[]): { dead_boots: boolean; most: number } | null {
  if (expires.length === 0) return null;
  return {
    dead_boots: expires.some(({ deadBoots }) => deadBoots),
    most: Math.max(...expires.map(({ most }) => most)),
  };
}
