/** Whose limits hold, and what a plan says of how they do. */
import { afterEach, expect, test } from "vitest";
import { audit } from "../../src/ledger/audit/audit.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  amounts,
  limit,
  openTestLedger,
  plan,
  RATE,
  reserveOf,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
afterEach(() => opened.remove());

test("a key's budget and the deployment's limit refuse as the plan's do, and say whose they are", async () => {
  opened = await openTestLedger();
  const { ledger, store } = opened;
  const planVersionId = await addPlan(store, plan("pro", [limit({ cap: 100n })]));
  const customerId = await addCustomer(store, { planVersionId });
  const keyId = await addKey(store, customerId, [limit({ cap: 2n })]);
  const call = () => reserveOf(customerId, { payer: { customerId, keyId } });
  expect((await ledger.reserve(call())).kind).toBe("granted");
  expect((await ledger.reserve(call())).kind).toBe("granted");
  expect(await ledger.reserve(call())).toMatchObject({
    subject: "key",
    cap: 2n,
    held: 2n,
    code: "limit_held",
  });

  const net = [{ meter: "calls", max: 3 }];
  await store.write([
    store.db.insertInto("meta").values({ name: "deployment_limits", value: JSON.stringify(net) }),
  ]);
  expect((await ledger.reserve(reserveOf(customerId))).kind).toBe("granted");
  const other = await addCustomer(store, { planVersionId });
  expect(await ledger.reserve(reserveOf(other))).toMatchObject({
    subject: "deployment",
    held: 3n,
    cap: 3n,
  });
  expect(await audit(store)).toEqual([]);
});

test("a plan without the provider, and a call without a price under a limit on cost, are refused and counted", async () => {
  opened = await openTestLedger();
  const { ledger, store } = opened;
  const planVersionId = await addPlan(
    store,
    plan("pro", [limit({ meter: "cost", cap: 5n })], {
      providers: { kind: "listed", providers: ["gemini"] },
    }),
  );
  const customer = await addCustomer(store, { planVersionId });
  const scope = { provider: "openai", model: "gpt-5", operation: "chat" };
  expect(await ledger.reserve(reserveOf(customer, { scope }))).toMatchObject({
    kind: "denied",
    code: "not_included",
    planVersionId,
  });
  expect(await ledger.reserve(reserveOf(customer, { priced: false }))).toMatchObject({
    kind: "denied",
    code: "price_unknown",
  });
  const counts = await store.db
    .selectFrom("denial_counts")
    .select(["code", "count"])
    .orderBy("code")
    .execute();
  expect(counts).toEqual([
    { code: "not_included", count: 1n },
    { code: "price_unknown", count: 1n },
  ]);
});

test("a customer without a subscription has the first free plan, in its newest version", async () => {
  opened = await openTestLedger();
  const { ledger, store } = opened;
  await addPlan(store, plan("free", [limit({ cap: 1n })], { tier: "free" }));
  const customer = await addCustomer(store);
  expect((await ledger.reserve(reserveOf(customer))).kind).toBe("granted");
  expect((await ledger.reserve(reserveOf(customer))).kind).toBe("denied");
  await addPlan(store, plan("free", [limit({ cap: 2n })], { tier: "free" }));
  expect((await ledger.reserve(reserveOf(customer))).kind).toBe("granted");
  expect((await ledger.reserve(reserveOf(customer))).kind).toBe("denied");
});

test("a plan that forbids capping refuses what it would have cut, and one that holds the expected holds that", async () => {
  opened = await openTestLedger();
  const { ledger, store } = opened;
  const tokens = [limit({ meter: "tokens", cap: 3_000n })];
  const call = {
    most: amounts({ calls: 1n, tokens: 100n, input_tokens: 100n }),
    output: { kind: "named", tokens: 5_000, rate: RATE, mayCap: true },
  } as const;
  const capping = await addCustomer(store, {
    planVersionId: await addPlan(store, plan("a", tokens)),
  });
  expect(await ledger.reserve(reserveOf(capping, call))).toMatchObject({
    outputTokens: 2_900,
    outputCapped: true,
  });
  const strict = await addPlan(store, plan("b", tokens, { outputCapping: false }));
  expect(
    (await ledger.reserve(reserveOf(await addCustomer(store, { planVersionId: strict }), call)))
      .kind,
  ).toBe("denied");
  const expecting = await addPlan(store, plan("c", tokens, { holds: "expected" }));
  const customer = await addCustomer(store, { planVersionId: expecting });
  expect(await ledger.reserve(reserveOf(customer, call))).toMatchObject({
    kind: "granted",
    held: amounts({
      calls: 1n,
      tokens: 150n,
      input_tokens: 100n,
      output_tokens: 50n,
      cost: 1_000_000n,
    }),
  });
});

test("a plan that cannot be read refuses whoever has it, and nobody else", async () => {
  opened = await openTestLedger();
  const { ledger, store } = opened;
  const [whole, broken] = [
    await addPlan(store, plan("whole", [limit({ cap: 9n })])),
    await addPlan(store, plan("BROKEN: no such name is read back", [])),
  ];
  const fine = await addCustomer(store, { planVersionId: whole });
  const stuck = await addCustomer(store, { planVersionId: broken });
  for (let turn = 0; turn < 2; turn += 1) {
    const [refused, granted] = await Promise.allSettled([
      ledger.reserve(reserveOf(stuck)),
      ledger.reserve(reserveOf(fine)),
    ]);
    expect(refused).toMatchObject({ status: "rejected" });
    expect(granted).toMatchObject({ status: "fulfilled", value: { kind: "granted" } });
  }
});
