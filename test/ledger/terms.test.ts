/** A customer's terms follow the instant: what a subscription's row says will be, is, whether its job has run or not. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { type Instant, instant, MINUTE_MS } from "../../src/core/instant.ts";
import type { Schema } from "../../src/store/schema.ts";
import {
  addCustomer,
  addPlan,
  countersOf,
  limit,
  NOW,
  openTestLedger,
  plan,
  reserveOf,
  settleOf,
  subscribe,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
/** Their versions, by how many calls they allow. */
let free: number;
let two: number;
let five: number;

beforeAll(async () => {
  opened = await openTestLedger();
  const { store } = opened;
  free = await addPlan(store, plan("free", [limit({ cap: 1n })], { tier: "free" }));
  two = await addPlan(store, plan("two", [limit({ cap: 2n })]));
  five = await addPlan(store, plan("five", [limit({ cap: 5n })]));
});
afterAll(() => opened.remove());

test("a call just before a change is judged by the plan before it, the next by the plan after it", async () => {
  for (const [next, capAfter] of [
    [two, 2n],
    [null, 1n],
  ] as const) {
    const customer = await customerOn(five, {
      next_plan_at: NOW + MINUTE_MS,
      next_plan_version_id: next,
    });
    await use(customer, 3);

    at(NOW + MINUTE_MS - 1);
    expect(await call(customer)).toMatchObject({ kind: "granted" });
    at(NOW + MINUTE_MS);
    // What was used before counts on.
    expect(await call(customer)).toMatchObject({
      code: "limit_reached",
      used: 3n,
      held: 1n,
      cap: capAfter,
      planVersionId: next ?? free,
    });
    at(NOW + MINUTE_MS - 1);
    expect(await call(customer), "and the clock set back").toMatchObject({ kind: "granted" });
  }
});

test("a trial has its plan until its end, then the default plan", async () => {
  const customer = await customerOn(five, {
    status: "trialing",
    trial_end: NOW + MINUTE_MS,
    next_plan_at: NOW + MINUTE_MS,
  });
  await use(customer, 2);
  expect(await call(customer)).toMatchObject({ kind: "granted" });
  at(NOW + MINUTE_MS);
  expect(await call(customer)).toMatchObject({ code: "limit_reached", cap: 1n });
});

test("a paused subscription is the default plan, and nothing is lost when it goes on", async () => {
  const customer = await customerOn(five, { status: "paused", paused_at: NOW });
  expect(await use(customer, 1)).toHaveLength(1);
  expect(await call(customer)).toMatchObject({ code: "limit_reached", cap: 1n, used: 1n });

  await change(customer, { status: "active", paused_at: null });
  await use(customer, 4);
  expect(await call(customer)).toMatchObject({ code: "limit_reached", cap: 5n, used: 5n });
});

test("an expired subscription's calls are refused and counted, whatever room there is", async () => {
  const customer = await customerOn(five, { status: "expired", grace_until: NOW });
  expect(await call(customer)).toEqual({
    kind: "denied",
    code: "subscription_expired",
    at: NOW,
    planVersionId: five,
  });
  const denials = await opened.store.db
    .selectFrom("denial_counts")
    .select(["code", "limit_key", "count"])
    .where("customer_id", "=", customer)
    .execute();
  expect(denials).toEqual([{ code: "subscription_expired", limit_key: "five", count: 1n }]);

  await change(customer, { status: "active", grace_until: null });
  expect(await call(customer), "paid").toMatchObject({ kind: "granted" });
});

test("while a payment is missing the plan is kept, and from the end of the grace time on it has expired", async () => {
  const customer = await customerOn(five, { status: "past_due", grace_until: NOW + MINUTE_MS });
  at(NOW + MINUTE_MS - 1);
  expect(await call(customer)).toMatchObject({ kind: "granted" });
  at(NOW + MINUTE_MS);
  expect(await call(customer)).toMatchObject({ code: "subscription_expired" });
  // A call that was let through is settled all the same.
  at(NOW + MINUTE_MS - 1);
  const granted = await call(customer);
  at(NOW + 2 * MINUTE_MS);
  if (granted.kind !== "granted") throw new Error("It was granted a moment ago.");
  expect(await opened.ledger.settle(settleOf(granted.id))).toMatchObject({ kind: "settled" });
});

test("changing plans back and forth keeps what was used and gains nothing", async () => {
  const customer = await customerOn(two, {});
  await use(customer, 2);
  expect(await call(customer)).toMatchObject({ code: "limit_reached", used: 2n, cap: 2n });
  let granted = 0;
  for (let round = 0; round < 4; round += 1) {
    await subscribe(opened.store, customer, five);
    granted += (await use(customer, 1)).length;
    await subscribe(opened.store, customer, two);
    granted += (await use(customer, 1)).length;
  }
  expect(granted, "five in all, whatever the order").toBe(3);
  expect(await countersOf(opened.store, customer)).toEqual({ "calls * period": [5n, 0n] });
});

test("a batch with customers of every kind gives each their own plan", async () => {
  const kinds = await Promise.all([
    customerOn(five, {}),
    customerOn(five, { next_plan_at: NOW, next_plan_version_id: two }),
    customerOn(five, { next_plan_at: NOW }),
    customerOn(five, { status: "paused" }),
    addCustomer(opened.store),
  ]);
  at(NOW);
  const answers = await Promise.all(
    kinds.flatMap((customer) => Array.from({ length: 6 }, () => call(customer))),
  );
  const granted = kinds.map(
    (_, kind) =>
      answers.slice(kind * 6, kind * 6 + 6).filter((answer) => answer.kind === "granted").length,
  );
  expect(granted).toEqual([5, 2, 1, 1, 1]);
});

type SubscriptionSet = Partial<{
  status: Schema["subscriptions"]["status"];
  trial_end: number | null;
  next_plan_at: number | null;
  next_plan_version_id: number | null;
  grace_until: number | null;
  paused_at: number | null;
}>;

async function customerOn(planVersionId: number, row: SubscriptionSet): Promise<CustomerId> {
  at(NOW);
  const customer = await addCustomer(opened.store, { planVersionId });
  if (Object.keys(row).length > 0) await change(customer, row);
  return customer;
}

async function change(customer: CustomerId, row: SubscriptionSet): Promise<void> {
  const { store } = opened;
  await store.write([
    store.db
      .updateTable("subscriptions")
      .set(row)
      .where("customer_id", "=", customer)
      .where("ended_at", "is", null),
  ]);
}

function at(ms: number): Instant {
  opened.clock.at = instant(ms);
  return opened.clock.at;
}

function call(customer: CustomerId) {
  return opened.ledger.reserve(reserveOf(customer));
}

/** Makes that many calls to their end; the ids of those that were let through. */
async function use(customer: CustomerId, count: number): Promise<string[]> {
  const used: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const answer = await call(customer);
    if (answer.kind !== "granted") continue;
    await opened.ledger.settle(settleOf(answer.id));
    used.push(answer.id);
  }
  return used;
}
