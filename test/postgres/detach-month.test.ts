/** A month of events leaves under load: nothing is lost, nothing is counted twice, every audit is clean. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { NOW, newId, recordOf, reserveOf, settleOf } from "../ledger/support.ts";
import {
  CUSTOMERS,
  EVENTS,
  FEBRUARY,
  JANUARY,
  MARCH,
  nothingHasHappened,
  type OldMonths,
  openOldMonths,
  readingEvents,
  refundOf,
  untilItWaits,
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
    isGoingOn: () => !isOver,
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

async function openCallInJanuary(): Promise<void> {
  const [customer = ""] = old.customers;
  await old.sql`insert into reservations
    select ${newId()}, ${customer}, null, 'gemini', 'm', 'generate', '', 0, 'external', 'pending', ${JANUARY}, 0,
      ${NOW + 1}, '{}', '{}', '{}'`;
}

test("a month leaves while 16 callers call: audits are clean before, during and after it", async () => {
  const before = await keptOfJanuary();
  expect(before.hours.length).toBeGreaterThan(0);
  const ids = await old.sql`select id from events_2026_01 order by seq`;
  const worth = await old.sql`select sum(e.cost) + (select sum(cost_delta) from corrections
    where event_id in (select id from events_2026_01)) as cost from events_2026_01 e`;
  expect(await audit(old.store)).toEqual([]);
  const by = callers(16);
  const differing: unknown[] = [];
  const auditing = (async () => {
    do differing.push(...(await audit(old.store)));
    while (by.isGoingOn());
  })();
  const detached = await old.detach(JANUARY);
  const atItsEnd = by.done();
  while (by.done() < atItsEnd + 50) await sleep(5);
  await by.end();
  await auditing;
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

test("a reader that keeps the table for a while is waited for, and calls go on meanwhile", async () => {
  const by = callers(4);
  const reader = await readingEvents(old);
  const detaching = old.detach(JANUARY);
  await untilItWaits(old);
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
  await untilItWaits(old);
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
  const lock = await readingEvents(old);
  const detaching = old.detach(JANUARY);
  await untilItWaits(old);
  for (const tell of after) await tell();
  await lock.end();
  expect(await detaching).toMatchObject({ events: CUSTOMERS * EVENTS + 1 });
  expect(await audit(old.store)).toEqual([]);
});

test("a call of the month that is opened while it was reckoned keeps it in", async () => {
  const reader = await readingEvents(old);
  const detaching = old.detach(JANUARY);
  detaching.catch(() => undefined);
  await untilItWaits(old);
  await openCallInJanuary();
  await reader.end();
  await expect(detaching).rejects.toThrow("2026-01 has 1 open calls");
  await old.sql`delete from reservations`;
  await nothingHasHappened(old);
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
  await openCallInJanuary();
  await refused(JANUARY).toThrow("2026-01 has 1 open calls");
  await old.sql`delete from reservations`;
  await nothingHasHappened(old);
  const tried = await old.detach(JANUARY, { dryRun: true });
  expect(tried).toMatchObject({ events: CUSTOMERS * EVENTS, table: "detached_events_2026_01" });
  await nothingHasHappened(old);

  const { table: _table, bytes, ...counted } = tried;
  expect(bytes).toBeGreaterThan(0);
  expect(await old.detach(JANUARY)).toMatchObject(counted);
  await refused(JANUARY).toThrow("Its events are in the table detached_events_2026_01");
  expect(await old.detach(FEBRUARY)).toMatchObject({ events: CUSTOMERS * EVENTS });
  expect(await old.months()).toEqual([]);
  expect(await audit(old.store)).toEqual([]);
});
