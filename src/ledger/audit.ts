/** Recomputes every counter and roll-up from events, corrections and pending holds, and says where they differ. */
import type { KeyId } from "../core/ids.ts";
import { DAY_MS, HOUR_MS } from "../core/instant.ts";
import { amountsOf, METERS, type Meter, type Usage } from "../core/usage.ts";
import type { Store } from "../store/store.ts";
import { DEPLOYMENT, keySubject } from "./rules/subjects.ts";

/** One sum that is not what the log says. */
export interface Difference {
  readonly what: string;
  readonly found: bigint;
  readonly expected: bigint;
}

/** An event with its corrections, or a pending hold, as what it adds to the meters. */
interface Counted {
  readonly customer_id: string;
  readonly key_id: string | null;
  readonly at: bigint;
  readonly period_start: bigint;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly amounts: Readonly<Record<Meter, bigint>>;
}

/**
 * Reads the whole log, so it is for tests and for small databases. Windows under a day may have begun after events
 * they would cover (DESIGN.md), so their `used` is checked from above only.
 */
export async function audit(store: Store): Promise<Difference[]> {
  const events = await countedEvents(store);
  const pending = await countedHolds(store);
  return [...(await auditCounters(store, events, pending)), ...(await auditRollups(store, events))];
}

async function countedEvents({ db }: Store): Promise<Counted[]> {
  const events = await db.selectFrom("events").selectAll().execute();
  const corrections = await db
    .selectFrom("corrections as c")
    .innerJoin("events as e", "e.id", "c.event_id")
    .select([
      "c.usage_delta",
      "c.cost_delta",
      "e.customer_id",
      "e.key_id",
      "e.at",
      "e.period_start",
    ])
    .select(["e.provider", "e.model", "e.operation"])
    .execute();
  return [
    ...events.map((event) => ({
      ...event,
      amounts: amountsOf({
        usage: usageFrom(event.usage),
        cost: event.cost,
        calls: Number(event.calls),
      }),
    })),
    ...corrections.map((row) => ({
      ...row,
      amounts: amountsOf({ usage: usageFrom(row.usage_delta), cost: row.cost_delta, calls: 0 }),
    })),
  ];
}

async function countedHolds({ db }: Store): Promise<Counted[]> {
  const holds = await db
    .selectFrom("reservations")
    .selectAll()
    .where("state", "=", "pending")
    .execute();
  return holds.map((hold) => {
    const held = JSON.parse(hold.held) as Partial<Record<Meter, string>>;
    const amounts = Object.fromEntries(METERS.map((meter) => [meter, BigInt(held[meter] ?? 0)]));
    return { ...hold, amounts: amounts as Record<Meter, bigint> };
  });
}

async function auditCounters(
  { db }: Store,
  events: readonly Counted[],
  pending: readonly Counted[],
): Promise<Difference[]> {
  const counters = await db.selectFrom("counters").selectAll().execute();
  return counters.flatMap((row) => {
    const meter = row.meter as Meter;
    const covered = (one: Counted): boolean =>
      isOf(one, row.subject) && isIn(one, row) && isCombination(one, row);
    const used = sum(events.filter(covered), meter);
    const isShort = row.window_end - row.window_start < DAY_MS;
    const name = `${row.subject} ${meter} ${row.provider} ${row.model} ${row.operation} ${row.per} ${row.window_start}`;
    return [
      ...differing(`used: ${name}`, row.used, isShort && row.used < used ? row.used : used),
      ...differing(`held: ${name}`, row.held, sum(pending.filter(covered), meter)),
    ];
  });
}

interface Window {
  readonly subject: string;
  readonly per: string;
  readonly window_start: bigint;
  readonly window_end: bigint;
}

function isOf(one: Counted, subject: string): boolean {
  if (subject === DEPLOYMENT || subject === one.customer_id) return true;
  return one.key_id !== null && subject === keySubject(one.key_id as KeyId);
}

function isIn(one: Counted, window: Window): boolean {
  if (window.per === "period" && window.subject !== DEPLOYMENT) {
    return one.period_start === window.window_start;
  }
  return window.window_start <= one.at && one.at < window.window_end;
}

function isCombination(
  one: Counted,
  row: { provider: string; model: string; operation: string },
): boolean {
  return (["provider", "model", "operation"] as const).every(
    (part) => row[part] === "*" || row[part] === one[part],
  );
}

const TABLES = [
  ["rollups_hour", BigInt(HOUR_MS)],
  ["rollups_day", BigInt(DAY_MS)],
] as const;

/** Each roll-up row's place is one of the log's, and each meter's total is the log's, hour by hour and day by day. */
async function auditRollups({ db }: Store, events: readonly Counted[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [table, lengthMs] of TABLES) {
    const expected = totals(
      events.map((one) => ({
        ...one,
        starts_at: one.at - (one.at % lengthMs),
        key_id: one.key_id ?? "",
      })),
    );
    const rows = await db.selectFrom(table).selectAll().execute();
    const found = totals(rows.map((row) => ({ ...row, amounts: row })));
    for (const key of new Set([...expected.keys(), ...found.keys()])) {
      const of = { found: found.get(key) ?? 0n, expected: expected.get(key) ?? 0n };
      differences.push(...differing(`${table}: ${key}`, of.found, of.expected));
    }
  }
  return differences;
}

type Placed = Parameters<typeof rollupKey>[0] & Pick<Counted, "amounts">;

function totals(placed: readonly Placed[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const one of placed) {
    for (const meter of METERS) {
      const key = rollupKey(one, meter);
      sums.set(key, (sums.get(key) ?? 0n) + one.amounts[meter]);
    }
  }
  return sums;
}

function rollupKey(
  row: {
    customer_id: string;
    period_start: bigint;
    starts_at: bigint;
    provider: string;
    model: string;
    operation: string;
    key_id: string;
  },
  meter: Meter,
): string {
  const { customer_id, period_start, starts_at, provider, model, operation, key_id } = row;
  return [customer_id, period_start, starts_at, provider, model, operation, key_id, meter].join(
    " ",
  );
}

function differing(what: string, found: bigint, expected: bigint): Difference[] {
  return found === expected ? [] : [{ what, found, expected }];
}

function sum(counted: readonly Counted[], meter: Meter): bigint {
  return counted.reduce((total, one) => total + one.amounts[meter], 0n);
}

function usageFrom(json: string): Usage {
  return JSON.parse(json) as Usage;
}
