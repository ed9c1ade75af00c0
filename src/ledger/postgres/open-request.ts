/** What a batch asks of `purser_open_batch`: whom it concerns and what the rules begin with. */
import type { Instant } from "../../core/instant.ts";
import type { Expire, Operation, Payer, Repair } from "../ledger.ts";
import { DEPLOYMENT, subjectOf } from "../rules/subjects.ts";
import type { Reach } from "./reach.ts";

const MAKES_EVENT: ReadonlySet<Operation["kind"]> = new Set(["settle", "record"]);

export function openRequest(
  operations: readonly Operation[],
  of: {
    readonly at: Instant | null;
    readonly nodeId: string;
    readonly bootId: string;
    readonly reach: Reach;
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
      case "repair":
        addRepaired(operation, customers, keys);
        break;
      case "preflight":
        addPayer(operation.payer, undefined);
        break;
      case "expire":
        expires.push(operation);
        break;
      case "look":
        if ("payer" in operation) addPayer(operation.payer, undefined);
        break;
      case "raise":
        if (operation.customerId !== DEPLOYMENT) customers.add(operation.customerId);
        break;
      default:
        ids.add(operation.id);
    }
    if (MAKES_EVENT.has(operation.kind)) events += 1;
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

/** Whose sum is put right is locked as for any other change of it. */
function addRepaired({ of }: Repair, customers: Set<string>, keys: Set<string>): void {
  if (of.table !== "counters") {
    customers.add(of.key.customerId);
    return;
  }
  const subject = subjectOf(of.key.subject);
  if (subject.kind === "customer") customers.add(subject.id);
  if (subject.kind === "key") keys.add(subject.id);
}
