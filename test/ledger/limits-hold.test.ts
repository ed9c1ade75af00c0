/** Many calls at once never pass a limit, whatever is limited. */
import { afterEach, expect, test } from "vitest";
import type { Limit } from "../../src/core/limits/limit.ts";
import { audit } from "../../src/ledger/audit.ts";
import type { Reserve } from "../../src/ledger/ledger.ts";
import type { CounterRow } from "../../src/ledger/rules/rows.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  amounts,
  countersOf,
  limit,
  openTestLedger,
  plan,
  RATE,
  reserveOf,
  settleOf,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
afterEach(() => opened.remove());

const COMMITTED: CounterRow[] = [];
const START = { onCommitted: (rows: readonly CounterRow[]) => COMMITTED.push(...rows) };

async function storm(limits: readonly Limit[], call: Partial<Reserve>) {
  COMMITTED.length = 0;
  opened = await openTestLedger(START);
  const planVersionId = await addPlan(opened.store, plan("pro", limits));
  const customer = await addCustomer(opened.store, { planVersionId });
  const answers = await Promise.all(
    Array.from({ length: 500 }, () => opened.ledger.reserve(reserveOf(customer, call))),
  );
  const granted = answers.filter((answer) => answer.kind === "granted");
  await Promise.all(granted.map(({ id }) => opened.ledger.settle(settleOf(id))));
  return { customer, answers, granted };
}

function neverAbove(meter: string, cap: bigint): void {
  const rows = COMMITTED.filter((row) => row.meter === meter);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((row) => row.used + row.held > cap)).toEqual([]);
}

test("of 500 calls at once with room for 37 calls, exactly 37 are granted", async () => {
  const { customer, answers, granted } = await storm([limit({ provider: "gemini", cap: 37n })], {});
  expect(granted.length).toBe(37);
  expect(answers.filter((a) => a.kind === "denied" && a.code === "limit_held").length).toBe(463);
  neverAbove("calls", 37n);
  expect(await countersOf(opened.store, customer)).toEqual({ "calls gemini period": [37n, 0n] });
  expect(await audit(opened.store)).toEqual([]);
});

test("of 500 calls at once with room for 37 calls' tokens, exactly 37 are granted", async () => {
  const cap = 37n * 150n + 149n;
  const { customer, granted } = await storm([limit({ meter: "tokens", cap })], {
    most: amounts({ calls: 1n, tokens: 100n, input_tokens: 100n }),
    output: { kind: "named", tokens: 50, rate: RATE, mayCap: false },
  });
  expect(granted.length).toBe(37);
  neverAbove("tokens", cap);
  expect(await countersOf(opened.store, customer)).toEqual({ "tokens * period": [37n * 150n, 0n] });
  expect(await audit(opened.store)).toEqual([]);
});

test("of 500 calls at once with room for 37 calls' cost, exactly 37 are granted", async () => {
  const { customer, granted } = await storm([limit({ meter: "cost", cap: 37_000_000n })], {});
  expect(granted.length).toBe(37);
  neverAbove("cost", 37_000_000n);
  expect(await countersOf(opened.store, customer)).toEqual({ "cost * period": [37_000_000n, 0n] });
  expect(await audit(opened.store)).toEqual([]);
});

test("a call that one of its limits refuses is held against none of them", async () => {
  const { customer } = await storm(
    [
      limit({ cap: 1_000n }),
      limit({ meter: "tokens", cap: 10n }),
      limit({ meter: "cost", cap: 1_000_000_000n }),
    ],
    {},
  );
  expect(await countersOf(opened.store, customer)).toEqual({
    "calls * period": [0n, 0n],
    "tokens * period": [0n, 0n],
    "cost * period": [0n, 0n],
  });
});

test("a soft limit counts and lets go on", async () => {
  const { customer, granted } = await storm([limit({ cap: 3n, atCap: "allow" })], {});
  expect(granted.length).toBe(500);
  expect(await countersOf(opened.store, customer)).toEqual({ "calls * period": [500n, 0n] });
});

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
