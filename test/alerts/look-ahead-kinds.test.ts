/** Sudden rises, failing calls, providers that are down and margins below zero, at a real database. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, type Instant, instant } from "../../src/core/instant.ts";
import { nanoUsd } from "../../src/core/money.ts";
import { NOW } from "../ledger/support.ts";
import {
  DOLLAR,
  daily,
  daysAgo,
  type LookingAhead,
  MINUTE_AGO,
  openLookingAhead,
  times,
  type Use,
} from "./looking-ahead.ts";

let ahead: LookingAhead;
beforeEach(async () => {
  ahead = await openLookingAhead();
});
afterEach(() => ahead.opened.remove());

test("a sudden rise is told with its arithmetic; what goes on is not told again, unless it has doubled", async () => {
  const bob = await ahead.customerOn([]);
  await ahead.use(bob, daily(15, { cost: 2n * DOLLAR }).slice(2));
  await ahead.use(bob, [{ at: MINUTE_AGO, cost: (87n * DOLLAR) / 10n }]);
  await ahead.look();
  expect(await ahead.told()).toEqual([
    {
      who: bob,
      kind: "sudden_rise",
      facts: {
        meter: "cost",
        until: new Date(NOW).toISOString(),
        amount: String((87n * DOLLAR) / 10n),
        usual: String(2n * DOLLAR),
        days: 13,
        times: 4.3,
        times_least: 3,
      },
    },
  ]);
  const onDay = async (days: number, dollars: bigint) => {
    ahead.opened.clock.at = instant(NOW + days * DAY_MS);
    await ahead.use(bob, [{ at: instant(MINUTE_AGO + days * DAY_MS), cost: dollars * DOLLAR }]);
    await ahead.look();
    return (await ahead.told("sudden_rise")).length;
  };
  expect([await onDay(1, 20n), await onDay(2, 9n), await onDay(3, 18n)]).toEqual([1, 1, 2]);
});

test("of whom more calls fail than usual is told, and the usual is their own", async () => {
  const calls = (failed: number, all: number, at: Instant): Use[] =>
    Array.from({ length: all }, (_, index) => ({ at, failed: index < failed }));
  const worse = await ahead.customerOn([]);
  await ahead.use(worse, calls(10, 100, daysAgo(2)));
  await ahead.use(worse, calls(12, 40, MINUTE_AGO));
  const asEver = await ahead.customerOn([]);
  await ahead.use(asEver, calls(30, 100, daysAgo(2)));
  await ahead.use(asEver, calls(12, 40, MINUTE_AGO));
  const hoursAgo = await ahead.customerOn([]);
  await ahead.use(hoursAgo, calls(40, 40, instant(NOW - 3 * HOUR_MS)));
  await ahead.use(hoursAgo, calls(0, 20, MINUTE_AGO));
  await ahead.look();
  expect(await ahead.told()).toEqual([
    {
      who: worse,
      kind: "error_rate",
      facts: { hour: "2026-04-11T09:00:00.000Z", calls: 40, failed: 12, rate: 30, rate_least: 25 },
    },
  ]);
  ahead.opened.clock.at = instant(NOW + DAY_MS);
  await ahead.use(worse, calls(20, 20, instant(MINUTE_AGO + DAY_MS)));
  await ahead.look();
  expect(await ahead.told("error_rate")).toHaveLength(2);
});

test("a provider that fails several customers is told to the operator, and after six hours again", async () => {
  const bad = (at: Instant): Use[] => times(12, { at, failed: true, provider: "openai" });
  const [one, two, three] = [
    await ahead.customerOn([]),
    await ahead.customerOn([]),
    await ahead.customerOn([]),
  ];
  await ahead.use(one, bad(MINUTE_AGO));
  await ahead.use(three, times(4, { at: MINUTE_AGO, provider: "openai" }));
  // Mistakes of one customer, beside another who fares well.
  await ahead.use(three, times(30, { at: MINUTE_AGO, failed: true, provider: "exa" }));
  await ahead.use(one, times(3, { at: MINUTE_AGO, provider: "exa" }));
  await ahead.look();
  expect(await ahead.told("provider_outage")).toEqual([]);
  await ahead.use(two, bad(MINUTE_AGO));
  await ahead.look();
  const outage = { provider: "openai", calls: 28, failed: 24, rate: 85.7, rate_least: 50 };
  expect(await ahead.told("provider_outage")).toEqual([
    {
      who: "deployment",
      kind: "provider_outage",
      facts: { ...outage, hour: "2026-04-11T09:00:00.000Z" },
    },
  ]);
  const later = async (ms: number) => {
    ahead.opened.clock.at = instant(NOW + ms);
    for (const each of [one, two]) await ahead.use(each, bad(instant(MINUTE_AGO + ms)));
    await ahead.look();
    return (await ahead.told("provider_outage")).length;
  };
  expect([await later(HOUR_MS), await later(6 * HOUR_MS)]).toEqual([1, 2]);
});

test("a customer who costs more than their plan brings is told to the operator, once a period", async () => {
  const prices = { priceMonthly: nanoUsd(29n * DOLLAR), priceYearly: nanoUsd(290n * DOLLAR) };
  const dear = await ahead.customerOn([], prices);
  await ahead.use(dear, [{ at: MINUTE_AGO, cost: 29n * DOLLAR + 1n }]);
  const even = await ahead.customerOn([], prices);
  await ahead.use(even, [{ at: MINUTE_AGO, cost: 29n * DOLLAR }]);
  const yearly = await ahead.customerOn([], prices);
  await ahead.opened.store.write([
    ahead.opened.store.db
      .updateTable("subscriptions")
      .set({ billing_cycle: "yearly" })
      .where("customer_id", "=", yearly),
  ]);
  await ahead.use(yearly, [{ at: MINUTE_AGO, cost: 25n * DOLLAR }]);
  const free = await ahead.customerOn([]);
  await ahead.use(free, [{ at: MINUTE_AGO, cost: 500n * DOLLAR }]);
  await ahead.look();
  const found = await ahead.told("negative_margin");
  expect(found.map(({ who }) => who)).toEqual(["deployment", "deployment"]);
  expect(new Set(found.map(({ facts }) => facts["customer_id"]))).toEqual(new Set([dear, yearly]));
  expect(found.find(({ facts }) => facts["customer_id"] === dear)?.facts).toEqual({
    customer_id: dear,
    plan: expect.stringMatching(/^plan-/),
    period_start: "2026-04-01T00:00:00.000Z",
    period_end: "2026-05-01T00:00:00.000Z",
    cost: "29000000001",
    amount: "29000000000",
  });
  expect(found.find(({ facts }) => facts["customer_id"] === yearly)?.facts).toMatchObject({
    amount: "24166666667",
  });
  ahead.opened.clock.at = instant(NOW + 2 * DAY_MS);
  await ahead.use(dear, [{ at: ahead.opened.clock.at, cost: 29n * DOLLAR }]);
  await ahead.look();
  expect(await ahead.told("negative_margin")).toHaveLength(2);
});
