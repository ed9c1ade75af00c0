/** A closed month's balance is what its events say, and stands for them in an audit once they have left. */
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { setClosedBefore } from "../../src/ledger/audit/closed-before.ts";
import {
  type BalanceRow,
  closingBalance,
  insertBalances,
} from "../../src/ledger/audit/closing-balance.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  factsOf,
  limit,
  NOW,
  openTestLedger,
  plan,
  recordOf,
  type TestLedger,
} from "./support.ts";

const MARCH = instant(Date.UTC(2026, 2, 1));
const APRIL = instant(Date.UTC(2026, 3, 1));

let opened: TestLedger;
let customer: CustomerId;
beforeEach(async () => {
  opened = await openTestLedger();
  const { store } = opened;
  const limits = [
    limit({ cap: 1_000n }),
    limit({ meter: "cost", per: "month", cap: 10n ** 12n }),
    limit({ per: "minute", cap: 1_000n }),
  ];
  const net = '[{"meter":"tokens","max":1000000}]';
  await store.write([
    store.db.insertInto("meta").values({ name: "deployment_limits", value: net }),
  ]);
  const planVersionId = await addPlan(store, plan("pro", limits));
  // Its periods begin in the middle of an hour.
  const anchor = instant(Date.UTC(2026, 0, 15, 9, 30));
  customer = await addCustomer(store, { planVersionId, anchor });
  await addCustomer(store, { planVersionId });
});
afterEach(() => opened.remove());

/** Events in March, of two outcomes, with and without a key, one corrected; in each month one. */
async function useMarch(): Promise<void> {
  const { ledger, store } = opened;
  const keyId = await addKey(store, customer, [limit({ cap: 1_000n })]);
  opened.clock.at = instant(Date.UTC(2026, 2, 15, 9, 10));
  const told = await ledger.record(recordOf(customer));
  opened.clock.at = instant(Date.UTC(2026, 2, 15, 9, 50));
  await ledger.record(recordOf(customer, { payer: { customerId: customer, keyId } }));
  await ledger.record(recordOf(customer, { facts: factsOf({ statusCode: 500, calls: 0 }) }));
  await ledger.correct({
    kind: "correct",
    eventId: told.event.id,
    reason: "refund",
    sourceId: "r1",
    usageDelta: { output: -20 },
    costDelta: -400_000n,
  });
  await ledger.record(recordOf(customer, { timestamp: instant(MARCH - 1) }));
  opened.clock.at = NOW;
  await ledger.record(recordOf(customer, { timestamp: APRIL }));
}

async function close(month: Instant): Promise<BalanceRow[]> {
  const rows: BalanceRow[] = [];
  const closed = await closingBalance(opened.store, { month, now: NOW }, async (some) => {
    rows.push(...some);
  });
  expect(closed.rows).toBe(rows.length);
  return rows;
}

/** Takes the events of March away, as nobody but retention may. */
async function detachMarch(rows: readonly BalanceRow[]): Promise<void> {
  const { store } = opened;
  await store.write([insertBalances(store, rows), setClosedBefore(store, APRIL)]);
  await opened.stop();
  const db = new DatabaseSync(opened.address);
  db.exec(`drop trigger events_no_delete;
    delete from events where at >= ${MARCH} and at < ${APRIL};
    create trigger events_no_delete before delete on events begin
      select raise(abort, 'events are append-only: write a correction'); end;`);
  db.close();
  Object.assign(opened, { stop: () => Promise.resolve() });
  await opened.reopen();
}

const sums = (rows: readonly BalanceRow[]) => {
  const sum = (column: "calls" | "cost" | "events" | "tokens") =>
    rows.reduce((total, row) => total + BigInt(row[column]), 0n);
  return { calls: sum("calls"), cost: sum("cost"), events: sum("events"), tokens: sum("tokens") };
};

test("it is the month's events and corrections, hour by hour, and no other month's", async () => {
  await useMarch();
  const rows = await close(instant(Date.UTC(2026, 2, 20)));
  expect(rows).toHaveLength(3);
  expect(sums(rows)).toEqual({ calls: 2n, cost: 2_600_000n, events: 3n, tokens: 430n });
  expect(new Set(rows.map(({ period_start: start }) => start)).size).toBe(2);
});

test("it stands for the events once they have left, and what is told later comes on top", async () => {
  await useMarch();
  await detachMarch(await close(MARCH));
  expect(await audit(opened.store)).toEqual([]);
  await opened.ledger.record(
    recordOf(customer, { timestamp: instant(Date.UTC(2026, 2, 15, 9, 51)) }),
  );
  expect(await audit(opened.store)).toEqual([]);
  expect(sums(await close(MARCH))).toMatchObject({ events: 1n, tokens: 150n });
  await opened.store.write([opened.store.db.deleteFrom("closing_balances")]);
  expect((await audit(opened.store)).length).toBeGreaterThan(0);
});

test("a month closed twice has both balances", async () => {
  await useMarch();
  const rows = await close(MARCH);
  const { store } = opened;
  await store.write([insertBalances(store, rows)]);
  await store.write([insertBalances(store, rows)]);
  const stored = await store.db.selectFrom("closing_balances").selectAll().execute();
  expect(sums(stored)).toEqual({ calls: 4n, cost: 5_200_000n, events: 6n, tokens: 860n });
});

test("a month that is not over, or whose roll-ups differ, is refused", async () => {
  await useMarch();
  await expect(close(APRIL)).rejects.toThrow("2026-04 cannot be closed: it is not over");
  const { db, write } = opened.store;
  await write([
    db.updateTable("rollups_hour").set({ pages: 1 }).where("starts_at", "<", BigInt(APRIL)),
  ]);
  await expect(close(MARCH)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("roll-up that is not what its events say"),
  });
});
