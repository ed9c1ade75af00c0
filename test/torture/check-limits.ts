/** Looks at the customers who ran out: never more than their cap, and never locked out while there is room. */
import { customerIdsOf } from "./compare-records.ts";
import type { CallEntry, Journal } from "./journal.ts";
import type { Records } from "./read-records.ts";

/** `probes`: one more call of each scarce customer, made when all was quiet. */
export function checkLimits(
  records: Records,
  journal: Journal,
  probes: readonly CallEntry[],
): string[] {
  const customers = customerIdsOf(records, journal);
  const calls = new Map(
    [...customers].map(([customer, ids]) => [customer, callsOf(records, ids)] as const),
  );
  return [
    ...[...journal.caps].flatMap(([customer, cap]) => [
      ...overCap({ customer, cap, calls: calls.get(customer) ?? 0 }),
      ...countersOverCap(records, { customer, cap, ids: customers.get(customer) ?? new Set() }),
    ]),
    ...probes.flatMap((entry) =>
      problemsOfProbe(entry, {
        cap: journal.caps.get(entry.customer),
        calls: calls.get(entry.customer) ?? 0,
      }),
    ),
  ];
}

function callsOf({ events }: Records, ids: ReadonlySet<string>): number {
  return events.reduce(
    (sum, { customerId, calls }) => (ids.has(customerId) ? sum + calls : sum),
    0,
  );
}

function overCap(of: { customer: string; cap: number; calls: number }): string[] {
  const { customer, cap, calls } = of;
  return calls > cap ? [`${customer} has room for ${cap} calls and made ${calls}.`] : [];
}

function countersOverCap(
  { counters }: Records,
  of: { customer: string; cap: number; ids: ReadonlySet<string> },
): string[] {
  return counters
    .filter(({ subject, meter }) => meter === "calls" && of.ids.has(subject))
    .filter(({ usedAndHeld }) => usedAndHeld > BigInt(of.cap))
    .map(
      ({ usedAndHeld }) => `The counter of ${of.customer} is at ${usedAndHeld} of ${of.cap} calls.`,
    );
}

function problemsOfProbe(
  { customer, nonce, end }: CallEntry,
  of: { cap: number | undefined; calls: number },
): string[] {
  if (end.kind === "answered") return [];
  if (end.kind !== "refused") {
    return [`When all was quiet, ${customer}'s call ${nonce} ended ${end.kind}.`];
  }
  if (end.code !== "limit_reached") {
    return [`When all was quiet, ${customer} was refused with ${end.code}.`];
  }
  if (of.cap === undefined || of.calls >= of.cap) return [];
  return [`${customer} made ${of.calls} of ${of.cap} calls and was refused another.`];
}
