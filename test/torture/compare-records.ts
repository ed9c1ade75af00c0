/** Holds the database against the journal: what was acknowledged is there once, and nothing is there that nobody asked for. */
import type { CallEntry, HoldEntry, Journal, TellEntry, Tokens } from "./journal.ts";
import type { EventRecord, Records } from "./read-records.ts";

/** If the ledger is away this long, a client may get its answer before its event is settled (DESIGN.md, promise 6). */
const LEDGER_AWAY_MS = 5_000;

/** Each difference as a sentence with all that is known of it. */
export function compareRecords(records: Records, journal: Journal): string[] {
  const byModel = Map.groupBy(
    records.events.filter(({ source }) => source === "gateway"),
    ({ model }) => model,
  );
  const byId = Map.groupBy(records.events, ({ id }) => id);
  const problems = [
    ...[...byId].flatMap(([id, events]) =>
      events.length > 1 ? [`Event ${id} is there ${events.length} times.`] : [],
    ),
    ...[...journal.calls.values()].flatMap((entry) =>
      problemsOfCall(entry, byModel.get(entry.nonce) ?? [], journal.arrivals.get(entry.nonce) ?? 0),
    ),
    ...[...journal.holds.values()].flatMap((entry) => problemsOfHold(entry, records, byId)),
    ...[...journal.tells.values()].flatMap((entry) => problemsOfTold(entry, records, byId)),
    ...unasked(records, journal, byModel),
  ];
  return problems;
}

type Problem = string | false;

function problemsOfCall(
  entry: CallEntry,
  events: readonly EventRecord[],
  arrivals: number,
): string[] {
  const { end } = entry;
  const [event] = events;
  const found: Problem[] = [
    events.length > 1 && `has ${events.length} events`,
    arrivals > 1 && `reached the provider ${arrivals} times`,
    arrivals > 0 && event === undefined && "was served by the provider and has no event",
    entry.eventId !== null && event === undefined && "was answered and has no event",
    entry.eventId !== null &&
      event !== undefined &&
      event.id !== entry.eventId &&
      "has an event of another id than its answer named",
    end.kind === "refused" && (event !== undefined || arrivals > 0) && "was refused and made",
  ];
  if (end.kind === "answered" && event !== undefined) {
    found.push(
      event.unconfirmed && end.ms < LEDGER_AWAY_MS && "was answered whole and is unconfirmed",
      !event.unconfirmed && !isSame(event.usage, end.usage) && "has another usage than was seen",
      !event.unconfirmed && event.statusCode !== 200 && "was answered and its event says otherwise",
    );
  }
  return storiesOf(found, "The call", { ...entry, arrivals, events });
}

/** What a caller's own id names: how many ids of ours, and which events. */
function namedBy(
  sourceId: string,
  records: Records,
  byId: ReadonlyMap<string, readonly EventRecord[]>,
): { ids: readonly string[]; events: readonly EventRecord[] } {
  const ids = records.idsBySource.get(sourceId) ?? [];
  return { ids, events: ids.flatMap((id) => byId.get(id) ?? []) };
}

function problemsOfHold(
  entry: HoldEntry,
  records: Records,
  byId: ReadonlyMap<string, readonly EventRecord[]>,
): string[] {
  const { ids, events } = namedBy(entry.sourceId, records, byId);
  const [event] = events;
  const was = (...ends: HoldEntry["end"][]): boolean => ends.includes(entry.end);
  const found: Problem[] = [
    ids.length > 1 && `has ${ids.length} ids of ours`,
    entry.reservationId !== null && ids[0] !== entry.reservationId && "lost the id it was given",
    was("refused") && ids.length > 0 && "was refused and made",
    was("settled", "held", "expired first") && event === undefined && "has no event",
    was("released") && event !== undefined && "was released and has an event",
    was("settled") &&
      event !== undefined &&
      !isSame(event.worth, entry.told) &&
      "is not worth what it was settled with",
    was("held", "expired first") && event?.unconfirmed === false && "was never settled, and is",
    was("open") && "was never acknowledged",
  ];
  return storiesOf(found, "The hold", { ...entry, ids, events });
}

function problemsOfTold(
  entry: TellEntry,
  records: Records,
  byId: ReadonlyMap<string, readonly EventRecord[]>,
): string[] {
  const { ids, events } = namedBy(entry.sourceId, records, byId);
  const [event] = events;
  const found: Problem[] = [
    ids.length > 1 && `is there ${ids.length} times`,
    !entry.acknowledged && "was never acknowledged",
    entry.acknowledged && event === undefined && "was acknowledged and is lost",
    event !== undefined && !isSame(event.worth, entry.told) && "is not what was told",
  ];
  return storiesOf(found, "The event", { ...entry, ids, events });
}

/** Events that nobody asked for, and customers who are one in the journal and two in the database. */
function unasked(
  records: Records,
  journal: Journal,
  byModel: ReadonlyMap<string, readonly EventRecord[]>,
): string[] {
  const named = new Set([...records.idsBySource.values()].flat());
  const strangers = [
    ...[...byModel.keys()].filter((model) => !journal.calls.has(model)),
    ...records.events
      .filter(({ source, id }) => source !== "gateway" && !named.has(id))
      .map(({ id }) => id),
    ...[...records.idsBySource.keys()].filter(
      (source) => !journal.holds.has(source) && !journal.tells.has(source),
    ),
  ];
  const customers = customerIdsOf(records, journal);
  return [
    ...strangers.map((name) => `Nobody asked for ${name}, and it is there.`),
    ...[...customers].flatMap(([customer, ids]) =>
      ids.size > 1 ? [`${customer} is ${ids.size} customers: ${[...ids].join(", ")}.`] : [],
    ),
  ];
}

/** Our own ids of the run's customers, by their events. */
export function customerIdsOf(records: Records, journal: Journal): Map<string, Set<string>> {
  const askers = askersOf(records, journal);
  const customers = new Map<string, Set<string>>();
  for (const { source, model, id, customerId } of records.events) {
    const customer = askers.get(source === "gateway" ? model : id);
    if (customer === undefined) continue;
    customers.set(customer, (customers.get(customer) ?? new Set()).add(customerId));
  }
  return customers;
}

/** Who asked for it: by the nonce of a call, and by our id of anything else. */
function askersOf(records: Records, journal: Journal): Map<string, string> {
  const askers = new Map<string, string>();
  for (const { nonce, customer } of journal.calls.values()) askers.set(nonce, customer);
  for (const { sourceId, customer } of [...journal.holds.values(), ...journal.tells.values()]) {
    for (const id of records.idsBySource.get(sourceId) ?? []) askers.set(id, customer);
  }
  return askers;
}

function storiesOf(found: readonly Problem[], kind: string, all: object): string[] {
  return found
    .filter((problem) => problem !== false)
    .map((problem) => `${kind} ${problem}: ${JSON.stringify(all)}`);
}

function isSame(one: Tokens, other: Tokens): boolean {
  return one.input === other.input && one.output === other.output;
}
