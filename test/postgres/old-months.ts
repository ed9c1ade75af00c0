/** A ledger on PostgreSQL whose customers used it in two earlier months, for the tests of months that leave. */
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { expect } from "vitest";
import type { CallId, CustomerId, KeyId } from "../../src/core/ids.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import type { DetachedMonth } from "../../src/ledger/month-to-detach.ts";
import { detachMonth } from "../../src/ledger/postgres/detach-month.ts";
import { type OpenedPostgresLedger, openPostgresLedger } from "../../src/ledger/postgres/open.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  factsOf,
  limit,
  NOW,
  newId,
  plan,
  recordOf,
} from "../ledger/support.ts";
import { newDatabase } from "./shared-database.ts";

export const JANUARY = instant(Date.UTC(2026, 0, 1));
export const FEBRUARY = instant(Date.UTC(2026, 1, 1));
export const MARCH = instant(Date.UTC(2026, 2, 1));
const DAY_AND_A_BIT = 100_000_000;

export interface OldMonths extends Pick<OpenedPostgresLedger, "ledger" | "store"> {
  readonly url: string;
  readonly customers: readonly CustomerId[];
  /** The ids of the events in each month, by the month's start. */
  readonly eventIds: ReadonlyMap<Instant, readonly CallId[]>;
  /** Beside the ledger: what another program does on the same database. */
  readonly sql: postgres.Sql;
  detach(month: Instant, more?: Partial<Parameters<typeof detachMonth>[1]>): Promise<DetachedMonth>;
  /** The tables that are partitions of `events`. */
  months(): Promise<string[]>;
  remove(): Promise<void>;
}

export const CUSTOMERS = 5;
/** In each month, of each customer. */
export const EVENTS = 12;

/** `net`: the deployment has a limit. Three customers have periods that begin within a month; every fourth event is corrected. */
export async function openOldMonths({ net = true } = {}): Promise<OldMonths> {
  const { url, drop } = await newDatabase();
  const opened = await openPostgresLedger({
    url,
    nodeId: "node",
    bootId: newId(),
    clock: { now: () => NOW },
    fixedClock: true,
  });
  const { store, ledger } = opened;
  const sql = postgres(url, { max: 4, types: { bigint: postgres.BigInt }, onnotice: () => {} });
  const value = net ? '[{"meter":"tokens","max":1000000000}]' : "[]";
  await store.write([store.db.insertInto("meta").values({ name: "deployment_limits", value })]);
  const limits = [
    limit({ cap: 100_000n }),
    limit({ meter: "cost", per: "month", cap: 10n ** 14n }),
    limit({ meter: "tokens", per: "hour", cap: 10n ** 9n }),
  ];
  const planVersionId = await addPlan(store, plan("pro", limits));
  const customers: CustomerId[] = [];
  const eventIds = new Map<Instant, CallId[]>();
  for (let n = 0; n < CUSTOMERS; n += 1) {
    const anchor = instant(Date.UTC(2025, 10, n < 3 ? 15 : 1, 9, 30));
    const customer = await addCustomer(store, { planVersionId, anchor });
    customers.push(customer);
    const keyId = await addKey(store, customer, [limit({ cap: 100_000n })]);
    for (const month of [JANUARY, FEBRUARY]) {
      const ids = await use(ledger, customer, { month, keyId });
      eventIds.set(month, [...(eventIds.get(month) ?? []), ...ids]);
    }
  }
  return {
    url,
    store,
    ledger,
    customers,
    eventIds,
    sql,
    detach: (month, more = {}) =>
      detachMonth({ store, url }, { month, now: NOW, dryRun: false, actor: "test", ...more }),
    async months() {
      const rows = await sql`select inhrelid::regclass::text as name from pg_inherits
        where inhparent = 'events'::regclass order by 1`;
      return rows.map(({ name }) => String(name));
    },
    async remove() {
      await opened.stop();
      await sql.end();
      await drop();
    },
  };
}

async function use(
  ledger: OldMonths["ledger"],
  customerId: CustomerId,
  { month, keyId }: { month: Instant; keyId: KeyId },
): Promise<CallId[]> {
  const told = await Promise.all(
    Array.from({ length: EVENTS }, (_, n) =>
      ledger.record(
        recordOf(customerId, {
          payer: n % 2 === 0 ? { customerId } : { customerId, keyId },
          sourceId: `${month}-${n}`,
          timestamp: instant(month + n * DAY_AND_A_BIT),
          facts: n % 5 === 4 ? factsOf({ statusCode: 500, calls: 0 }) : factsOf(),
        }),
      ),
    ),
  );
  const ids = told.map(({ event }) => event.id);
  await Promise.all(
    ids.filter((_id, n) => n % 4 === 0).map((eventId) => ledger.correct(refundOf(eventId))),
  );
  return ids;
}

export function refundOf(eventId: CallId, sourceId = "r1") {
  return {
    kind: "correct" as const,
    eventId,
    reason: "refund",
    sourceId,
    usageDelta: { output: -20 },
    costDelta: -400_000n,
  };
}

export async function nothingHasHappened(old: OldMonths): Promise<void> {
  const { sql } = old;
  expect((await old.months()).slice(0, 2)).toEqual(["events_2026_01", "events_2026_02"]);
  expect(await sql`select 1 from closing_balances`).toHaveLength(0);
  expect(await sql`select 1 from meta where name = 'events_closed_before'`).toHaveLength(0);
  expect(await sql`select 1 from audit_log where action = 'events.detach'`).toHaveLength(0);
  expect(await sql`select to_regclass('detached_events_2026_01') as name`).toEqual([
    { name: null },
  ]);
  expect(await audit(old.store)).toEqual([]);
}

/** Resolves when a connection that detaches waits for a lock, and gives its process. */
export async function untilItWaits(old: OldMonths): Promise<number> {
  for (;;) {
    const [row] = await old.sql`select pid from pg_stat_activity
      where application_name = 'purser detach' and wait_event_type = 'Lock'
        and datname = current_database()`;
    if (row !== undefined) return Number(row["pid"]);
    await sleep(5);
  }
}

/** Somebody who reads events in a transaction of theirs, as a report might. */
export async function readingEvents(old: OldMonths): Promise<{ end(): Promise<void> }> {
  const reader = await old.sql.reserve();
  await reader`begin`;
  await reader`select count(*) from events`;
  return {
    async end() {
      await reader`commit`;
      reader.release();
    },
  };
}
