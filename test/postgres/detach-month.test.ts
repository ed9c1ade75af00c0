/** A month of events leaves under load, killed in the middle or not: nothing is lost, nothing is half done, every audit is clean. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { detachMonth } from "../../src/ledger/postgres/detach-month.ts";
import { NOW, newId, recordOf, reserveOf, settleOf } from "../ledger/support.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import {
  CUSTOMERS,
  EVENTS,
  FEBRUARY,
  JANUARY,
  MARCH,
  type OldMonths,
  openOldMonths,
  refundOf,
} from "./old-months.ts";

let old: OldMonths;
beforeEach(async () => {
  old = await openOldMonths();
});
afterEach(() => old.remove());

async function callNow(customer: CustomerId): Promise<CallId> {
  const held = reserveOf(customer);
  expect(await old.ledger.reserve(held)).toMatchObject({ kind: "granted" });
  expect(await old.ledger.settle(settleOf(held.id))).toMatchObject({ again: false });
  return held.id;
}

/** Callers that call now, and tell of February now and then, until they are told to end. */
function callers(count: number) {
  let isOver = false;
  let done = 0;
  const call = async (caller: number): Promise<void> => {
    const customer = old.customers[caller % CUSTOMERS];
    if (customer === undefined) throw new Error("There are customers.");
    for (let n = 0; !isOver; n += 1) {
      const id = await callNow(customer);
      if (n % 3 === 0) await old.ledger.correct(refundOf(id));
      if (n % 5 === 0) {
        const timestamp = instant(FEBRUARY + caller * 1_000 + n);
        await old.ledger.record(recordOf(customer, { timestamp }));
      }
      done += 1;
    }
  };
  const running = Promise.all(Array.from({ length: count }, (_, n) => call(n)));
  // Whoever awaits `end` is told.
  running.catch(() => undefined);
  return {
    done: () => done,
    end: async () => {
      isOver = true;
      await running;
    },
  };
}

/** Everything that was kept of January beside its events. */
async function keptOfJanuary() {
  const { sql } = old;
  const [hours, days, counters] = await Promise.all([
    sql`select * from rollups_hour where starts_at < ${FEBRUARY} order by 1, 2, 3, 4, 5, 6, 7, 8`,
    sql`select * from rollups_day where starts_at < ${FEBRUARY} order by 1, 2, 3, 4, 5, 6, 7, 8`,
    sql`select * from counters where window_end <= ${FEBRUARY} order by 1, 2, 3, 4, 5, 6, 7, 8`,
  ]);
  return { hours, days, counters };
}

async function nothingHasHappened(): Promise<void> {
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
async function untilItWaits(): Promise<number> {
  for (;;) {
    const [row] = await old.sql`select pid from pg_stat_activity
      where application_name = 'purser detach' and wait_event_type = 'Lock'
        and datname = current_database()`;
    if (row !== undefined) return Number(row["pid"]);
    await sleep(5);
  }
}

/** Somebody who reads events in a transaction of theirs, as a report might. */
async function readingEvents(): Promise<{ end(): Promise<void> }> {
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

test("a month leaves while 16 callers call: audits are clean before, during and after it", async () => {
  const before = await keptOfJanuary();
  expect(before.hours.length).toBeGreaterThan(0);
  const ids = await old.sql`select id from events_2026_01 order by seq`;
  const worth = await old.sql`select sum(e.cost) + (select sum(cost_delta) from corrections
    where event_id in (select id from events_2026_01)) as cost from events_2026_01 e`;
  expect(await audit(old.store)).toEqual([]);
  const by = callers(16);
  let isOut = false;
  const differing: unknown[] = [];
  const auditing = (async () => {
    do differing.push(...(await audit(old.store)));
    while (!isOut);
  })();
  const detached = await old.detach(JANUARY);
  const atItsEnd = by.done();
  while (by.done() < atItsEnd + 50) await sleep(5);
  isOut = true;
  await auditing;
  await by.end();
  expect(differing).toEqual([]);
  expect(await audit(old.store)).toEqual([]);
  expect(detached).toMatchObject({
    table: "detached_events_2026_01",
    events: CUSTOMERS * EVENTS,
  });
  expect(await old.sql`select id from detached_events_2026_01 order by seq`).toEqual(ids);
  expect(await old.sql`select 1 from events where at < ${FEBRUARY}`).toHaveLength(0);
  expect(await keptOfJanuary()).toEqual(before);
  const [balance] = await old.sql`select count(*) as rows, sum(events) as events, sum(cost) as cost
    from closing_balances`;
  expect(Number(balance?.["rows"])).toBe(detached.balances);
  expect(Number(balance?.["events"])).toBe(detached.events);
  expect(balance?.["cost"]).toBe(worth[0]?.["cost"]);
});

test("killed while it waits, it has done nothing; run again, it does everything", async () => {
  const by = callers(4);
  const reader = await readingEvents();
  const first = old.detach(JANUARY);
  first.catch(() => undefined);
  const pid = await untilItWaits();
  await old.sql`select pg_terminate_backend(${pid})`;
  await expect(first).rejects.toMatchObject({ code: "enforcement_unavailable" });
  await reader.end();
  await by.end();
  await nothingHasHappened();
  expect(await old.detach(JANUARY)).toMatchObject({ events: CUSTOMERS * EVENTS });
  expect(await audit(old.store)).toEqual([]);
});

/** Where its own backend is ended, each in the middle of what must come together. */
const DEATHS: Readonly<Record<string, string>> = {
  "its balance is written":
    "create trigger dies before insert on closing_balances for each row execute function die()",
  "the month is marked as closed":
    "create trigger dies after insert on meta for each row execute function die()",
  "the audit log is written":
    "create trigger dies after insert on audit_log for each row execute function die()",
  "the table is detached":
    "create event trigger dies on ddl_command_end when tag in ('ALTER TABLE') execute function die_of_ddl()",
  "it commits":
    "create constraint trigger dies after insert on closing_balances deferrable initially deferred for each row execute function die()",
};

test.each(Object.entries(DEATHS))(
  "killed when %s, nothing has happened",
  async (_when, trigger) => {
    const dying = "perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10);";
    await old.sql.unsafe(`
    create function die() returns trigger language plpgsql as $$ begin ${dying} return new; end $$;
    create function die_of_ddl() returns event_trigger language plpgsql as $$ begin ${dying} end $$;
    ${trigger}`);
    await expect(old.detach(JANUARY)).rejects.toMatchObject({ code: "enforcement_unavailable" });
    await old.sql.unsafe("drop function die cascade; drop function die_of_ddl cascade");
    await nothingHasHappened();
    expect(await old.detach(JANUARY)).toMatchObject({ events: CUSTOMERS * EVENTS });
    expect(await audit(old.store)).toEqual([]);
  },
);

test.each(["before the commit", "after the commit"] as const)(
  "cut %s, it knows what became of it",
  async (cut) => {
    const proxy = await startCuttingProxy(old.url);
    try {
      const reader = await readingEvents();
      const { store } = old;
      const detaching = detachMonth(
        { store, url: proxy.url },
        { month: JANUARY, now: NOW, dryRun: false, actor: "test" },
      );
      detaching.catch(() => undefined);
      await untilItWaits();
      proxy.cutNext(cut);
      await reader.end();
      if (cut === "after the commit") {
        expect(await detaching).toMatchObject({ events: CUSTOMERS * EVENTS });
        expect(await old.months()).not.toContain("events_2026_01");
      } else {
        await expect(detaching).rejects.toMatchObject({ code: "enforcement_unavailable" });
        await nothingHasHappened();
      }
      expect(proxy.cuts).toBe(1);
    } finally {
      await proxy.close();
    }
  },
);

test("a reader that keeps the table for a while is waited for, and calls go on meanwhile", async () => {
  const by = callers(4);
  const reader = await readingEvents();
  const detaching = old.detach(JANUARY);
  await untilItWaits();
  const since = by.done();
  while (by.done() < since + 40) await sleep(5);
  await reader.end();
  expect(await detaching).toMatchObject({ events: CUSTOMERS * EVENTS });
  await by.end();
  expect(await audit(old.store)).toEqual([]);
});

test("an event whose number was given before the reckoning, and committed after it began, is in the balance", async () => {
  // A counter that all need would make the second batch wait for the first.
  await old.remove();
  old = await openOldMonths({ net: false });
  const [slow, quick] = old.customers;
  if (slow === undefined || quick === undefined) throw new Error("There are customers.");
  const blocker = await old.sql.reserve();
  await blocker`begin`;
  // Its batch has read everything and has its number, and cannot write its roll-ups.
  await blocker`select 1 from rollups_hour where customer_id = ${slow} for update`;
  const timestamp = instant(JANUARY + 1);
  const late = old.ledger.record(recordOf(slow, { timestamp }));
  for (;;) {
    const waiting = await old.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'
      and application_name = 'purser ledger' and datname = current_database()`;
    if (waiting.length > 0) break;
    await sleep(5);
  }
  const second = await old.ledger.record(recordOf(quick, { timestamp }));
  const detaching = old.detach(JANUARY);
  await untilItWaits();
  await blocker`commit`;
  blocker.release();
  expect((await late).event.seq).toBeLessThan(second.event.seq);
  expect(await detaching).toMatchObject({ events: CUSTOMERS * EVENTS + 2 });
  const [balance] = await old.sql`select sum(events)::bigint as events from closing_balances`;
  expect(balance?.["events"]).toBe(BigInt(CUSTOMERS * EVENTS + 2));
  expect(await audit(old.store)).toEqual([]);
});

test("told of an event or a correction while it was reckoned, it is reckoned again", async () => {
  const [customer] = old.customers;
  const [eventId] = old.eventIds.get(JANUARY) ?? [];
  if (customer === undefined || eventId === undefined) throw new Error("There are customers.");
  const after: (() => Promise<unknown>)[] = [
    () => old.ledger.record(recordOf(customer, { timestamp: instant(JANUARY + 5) })),
    () => old.ledger.correct(refundOf(eventId, "r2")),
  ];
  const lock = await readingEvents();
  const detaching = old.detach(JANUARY);
  await untilItWaits();
  for (const tell of after) await tell();
  await lock.end();
  expect(await detaching).toMatchObject({ events: CUSTOMERS * EVENTS + 1 });
  expect(await audit(old.store)).toEqual([]);
});

test("a month that is not over, not the first, in use, absent or gone is refused with the reason", async () => {
  const refused = (month: Parameters<OldMonths["detach"]>[0], more = {}) =>
    expect(old.detach(month, more)).rejects;
  await refused(NOW).toMatchObject({
    code: "conflict",
    message: expect.stringContaining("2026-04 is not over"),
  });
  const now = instant(MARCH + 1_000);
  await refused(FEBRUARY, { now }).toThrow(
    "2026-02 is not over long enough. It may leave from 2026-03-02 on",
  );
  await refused(FEBRUARY).toThrow("2026-02 is not the first month. Detach 2026-01 before it");
  await refused(MARCH).toMatchObject({ code: "not_found" });
  const [customer = ""] = old.customers;
  await old.sql`insert into reservations
    select ${newId()}, ${customer}, null, 'gemini', 'm', 'generate', '', 0, 'external', 'pending', ${JANUARY}, 0,
      ${NOW + 1}, '{}', '{}', '{}'`;
  await refused(JANUARY).toThrow("2026-01 has 1 open calls");
  await old.sql`delete from reservations`;
  await nothingHasHappened();
  const tried = await old.detach(JANUARY, { dryRun: true });
  expect(tried).toMatchObject({ events: CUSTOMERS * EVENTS, table: "detached_events_2026_01" });
  await nothingHasHappened();

  const { table: _table, bytes, ...counted } = tried;
  expect(bytes).toBeGreaterThan(0);
  expect(await old.detach(JANUARY)).toMatchObject(counted);
  await refused(JANUARY).toThrow("Its events are in the table detached_events_2026_01");
  expect(await old.detach(FEBRUARY)).toMatchObject({ events: CUSTOMERS * EVENTS });
  expect(await old.months()).toEqual([]);
  expect(await audit(old.store)).toEqual([]);
});
