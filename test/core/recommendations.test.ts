/** Recommendations as pure rules: when there is one, when there is too little to say, and what it says. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, instant, parseInstant } from "../../src/core/instant.ts";
import { readLimit } from "../../src/core/limits/read-limit.ts";
import { nanoUsd } from "../../src/core/money.ts";
import type { PlanVersion } from "../../src/core/plans/plan.ts";
import { readPlanFile } from "../../src/core/plans/read-plan-file.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { cheaperModels } from "../../src/core/recommendations/cheaper-models.ts";
import { limitsAhead } from "../../src/core/recommendations/limits-ahead.ts";
import {
  cheaperThan,
  readModelAlternatives,
} from "../../src/core/recommendations/model-alternatives.ts";
import { recommendPlan } from "../../src/core/recommendations/recommend-plan.ts";
import type { DayAmounts, ScopedAmounts } from "../../src/core/recommendations/recommendation.ts";
import { reprice } from "../../src/core/recommendations/reprice.ts";
import { spendChange } from "../../src/core/recommendations/spend-change.ts";
import { unusedKeys } from "../../src/core/recommendations/unused-keys.ts";
import { type Amounts, NO_AMOUNTS } from "../../src/core/usage.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";

const PLANS: readonly PlanVersion[] = readPlanFile(readFileSync("config/plans.yaml", "utf8")).map(
  (definition, index) => ({ planId: index + 1, planVersionId: index + 1, version: 1, definition }),
);
const planOf = (slug: string): PlanVersion => {
  const found = PLANS.find(({ definition }) => definition.slug === slug);
  if (found === undefined) throw new Error(`no plan ${slug}`);
  return found;
};
const PRO = planOf("pro").definition;
const NOW = parseInstant("2026-05-20T12:00:00Z", "now");
const TODAY = NOW - (NOW % DAY_MS);
const DOLLAR = 1_000_000_000n;

function used(amounts: Partial<Amounts>, provider = "gemini"): ScopedAmounts {
  return {
    scope: { provider, model: "m", operation: "chat" },
    amounts: { ...NO_AMOUNTS, ...amounts },
  };
}

function onDay(daysAgo: number, amounts: Partial<Amounts>, provider = "gemini"): DayAmounts {
  return { ...used(amounts, provider), day: TODAY - daysAgo * DAY_MS };
}

const planQuestion = (periods: ScopedAmounts[][], soFar: ScopedAmounts[] = []) =>
  recommendPlan({ current: PRO, cycle: "monthly", offered: PLANS, wholePeriods: periods, soFar });

test("a plan whose cap is used to the last is enough; one more call is too much", () => {
  expect(planQuestion([[used({ calls: 1_000n })]])).toMatchObject({ plan: { slug: "basic" } });
  expect(planQuestion([[used({ calls: 1_001n })]])).toBeNull();
  expect(planQuestion([[used({ calls: 5n })], [used({ calls: 1_001n })]])).toBeNull();
  expect(planQuestion([[used({ calls: 5n })]], [used({ calls: 1_001n })])).toBeNull();
  expect(planQuestion([[used({ calls: 1n, cost: 51n * DOLLAR })]])).toBeNull();
  expect(planQuestion([[used({ calls: 5n })]])).toMatchObject({
    plan: { slug: "free" },
    saving_usd: 79,
  });
  // Free has no OpenAI.
  expect(planQuestion([[used({ calls: 5n }, "openai")]])).toMatchObject({
    plan: { slug: "basic" },
  });
  expect(planQuestion([])).toBeNull();
});

test("on a yearly plan a twelfth of the yearly price is compared", () => {
  const advice = recommendPlan({
    current: PRO,
    cycle: "yearly",
    offered: PLANS.filter(({ definition }) => definition.slug !== "free"),
    wholePeriods: [[used({ calls: 5n })]],
    soFar: [],
  });
  // (790 - 290) / 12, each price rounded by itself.
  expect(advice?.saving_usd).toBeCloseTo(41.666666666, 8);
});

test("a plan that is stricter by the minute than the present one is not recommended", () => {
  const withLimit = (slug: string, max: number): PlanVersion => {
    const plan = planOf(slug);
    const limit = readLimit({ meter: "calls", per: "minute", max });
    return {
      ...plan,
      definition: { ...plan.definition, limits: [...plan.definition.limits, limit] },
    };
  };
  const ask = (current: PlanVersion, offered: PlanVersion) =>
    recommendPlan({
      current: current.definition,
      cycle: "monthly",
      offered: [offered],
      wholePeriods: [[used({ calls: 5n })]],
      soFar: [],
    });
  expect(ask(planOf("pro"), withLimit("basic", 60))).toBeNull();
  expect(ask(withLimit("pro", 120), withLimit("basic", 60))).toBeNull();
  expect(ask(withLimit("pro", 60), withLimit("basic", 60))).toMatchObject({ kind: "plan" });
});

const PERIOD = {
  start: parseInstant("2026-05-01T00:00:00Z", "start"),
  end: parseInstant("2026-06-01T00:00:00Z", "end"),
};
const ahead = (soFar: bigint, days: DayAmounts[]) =>
  limitsAhead({
    plan: PRO,
    offered: PLANS,
    period: PERIOD,
    now: NOW,
    soFar: [used({ calls: soFar })],
    days,
  });

test("a limit is ahead only where its day is before the period's end, and it is not reached yet", () => {
  // A customer of this period: 3,145 calls in 19.5 days come to 5,000 in the 31 of May.
  const days = [0, 1, 2].map((ago) => onDay(ago, { calls: 300n }));
  expect(ahead(3_145n, days)).toEqual([]);
  expect(ahead(3_146n, days)).toMatchObject([{ kind: "limit_ahead", on: "2026-05-31" }]);
  expect(ahead(4_999n, days)).toMatchObject([{ on: "2026-05-20" }]);
  expect(ahead(5_000n, days)).toEqual([]);
  // What was used of other providers before is no history of this one.
  const elsewhere = onDay(40, { calls: 300n }, "openai");
  expect(ahead(3_146n, [...days, elsewhere])).toEqual(ahead(3_146n, days));
});

test("two days of use are no rate, and those of other providers are none either", () => {
  const two = [onDay(0, { calls: 50n }), onDay(1, { calls: 300n })];
  expect(ahead(4_999n, two)).toEqual([]);
  expect(ahead(4_999n, [...two, onDay(2, { calls: 300n }, "openai")])).toEqual([]);
  expect(ahead(4_999n, [...two, onDay(2, { calls: 300n })])).toHaveLength(1);
});

test("of a customer of earlier periods the last days count more", () => {
  // 100 a day for 40 days: 1,150 more in the 11.5 days that are left.
  const days = Array.from({ length: 41 }, (_, ago) =>
    onDay(ago, { calls: ago === 0 ? 50n : 100n }),
  );
  expect(ahead(3_850n, days)).toEqual([]);
  expect(ahead(3_900n, days)).toMatchObject([{ on: "2026-05-31" }]);
  // Seven days of 200 weigh 62 in a hundred, so 162 a day, and 1,100 more take 6.8 days.
  const risen = days.map((day, ago) => (ago < 8 ? onDay(ago, { calls: 200n }) : day));
  expect(ahead(3_900n, risen)).toMatchObject([{ on: "2026-05-27" }]);
});

test("a change of spend needs three weeks of use before, half as much more, and a dollar", () => {
  const weeks = (cost: bigint, ...which: number[]) =>
    which.map((week) => onDay(week * 7 + 1, { cost }));
  const before = weeks(10n * DOLLAR, 1, 2, 3, 4);
  const change = (last: bigint, days = before) =>
    spendChange([...days, ...weeks(last, 0)], NOW)?.kind === "spend_change";
  expect(change(15n * DOLLAR)).toBe(true);
  expect(change(15n * DOLLAR - 1n)).toBe(false);
  expect(change(5n * DOLLAR)).toBe(true);
  expect(change(5n * DOLLAR + 1n)).toBe(false);
  expect(change(100n * DOLLAR, weeks(20n * DOLLAR, 3, 4))).toBe(false);
  const cents = weeks(DOLLAR / 10n, 1, 2, 3, 4);
  expect(change((DOLLAR * 11n) / 10n - 1n, cents)).toBe(false);
  expect(change((DOLLAR * 11n) / 10n, cents)).toBe(true);
  // What was spent today is of a day that is not over.
  expect(
    spendChange([...before, ...weeks(10n * DOLLAR, 0), onDay(0, { cost: 99n * DOLLAR })], NOW),
  ).toBeNull();
  expect(spendChange([...before, ...weeks(DOLLAR, 0)], NOW)?.message).toContain("90 % less");
});

test("a key is unused after 30 whole days, by its last call or else by its making", () => {
  const key = (name: string, createdDays: number, usedDays: number | null) => ({
    id: name,
    name,
    createdAt: instant(NOW - createdDays * DAY_MS),
    lastUsedAt: usedDays === null ? null : instant(NOW - usedDays * DAY_MS),
  });
  const idle = unusedKeys(
    [key("a", 31, null), key("b", 90, 31), key("c", 90, 30), key("d", 30, null)],
    NOW,
  );
  expect(idle).toMatchObject({ keys: [{ id: "a" }, { id: "b" }] });
  expect(idle?.message).toContain("“a” and “b”");
  expect(unusedKeys([key("c", 90, 1)], NOW)).toBeNull();
});

test("the nearest model that saves a dollar and a tenth is recommended, of twenty calls or more", () => {
  const model = (sample: number, ...costs: bigint[]) => ({
    provider: "openai",
    model: "dear",
    cost: nanoUsd(20n * DOLLAR),
    sample,
    alternatives: costs.map((cost, index) => ({
      provider: "openai",
      model: `other-${index}`,
      cost: nanoUsd(cost),
    })),
  });
  const advised = (sample: number, ...costs: bigint[]) =>
    cheaperModels([model(sample, ...costs)], "May").map((advice) => advice.title);
  expect(advised(20, 19n * DOLLAR, 18n * DOLLAR, DOLLAR)).toEqual(["other-1 in place of dear"]);
  expect(advised(19, DOLLAR)).toEqual([]);
  expect(advised(20, 18n * DOLLAR + 1n)).toEqual([]);
});

test("whatever the sample, the same rates come to the same whole cost", () => {
  const row = defaultPriceBook().find({ provider: "openai", model: "gpt-4o", at: NOW });
  if (row === null) throw new Error("gpt-4o has a price");
  const rates = row;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1 }), (inputs) => {
      const calls = inputs.map((input) => ({
        usage: { input, output: 10 },
        cost: nanoUsd(BigInt(input) * 2_500n + 100_000n),
      }));
      expect(reprice(calls, { row: rates, wholeCost: nanoUsd(7n * DOLLAR) })).toBe(7n * DOLLAR);
    }),
  );
  expect(reprice([], { row: rates, wholeCost: nanoUsd(DOLLAR) })).toBeNull();
  const pages = [{ usage: { input: 1, pages: 3 }, cost: nanoUsd(5n) }];
  expect(reprice(pages, { row: rates, wholeCost: nanoUsd(DOLLAR) })).toBeNull();
});

const SHIPPED = readModelAlternatives(readFileSync("config/model-alternatives.yaml", "utf8"));

test("the price book knows each model of the shipped list, by the name that stands there", () => {
  const known = new Set(
    defaultPriceBook()
      .list(NOW)
      .map(({ provider, model }) => `${provider} ${model}`),
  );
  const named = SHIPPED.flatMap(({ provider, models, cheaper }) => [
    ...models.map((model) => `${provider} ${model}`),
    ...cheaper.map((other) => `${other.provider} ${other.model}`),
  ]);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test("each model of the shipped list has a cheaper one, at 10 input tokens for each of output", () => {
  const book = defaultPriceBook();
  const costOf = (wanted: { provider: string; model: string }): bigint => {
    const row = book.find({ ...wanted, at: NOW });
    // Embeddings have no output.
    const output = row?.rates.output === undefined ? {} : { output: 1_000 };
    return chargeFor({ usage: { input: 10_000, ...output }, row }).cost;
  };
  const without = SHIPPED.flatMap(({ provider, models, cheaper }) =>
    models.filter((model) =>
      cheaper.every((other) => costOf(other) >= costOf({ provider, model })),
    ),
  );
  expect(without).toEqual([]);
});

test("a mistake in the list is refused by place", () => {
  const entry = "{ provider: openai, models: [a], cheaper: [b], source: me }";
  expect(() => readModelAlternatives(`alternatives: [${entry}, ${entry}]`)).toThrow(
    "model alternatives.alternatives[1].models: a stands there twice.",
  );
  expect(() => readModelAlternatives("alternatives: [{ provider: openai }]")).toThrow("models");
  expect(() => readModelAlternatives("a: [")).toThrow("is not YAML");
  const [read] = readModelAlternatives(
    "alternatives: [{ provider: Metaphor, models: [A], cheaper: [{ provider: tavily, model: c }, b], source: me }]",
  );
  expect(cheaperThan(read === undefined ? [] : [read], { provider: "exa", model: "a" })).toEqual([
    { provider: "tavily", model: "c" },
    { provider: "exa", model: "b" },
  ]);
});
