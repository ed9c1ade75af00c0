/** At which percentages a limit alerts: its own, else its customer's wish, else the plan's, else the usual ones. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CustomerId, KeyId } from "../../src/core/ids.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
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
  reserveOf,
  settleOf,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
let customer: CustomerId;
beforeEach(async () => {
  opened = await openTestLedger();
});
afterEach(() => opened.remove());

async function on(limits: readonly Limit[], alertAt?: readonly number[]): Promise<void> {
  const more = alertAt === undefined ? {} : { alertAt };
  const planVersionId = await addPlan(opened.store, plan("pro", limits, more));
  customer = await addCustomer(opened.store, { planVersionId });
}

/** As insights/alert-preferences.ts keeps them. */
async function wish(preferences: Readonly<Record<string, unknown>>): Promise<void> {
  const row = { preferences: JSON.stringify(preferences), updated_at: NOW };
  await opened.store.write([
    opened.store.db
      .insertInto("alert_preferences")
      .values({ customer_id: customer, ...row })
      .onConflict((conflict) => conflict.column("customer_id").doUpdateSet(row)),
  ]);
}

async function use(calls: number, keyId?: KeyId): Promise<void> {
  const payer = { customerId: customer, ...(keyId === undefined ? {} : { keyId }) };
  for (let call = 0; call < calls; call += 1) {
    await opened.ledger.record(recordOf(customer, { payer }));
  }
}

async function alertedAt(): Promise<number[]> {
  const rows = await opened.store.db
    .selectFrom("alerts")
    .select("threshold")
    .orderBy("id")
    .execute();
  return rows.map(({ threshold }) => Number(threshold));
}

test("a limit's own thresholds come before the customer's, those before the plan's, those before the usual", async () => {
  await on(
    [
      limit({ cap: 10n, alertAt: [10] }),
      limit({ cap: 10n, provider: "gemini" }),
      limit({ cap: 10n, provider: "openai" }),
    ],
    [30],
  );
  await use(2);
  expect(await alertedAt()).toEqual([10]);
  await use(1);
  expect(await alertedAt()).toEqual([10, 30]);
  await wish({ thresholds: [40, 120] });
  await use(2);
  expect(await alertedAt()).toEqual([10, 30, 40]);
  await wish({ channels: { email: false } });
  await use(5);
  // Both hard limits are reached, whatever was wished.
  expect(await alertedAt()).toEqual([10, 30, 40, 100, 100]);
});

test("a soft limit alerts past its cap where it is asked to, and not at 100 unless asked", async () => {
  await on([limit({ cap: 10n, atCap: "allow", alertAt: [150] })]);
  await use(14);
  expect(await alertedAt()).toEqual([]);
  await use(1);
  expect(await alertedAt()).toEqual([150]);
  const [row] = await opened.store.db.selectFrom("alerts").selectAll().execute();
  expect(row).toMatchObject({ kind: "limit_reached", type: "limit_reached", severity: "error" });
});

test("no thresholds at all leave the alert of a hard limit that is reached", async () => {
  await on([limit({ cap: 10n }), limit({ cap: 10n, per: "day", atCap: "allow" })], []);
  await use(9);
  expect(await alertedAt()).toEqual([]);
  await use(1);
  expect(await alertedAt()).toEqual([100]);
});

test("a key's budget goes by its own thresholds, else by its customer's wish", async () => {
  await on([]);
  const own = await addKey(opened.store, customer, [limit({ cap: 10n, alertAt: [20] })]);
  const other = await addKey(opened.store, customer, [limit({ cap: 10n })]);
  await wish({ thresholds: [30] });
  await use(2, own);
  await use(3, other);
  const rows = await opened.store.db.selectFrom("alerts").selectAll().orderBy("id").execute();
  expect(rows.map(({ threshold, facts }) => [threshold, JSON.parse(facts).key_id])).toEqual([
    [20n, own],
    [30n, other],
  ]);
  expect(rows.map(({ customer_id }) => customer_id)).toEqual([customer, customer]);
});

test("windows under a day alert only where the limit itself says at what, also when it refuses", async () => {
  await on(
    [limit({ per: "minute", cap: 4n, alertAt: [50] }), limit({ per: "hour", cap: 4n })],
    [50],
  );
  await wish({ thresholds: [25] });
  await use(4);
  expect((await opened.ledger.reserve(reserveOf(customer))).kind).toBe("denied");
  expect(await alertedAt()).toEqual([50, 100]);
  opened.clock.at = (NOW + 60_000) as typeof NOW;
  await use(2);
  expect(await alertedAt()).toEqual([50, 100, 50]);
});

test("an alert says what it is about, so that every channel can tell it in its own words", async () => {
  const tokens = limit({ meter: "tokens", provider: "gemini", cap: 160n, alertAt: [80] });
  await on([tokens]);
  const call = reserveOf(customer);
  await opened.ledger.reserve(call);
  await opened.ledger.settle(settleOf(call.id));
  const [row] = await opened.store.db.selectFrom("alerts").selectAll().execute();
  expect(row).toMatchObject({ kind: "threshold", provider: "gemini", meter: "tokens" });
  expect(JSON.parse(row?.facts ?? "")).toEqual({
    limit: {
      meter: "tokens",
      provider: "gemini",
      per: "period",
      max: 160,
      at_cap: "deny",
      alert_at: [80],
    },
    subject: "customer",
    plan: "pro",
    threshold: 80,
    used: "150",
    cap: "160",
    window_start: "2026-04-01T00:00:00.000Z",
    resets_at: "2026-05-01T00:00:00.000Z",
  });
});

test("a customer refused at 93 % because a call does not fit gets the limit alert, which says so", async () => {
  await on([limit({ meter: "tokens", cap: 1_000n })]);
  await opened.ledger.record(
    recordOf(customer, { facts: factsOf({ usage: { input: 930, output: 0 } }) }),
  );
  expect(await alertedAt()).toEqual([90]);
  expect(await opened.ledger.reserve(reserveOf(customer))).toMatchObject({ code: "limit_reached" });
  expect(await alertedAt()).toEqual([90, 100]);
  const [, row] = await opened.store.db.selectFrom("alerts").selectAll().orderBy("id").execute();
  expect(row).toMatchObject({ kind: "limit_reached", type: "limit_reached" });
  expect(row?.message).toBe("You have used 930 of 1,000 tokens");
  expect(JSON.parse(row?.facts ?? "")).toMatchObject({
    used: "930",
    threshold: 100,
    refused: true,
  });
  // Used up after all: it was told.
  await opened.ledger.record(
    recordOf(customer, { facts: factsOf({ usage: { input: 70, output: 0 } }) }),
  );
  expect(await alertedAt()).toEqual([90, 100]);
});
