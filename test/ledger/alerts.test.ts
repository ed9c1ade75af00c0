/** One alert for each counter, cap and threshold, however usage came to pass it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { nanoUsd } from "../../src/core/money.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  factsOf,
  limit,
  newId,
  openTestLedger,
  plan,
  reserveOf,
  subscribe,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
let customer: CustomerId;
beforeEach(async () => {
  opened = await openTestLedger();
});
afterEach(() => opened.remove());

async function on(limits: readonly Limit[]): Promise<void> {
  customer = await addCustomer(opened.store, {
    planVersionId: await addPlan(opened.store, plan("pro", limits)),
  });
}

async function use(calls: number, cost = 0n): Promise<void> {
  await Promise.all(
    Array.from({ length: calls }, () =>
      opened.ledger.record({
        kind: "record",
        id: newId(),
        payer: { customerId: customer },
        endpoint: "x",
        source: "event",
        streamed: false,
        scope: { provider: "gemini", model: "gemini-2.5-flash", operation: "generate" },
        facts: factsOf({ usage: {}, cost: nanoUsd(cost) }),
      }),
    ),
  );
}

const alerts = () =>
  opened.store.db
    .selectFrom("alerts")
    .select(["type", "threshold", "severity", "provider", "title", "message"])
    .orderBy("id")
    .execute();

test("80, 90 and 100 percent alert once each, in the contract's words, and go to the outbox", async () => {
  await on([limit({ provider: "gemini", cap: 5_000n })]);
  await use(3_999);
  expect(await alerts()).toEqual([]);
  await use(1);
  expect(await alerts()).toMatchObject([
    {
      threshold: 80n,
      title: "API Usage Notice - Gemini",
      message: "You have used 4,000 of 5,000 Gemini API calls",
      type: "usage_threshold",
      severity: "info",
    },
  ]);
  await use(500);
  await use(499);
  await use(1);
  await use(50);
  expect((await alerts()).slice(1)).toMatchObject([
    {
      threshold: 90n,
      title: "API Usage Warning - Gemini",
      severity: "warning",
      type: "usage_threshold",
    },
    {
      threshold: 100n,
      title: "API Limit Reached - Gemini",
      severity: "error",
      type: "limit_reached",
      message: "You have used 5,000 of 5,000 Gemini API calls",
    },
  ]);
  const outbox = await opened.store.db.selectFrom("outbox").selectAll().execute();
  expect(outbox.map(({ kind, customer_id }) => [kind, customer_id])).toEqual(
    [1, 2, 3].map(() => ["alert", customer]),
  );
});

test("a jump past several thresholds alerts for the highest, and covers the lower ones", async () => {
  await on([limit({ meter: "cost", cap: 150_000_000_000n })]);
  await use(1, 140_000_000_000n);
  expect(await alerts()).toEqual([
    {
      type: "cost_threshold",
      threshold: 90n,
      severity: "warning",
      provider: null,
      title: "API Usage Warning - All providers",
      message: "You have used $140.00 of $150.00 of provider cost",
    },
  ]);
  const marks = await opened.store.db
    .selectFrom("alert_marks")
    .select(["threshold", "alert_id"])
    .orderBy("threshold")
    .execute();
  expect(marks).toEqual([
    { threshold: 80n, alert_id: null },
    { threshold: 90n, alert_id: 1n },
  ]);
  await opened.reopen();
  await use(1, 1n);
  expect((await alerts()).length).toBe(1);
});

test("the first refusal in a window writes the alert at 100 percent early, and there is one", async () => {
  await on([limit({ meter: "tokens", cap: 100n })]);
  expect((await opened.ledger.reserve(reserveOf(customer))).kind).toBe("denied");
  expect((await opened.ledger.reserve(reserveOf(customer))).kind).toBe("denied");
  expect(await alerts()).toMatchObject([
    { type: "limit_reached", threshold: 100n, message: "You have used 0 of 100 tokens" },
  ]);
});

test("windows under a day do not alert", async () => {
  await on([limit({ per: "minute", cap: 1n }), limit({ per: "hour", cap: 1n })]);
  await use(5);
  expect((await opened.ledger.reserve(reserveOf(customer))).kind).toBe("denied");
  expect(await alerts()).toEqual([]);
});

test("a change to a plan with another cap alerts for that cap", async () => {
  await on([limit({ cap: 10n })]);
  await use(8);
  await subscribe(
    opened.store,
    customer,
    await addPlan(opened.store, plan("small", [limit({ cap: 9n })])),
  );
  await use(1);
  expect(await alerts()).toMatchObject([
    { threshold: 80n },
    { threshold: 100n, message: "You have used 9 of 9 API calls" },
  ]);
});

test("a key's budget alerts its customer, the deployment's limit alerts the operator", async () => {
  await on([]);
  const keyId = await addKey(opened.store, customer, [limit({ cap: 1n })]);
  await opened.store.write([
    opened.store.db
      .insertInto("meta")
      .values({ name: "deployment_limits", value: '[{"meter":"calls","max":1}]' }),
  ]);
  const operation = reserveOf(customer, { payer: { customerId: customer, keyId } });
  await opened.ledger.reserve(operation);
  await opened.ledger.settle({
    kind: "settle",
    id: operation.id,
    source: "gateway",
    onlyExternal: false,
    facts: factsOf(),
  });
  const rows = await opened.store.db
    .selectFrom("alerts")
    .select(["customer_id"])
    .orderBy("customer_id")
    .execute();
  expect(new Set(rows.map((row) => row.customer_id))).toEqual(new Set([customer, "deployment"]));
  expect(rows.length).toBe(2);
});

test("an unpriced call tells the operator, once a day for each model", async () => {
  await on([]);
  const record = (model: string) =>
    opened.ledger.record({
      kind: "record",
      id: newId(),
      payer: { customerId: customer },
      endpoint: "x",
      source: "event",
      streamed: false,
      scope: { provider: "openai", model, operation: "chat" },
      facts: factsOf({ usage: { input: 5 }, unpriced: true }),
    });
  await Promise.all([record("new-a"), record("new-a"), record("new-b")]);
  await record("new-a");
  const told = () =>
    opened.store.db
      .selectFrom("alerts")
      .innerJoin("alert_marks", "alert_marks.alert_id", "alerts.id")
      .select(["kind", "type", "severity", "provider", "meter", "facts", "message"])
      .select(["alerts.customer_id", "counter_key"])
      .where("kind", "=", "unpriced")
      .orderBy("alerts.id")
      .execute();
  const models = async () => (await told()).map(({ facts }) => JSON.parse(facts).model);
  expect(await models()).toEqual(["new-a", "new-b"]);
  const [first] = await told();
  expect(first).toMatchObject({
    customer_id: "deployment",
    type: "system",
    severity: "warning",
    provider: "openai",
    meter: null,
    message: expect.stringContaining("No price is known for new-a at OpenAI"),
  });
  const event = await opened.store.db.selectFrom("events").select("id").orderBy("seq").execute();
  expect(JSON.parse(first?.facts ?? "")).toEqual({
    provider: "openai",
    model: "new-a",
    event_id: event[0]?.id,
  });
  const outbox = await opened.store.db.selectFrom("outbox").selectAll().orderBy("id").execute();
  expect(outbox.map((row) => [row.kind, row.customer_id, JSON.parse(row.payload)])).toEqual([
    ["alert", "deployment", { alert_id: 1 }],
    ["alert", "deployment", { alert_id: 2 }],
  ]);
  opened.clock.at = (opened.clock.at + 86_400_000) as typeof opened.clock.at;
  await record("new-a");
  expect(await models()).toEqual(["new-a", "new-b", "new-a"]);
});
