/** Plans side by side: every limit has its row, in one order, and a plan stands twice where it is offered otherwise now. */
import { expect, test } from "vitest";
import {
  changedLimits,
  compareLimits,
  type PlanTerms,
  planColumns,
} from "../../dashboard/src/customer/plan/comparison.ts";
import type {
  OfferedPlan,
  OwnSubscription,
} from "../../dashboard/src/customer/plan/plan-queries.ts";
import { type PlanJson, planFromJson } from "../../src/core/plans/plan-json.ts";
import { flatLimits } from "../../src/insights/limits-shape.ts";

function offered(slug: string, plan: Partial<PlanJson> = {}): OfferedPlan {
  const price = { monthly: "29", yearly: "290" };
  const written = { id: slug, name: slug.toUpperCase(), tier: "basic", price, limits: [], ...plan };
  const definition = planFromJson(written);
  return {
    id: slug.length,
    slug,
    name: definition.name,
    tier: definition.tier,
    price_monthly: Number(plan.price?.monthly ?? 29),
    price_yearly: Number(plan.price?.yearly ?? 290),
    description: "",
    features: [...definition.features],
    limits: flatLimits(definition),
    all_limits: plan.limits ?? [],
    providers: plan.providers ?? "all",
  };
}

const limit = (of: Partial<PlanTerms["all_limits"][number]>): PlanTerms["all_limits"][number] => ({
  meter: "calls",
  per: "period",
  max: 1_000,
  at_cap: "deny",
  ...of,
});

const rowsOf = (plans: readonly PlanTerms[]) =>
  compareLimits(plans).map(({ name, allowances }) => [name, ...allowances.map((one) => one.words)]);

test("limits on a model, an operation and shorter windows have rows, after those of a period", () => {
  const small = offered("small", {
    providers: ["gemini", "groq"],
    limits: [
      limit({ provider: "gemini", per: "minute", max: 60 }),
      limit({ provider: "gemini", per: "day", max: 500 }),
      limit({ provider: "gemini", model: "gemini-2.5-pro", max: 20 }),
      limit({ provider: "groq", meter: "tokens", max: 9_000 }),
      limit({ operation: "video", max: 3 }),
      limit({ provider: "gemini", max: 1_000 }),
      limit({ meter: "cost", max: "12.50" }),
      limit({ meter: "cost", per: "day", max: "2" }),
    ],
  });
  const large = offered("large", { limits: [limit({ meter: "cost", max: "150" })] });
  const rows = rowsOf([small, large]).filter(([, first]) => first !== "Not included");
  expect(rows).toEqual([
    ["Provider cost", "$12.50", "$150.00"],
    ["Gemini calls", "1,000", "No limit"],
    ["Groq tokens", "9,000", "No limit"],
    ["Video calls", "3", "No limit"],
    ["Provider cost a day", "$2.00", "No limit"],
    ["Gemini calls a day", "500", "No limit"],
    ["Gemini calls a minute", "60", "No limit"],
    ["Gemini calls (gemini-2.5-pro)", "20", "No limit"],
  ]);
});

test("a limit on a provider that a plan lacks, or has no call of, is not one that it leaves unlimited", () => {
  const without = offered("w", { providers: ["gemini"] });
  const none = offered("none", { limits: [limit({ provider: "openai", max: 0 })] });
  const has = offered("has", { limits: [limit({ provider: "openai", per: "day", max: 5 })] });
  expect(rowsOf([without, none, has]).filter(([name]) => name?.startsWith("OpenAI"))).toEqual([
    ["OpenAI calls", "Not included", "Not included", "No limit"],
    ["OpenAI calls a day", "Not included", "Not included", "5"],
  ]);
});

test("a soft limit says that calls go on, beside a hard one too; unlimited and alike is no row", () => {
  const soft = limit({ meter: "cost", max: "40", at_cap: "allow" });
  const both = offered("both", { limits: [soft, limit({ meter: "cost", max: "50" })] });
  const one = offered("one", { limits: [soft, limit({ meter: "images", max: "unlimited" })] });
  expect(rowsOf([both, one])).toEqual([
    ["Provider cost", "$50.00, $40.00 (calls go on)", "$40.00 (calls go on)"],
  ]);
});

test("a change tells what differs and nothing else", () => {
  const daily = (max: number) => limit({ provider: "exa", per: "day", max });
  const from = offered("from", { limits: [limit({ provider: "exa", max: 90 }), daily(5)] });
  const to = offered("to", { limits: [limit({ provider: "exa", max: 90 }), daily(50)] });
  expect(changedLimits(from, to)).toMatchObject([
    { name: "Exa calls a day", before: "5", after: "50" },
  ]);
});

function ownOf({ features: _features, ...plan }: OfferedPlan): OwnSubscription {
  const { limits, all_limits, providers, ...shown } = plan;
  return {
    plan: { ...shown, is_free: false },
    limits,
    all_limits,
    providers,
    subscription: null,
  };
}

test("the own plan is one column where it is offered as it is had, with its own features", () => {
  const own = offered("pro", { features: ["Chat"], limits: [limit({ per: "minute" })] });
  const columns = planColumns(ownOf(own), [offered("free"), own], undefined);
  expect(columns.map(({ plan, isPresent, which }) => [plan.slug, isPresent, which])).toEqual([
    ["free", false, undefined],
    ["pro", true, undefined],
  ]);
  expect(columns[1]?.plan.features).toEqual(["Chat"]);
});

test("where it is offered otherwise now it stands twice, each said which; by a minute's limit alone, too", () => {
  const had = offered("pro", { limits: [limit({ per: "minute", max: 60 })] });
  const now = offered("pro", { features: ["More"], limits: [limit({ per: "minute", max: 90 })] });
  const columns = planColumns(ownOf(had), [now], ["Chat"]);
  expect(columns.map(({ plan, isPresent, which }) => [isPresent, which, plan.features])).toEqual([
    [true, "as you have it", ["Chat"]],
    [false, "as offered now", ["More"]],
  ]);
  expect(compareLimits(columns.map(({ plan }) => plan))[0]?.allowances).toMatchObject([
    { words: "60" },
    { words: "90" },
  ]);
});

test("a plan that is not offered any more stands before the others", () => {
  const columns = planColumns(ownOf(offered("ended")), [offered("free")], ["Chat"]);
  expect(columns.map(({ plan, isPresent }) => [plan.slug, isPresent])).toEqual([
    ["ended", true],
    ["free", false],
  ]);
});
