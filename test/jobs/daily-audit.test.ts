/** The daily audit runs once a day on one node, remembers it, and tells the operator of what differs, once. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, instant } from "../../src/core/instant.ts";
import { lastDue, startDailyAudit } from "../../src/jobs/daily-audit.ts";
import type { Repeating } from "../../src/jobs/repeat.ts";
import { eventually } from "../eventually.ts";
import {
  addCustomer,
  addPlan,
  limit,
  NOW,
  openTestLedger,
  plan,
  recordOf,
  type TestLedger,
} from "../ledger/support.ts";

const SPREAD_BY = "an installation";

let opened: TestLedger;
const jobs: Repeating[] = [];
beforeEach(async () => {
  opened = await openTestLedger();
  const planVersionId = await addPlan(opened.store, plan("pro", [limit({ cap: 9n })]));
  const customer = await addCustomer(opened.store, { planVersionId });
  await opened.ledger.record(recordOf(customer));
});
afterEach(async () => {
  await Promise.all(jobs.splice(0).map((job) => job.stop()));
  await opened.remove();
});

function start(more: { mayRun?: () => boolean; onFault?: (fault: unknown) => void } = {}): void {
  const onFault = (fault: unknown): void => {
    throw fault;
  };
  const { store, ledger, clock } = opened;
  jobs.push(
    startDailyAudit({ store, ledger, clock, spreadBy: SPREAD_BY, everyMs: 5, onFault, ...more }),
  );
}

async function lastRun(): Promise<Record<string, number> | null> {
  const { db } = opened.store;
  const row = await db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", "last_audit")
    .executeTakeFirst();
  return row === undefined ? null : JSON.parse(row.value);
}

const alerts = () =>
  opened.store.db.selectFrom("alerts").selectAll().where("kind", "=", "audit_difference").execute();
const plant = () =>
  opened.store.write([
    opened.store.db.updateTable("counters").set(({ eb }) => ({ used: eb("used", "+", 1n) })),
  ]);

test("it is due once a day, at a time that follows from the installation", () => {
  const due = lastDue(NOW, SPREAD_BY);
  expect(NOW - due).toBeLessThan(DAY_MS);
  expect(lastDue(instant(due + DAY_MS - 1), SPREAD_BY)).toBe(due);
  expect(lastDue(instant(due + DAY_MS), SPREAD_BY)).toBe(due + DAY_MS);
  expect(lastDue(NOW, "another") % DAY_MS).not.toBe(due % DAY_MS);
});

test("a run is remembered with what it counted, and the next one comes a day later", async () => {
  start();
  await eventually(async () =>
    expect(await lastRun()).toMatchObject({ at: NOW, differences: 0, events: 1 }),
  );
  await plant();
  opened.clock.at = instant(lastDue(NOW, SPREAD_BY) + DAY_MS - 1);
  const restarted = jobs.splice(0);
  await Promise.all(restarted.map((job) => job.stop()));
  let asked = 0;
  const { clock } = opened;
  opened.clock = {
    at: clock.at,
    now() {
      asked += 1;
      return this.at;
    },
  };
  start();
  // Some rounds in which nothing is due; a run would be noted before the clock is asked so often.
  await eventually(() => expect(asked).toBeGreaterThan(20));
  expect(await lastRun()).toMatchObject({ at: NOW, differences: 0 });
  opened.clock.at = instant(lastDue(NOW, SPREAD_BY) + DAY_MS);
  await eventually(async () =>
    expect(await lastRun()).toMatchObject({ at: opened.clock.at, differences: 1 }),
  );
  expect(await alerts()).toHaveLength(1);
});

test("two nodes that run at once tell the operator once, of what differs and what to do", async () => {
  await plant();
  start();
  start();
  await eventually(async () => expect(await lastRun()).toMatchObject({ differences: 1 }));
  await Promise.all(jobs.splice(0).map((job) => job.stop()));
  const [alert, ...others] = await alerts();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    customer_id: "deployment",
    type: "system",
    created_at: BigInt(NOW),
    sent_at: null,
  });
  expect(JSON.parse(alert?.facts ?? "")).toEqual({
    count: 1,
    differences: [{ what: expect.stringContaining("used: "), found: "2", expected: "1" }],
  });
  const outbox = await opened.store.db.selectFrom("outbox").selectAll().execute();
  expect(outbox).toMatchObject([{ kind: "alert", customer_id: "deployment", sent_at: null }]);
});

test("a node whose turn it is not leaves it alone", async () => {
  let isMine = false;
  start({ mayRun: () => isMine });
  const other = instant(NOW + HOUR_MS);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await lastRun()).toBeNull();
  opened.clock.at = other;
  isMine = true;
  await eventually(async () => expect(await lastRun()).toMatchObject({ at: other }));
});

test("a run that fails is told, and not tried again at once", async () => {
  const { store } = opened;
  const faults: unknown[] = [];
  await store.write([
    store.db.insertInto("meta").values({ name: "events_closed_before", value: "never" }),
  ]);
  start({ onFault: (fault) => faults.push(fault) });
  await eventually(() => expect(faults).toHaveLength(1));
  await store.write([store.db.deleteFrom("meta").where("name", "=", "events_closed_before")]);
  opened.clock.at = instant(NOW + HOUR_MS);
  await eventually(async () => expect(await lastRun()).toMatchObject({ at: opened.clock.at }));
  expect(faults).toHaveLength(1);
});
