/** What is advised about an alert: the plan that has more, else a cheaper model, from what was really used. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { advise } from "../../src/alerts/advise.ts";
import type { Told } from "../../src/core/alerts/alert-facts.ts";
import { readTold } from "../../src/core/alerts/read-told.ts";
import type { CustomerId, KeyId } from "../../src/core/ids.ts";
import { formatInstant, instant } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { writeLimit } from "../../src/core/limits/read-limit.ts";
import { nanoUsd } from "../../src/core/money.ts";
import type { PlanVersion } from "../../src/core/plans/plan.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import type { Usage } from "../../src/core/usage.ts";
import { alertsOf } from "../../src/insights/show-alerts.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";
import { shippedAlternatives } from "../../src/server/model-alternatives.ts";
import {
  ANCHOR,
  addCustomer,
  addKey,
  addPlan,
  factsOf,
  limit,
  NOW,
  newId,
  openTestLedger,
  plan,
  type TestLedger,
} from "../ledger/support.ts";

const prices = defaultPriceBook();
const DOLLAR = 1_000_000_000n;
const calls = (cap: bigint) => limit({ provider: "gemini", cap });
const cost = (cap: bigint) => limit({ meter: "cost", cap: cap * DOLLAR });

let opened: TestLedger;
let customer: CustomerId;
let plans: PlanVersion[];

beforeEach(async () => {
  opened = await openTestLedger();
  plans = [
    sold("free", 0n, [calls(100n), cost(2n)]),
    sold("pro", 79n, [calls(5_000n), cost(2n)]),
    sold("max", 199n, [cost(2n)]),
  ];
  const planVersionId = await addPlan(opened.store, plan("free", [calls(100n)]));
  customer = await addCustomer(opened.store, { planVersionId });
});
afterEach(() => opened.remove());

function sold(slug: string, dollars: bigint, limits: readonly Limit[]): PlanVersion {
  const number = slug.length;
  const definition = plan(slug, limits, { name: slug, priceMonthly: nanoUsd(dollars * DOLLAR) });
  return { planId: number, planVersionId: number, version: 1, definition };
}

/** Calls that cost what the price book says. */
async function use(model: string, count: number, usage: Usage, keyId?: KeyId): Promise<void> {
  const row = prices.find({ provider: "gemini", model, at: NOW });
  const price = row === null ? nanoUsd(0n) : nanoUsd(chargeFor({ usage, row }).cost);
  await Promise.all(
    Array.from({ length: count }, () =>
      opened.ledger.record({
        kind: "record",
        id: newId(),
        payer: { customerId: customer, ...(keyId === undefined ? {} : { keyId }) },
        endpoint: "x",
        source: "event",
        streamed: false,
        scope: { provider: "gemini", model, operation: "generate" },
        facts: factsOf({ usage, cost: price }),
      }),
    ),
  );
}

function told(of: Limit, more: Readonly<Record<string, unknown>> = {}): Told {
  const facts = {
    limit: writeLimit(of),
    subject: "customer",
    plan: "free",
    threshold: 80,
    used: "80",
    cap: "100",
    window_start: formatInstant(ANCHOR),
    resets_at: "2026-05-01T00:00:00.000Z",
    ...more,
  };
  const read = readTold({ kind: "threshold", facts: JSON.stringify(facts) });
  if (read === null) throw new Error("no facts");
  return read;
}

const advicePorts = () => ({
  store: opened.store,
  plans: { all: () => plans },
  modelAlternatives: shippedAlternatives(),
  prices,
});

const adviceOn = (alert: Told, periodStart = ANCHOR) =>
  advise(advicePorts(), { customerId: customer, told: alert, periodStart });

const LITE = { provider: "gemini", model: "gemini-2.5-flash-lite", instead_of: "gemini-2.5-flash" };

test("the cheapest plan with more of the limit, as a refusal names it", async () => {
  await use("gemini-2.5-flash", 30, { input: 1_000, output: 100 });
  expect(await adviceOn(told(calls(100n)))).toEqual({
    upgrade: {
      plan_id: 3,
      plan_name: "pro",
      price_monthly: 79,
      reason: "pro has 5,000 Gemini calls.",
    },
  });
});

test("where no plan has more, a cheaper model for what most was spent on", async () => {
  await use("gemini-2.5-flash", 40, { input: 10_000, output: 1_000 });
  await use("gemini-2.5-pro", 1, { input: 10_000, output: 1_000 });
  // By hand: flash is 0.30 + 2.50 dollars a million, flash-lite 0.10 + 0.40: 5,500 against 1,400 nano-dollars a token.
  expect(await adviceOn(told(cost(2n)))).toEqual({
    cheaper_model: { ...LITE, saving_percent: 74 },
  });
});

test("a limit on calls is not helped by a model whose calls it counts, one on a model is", async () => {
  await use("gemini-2.5-flash", 40, { input: 10_000, output: 1_000 });
  plans = [sold("free", 0n, [calls(100n)])];
  expect(await adviceOn(told(calls(100n)))).toEqual({});
  const ofModel = { ...calls(100n), model: "gemini-2.5-flash" };
  expect(await adviceOn(told(ofModel))).toMatchObject({ cheaper_model: LITE });
});

test("a key's budget is no plan's: only what that key used counts", async () => {
  const keyId = await addKey(opened.store, customer, [cost(1n)]);
  await use("gemini-2.5-flash", 40, { input: 10_000, output: 1_000 }, keyId);
  await use("gemini-2.5-pro", 60, { input: 10_000, output: 1_000 });
  const own = { subject: "key", key_id: keyId };
  expect(await adviceOn(told(calls(100n), own))).toEqual({});
  expect(await adviceOn(told(cost(1n), own))).toMatchObject({ cheaper_model: LITE });
});

test("nothing is advised on the deployment's limits, on too few calls, or on what no advice helps", async () => {
  await use("gemini-2.5-flash", 10, { input: 10_000, output: 1_000 });
  expect(await adviceOn(told(cost(2n)))).toEqual({});
  await use("gemini-2.5-flash", 10, { input: 10_000, output: 1_000 });
  expect(await adviceOn(told(cost(2n)))).toMatchObject({ cheaper_model: LITE });
  expect(await adviceOn(told(cost(2n), { subject: "deployment" }))).toEqual({});
  const unpriced: Told = { kind: "unpriced", facts: { provider: "x", model: "y", event_id: "z" } };
  expect(await adviceOn(unpriced)).toEqual({});
});

test("an alert that was not told yet is shown with the advice that it will be told with", async () => {
  await use("gemini-2.5-flash", 80, { input: 1_000, output: 100 });
  const rows = await opened.store.db.selectFrom("alerts").selectAll().execute();
  expect(rows).toMatchObject([{ customer_id: customer, advice: null }]);
  const ports = { ...advicePorts(), clock: opened.clock, customers: { userIdsOf } };
  const shownOf = (of: typeof rows) =>
    alertsOf({ ...ports, advise: (alert) => advise(ports, alert) }, of);
  expect((await shownOf(rows))[0]).toMatchObject({
    action: "pro has 5,000 Gemini calls and costs $79 a month.",
    upgrade: { plan_name: "pro" },
  });
  // What is kept is not looked for again: it stays as it was told.
  const kept = rows.map((row) => ({ ...row, advice: "{}" }));
  expect((await shownOf(kept))[0]).not.toHaveProperty("upgrade");
});

/** Nobody of these tests has an id of the operator's. */
const userIdsOf = async () => new Map<CustomerId, string>();

test("use of another period is not looked at", async () => {
  await use("gemini-2.5-flash", 40, { input: 10_000, output: 1_000 });
  const other = instant(Date.UTC(2026, 2, 1));
  expect(await adviceOn(told(cost(2n)), other)).toEqual({});
});

test("of a soft limit a plan helps only if it has more of it", async () => {
  const soft: Limit = { ...calls(100n), atCap: "allow" };
  plans = [
    sold("free", 0n, [soft]),
    sold("pro", 79n, [{ ...soft, cap: { kind: "atMost", amount: 50n } }]),
  ];
  expect(await adviceOn(told(soft))).toEqual({});
});
