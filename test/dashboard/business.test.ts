/** The operator's overview in words: the sentence, the days it is about, and what needs a hand. */
import { describe, expect, test } from "vitest";
import { businessSentence } from "../../dashboard/src/operator/overview/business-sentence.ts";
import { dayStepsOf } from "../../dashboard/src/operator/overview/day-steps.ts";
import { handsOf } from "../../dashboard/src/operator/overview/needs-hand.ts";
import { rangeOf } from "../../dashboard/src/operator/overview/range.ts";

describe("the sentence", () => {
  const usual = { cost: 412, income: 1_160, calls: 9_000, near: [], when: "so far this month" };
  const words = (of: Partial<Parameters<typeof businessSentence>[0]>) =>
    businessSentence({ ...usual, ...of }).words;

  test("sets cost against plan income, and counts who is near a limit", () => {
    expect(words({ near: [90, 90, 95, 80] })).toBe(
      "$412.00 of provider cost against $1,160.00 of plan income so far this month; 3 customers are within 10 % of a limit.",
    );
    expect(words({})).toBe(
      "$412.00 of provider cost against $1,160.00 of plan income so far this month.",
    );
  });

  test("says who has used a limit up, apart from those who come near", () => {
    expect(words({ near: [100] })).toMatch(/; 1 customer has used up a limit\.$/);
    expect(words({ near: [100, 100, 90] })).toMatch(
      /; 2 customers have used up a limit and 1 more is within 10 % of one\.$/,
    );
    expect(words({ near: Array.from({ length: 20 }, () => 90) })).toMatch(
      /; at least 20 customers are within 10 % of a limit\.$/,
    );
  });

  test("says a loss as a loss, exactly", () => {
    expect(businessSentence({ ...usual, cost: 3.3, income: 1.1 })).toEqual({
      tone: "loss",
      words:
        "Providers cost $2.20 more than plans bring in so far this month: $3.30 against $1.10.",
    });
  });

  test("says that there were no calls, and what plans bring in all the same", () => {
    expect(words({ cost: 0, calls: 0 })).toBe(
      "No calls so far this month, and $1,160.00 of plan income.",
    );
    expect(words({ cost: 0, calls: 0, income: 0 })).toBe("No calls so far this month.");
  });
});

describe("the days", () => {
  const now = Date.parse("2026-03-31T23:30:00Z");
  const asked = (address: Record<string, string>) => rangeOf(address, now).asked;

  test("are this month's unless the address says otherwise, today being the last", () => {
    expect(rangeOf({}, now)).toEqual({
      name: "month",
      asked: { from: "2026-03-01", to: "2026-04-01" },
      when: "so far this month",
    });
    expect(asked({ range: "last-month" })).toEqual({ from: "2026-02-01", to: "2026-03-01" });
    expect(asked({ range: "7d" })).toEqual({ from: "2026-03-25", to: "2026-04-01" });
    expect(asked({ range: "12m" })).toEqual({ from: "2025-04-01", to: "2026-04-01" });
    expect(asked({ range: "nonsense" })).toEqual({ from: "2026-03-01", to: "2026-04-01" });
  });

  test("from day to day mean both days, and at most a year", () => {
    const days = (from: string, to: string) => asked({ range: "days", from, to });
    expect(days("2026-03-02", "2026-03-02")).toEqual({ from: "2026-03-02", to: "2026-03-03" });
    expect(days("2025-01-01", "2026-01-01")).toEqual({ from: "2025-01-01", to: "2026-01-02" });
    expect(days("2025-01-01", "2026-01-02")).toBeNull();
    expect(days("2026-03-03", "2026-03-02")).toBeNull();
    expect(days("2026-02-31", "")).toBeNull();
  });

  test("are weeks from Monday on where they are too many, and lose no nano-dollar", () => {
    const many = Array.from({ length: 365 }, (_, index) => ({
      day: new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
      cost: 0.1,
      calls: 1,
      errors: 0,
    }));
    const { step, steps } = dayStepsOf(many);
    expect(step).toBe("week");
    expect(steps[0]).toMatchObject({ start: "2025-12-29", cost: 0.4, calls: 4 });
    expect(steps[1]).toMatchObject({ start: "2026-01-05", cost: 0.7, calls: 7 });
    expect(steps.reduce((sum, { calls }) => sum + calls, 0)).toBe(365);
    expect(dayStepsOf(many.slice(0, 31)).step).toBe("day");
  });
});

test("what needs a hand leads to where it is mended, and what is stopped comes first", () => {
  const alert = (id: number, kind: "unpriced" | "provider_outage" | "threshold") => ({
    id,
    kind,
    type: "system" as const,
    threshold_percentage: kind === "threshold" ? 80 : 0,
    title: kind,
    message: `About ${kind}`,
    severity: "warning" as const,
    is_sent: false,
    is_read: false,
    billing_period: "2026-03-01",
    created_at: "2026-03-10T00:00:00Z",
  });
  const near = (userId: string, percent: number) => ({
    user_id: userId,
    threshold_percentage: percent,
    provider: "gemini",
    meter: "calls",
    title: "",
    message: "",
    created_at: "2026-03-10T00:00:00Z",
  });
  const margin = (userId: string, price: number) => ({
    user_id: userId,
    cost: 40,
    calls: 1,
    plan: "basic",
    plan_price: price,
    margin: price - 40,
  });
  const overview = {
    near_limits: [near("a/b", 100), near("eve", 90)],
    lowest_margins: [margin("free", 0), margin("dan", 29), margin("ada", 79)],
  };
  const hands = handsOf({
    // @ts-expect-error: of the overview only this is looked at.
    overview,
    // What is told again day by day stands there once.
    alerts: [1, 2, 3, 4].map((id) =>
      alert(
        id,
        (["unpriced", "provider_outage", "threshold", "unpriced"] as const)[id - 1] ?? "unpriced",
      ),
    ),
    dead: 2,
  });
  expect(hands.map(({ sign, words, to, isStopped }) => [sign, words, to, isStopped])).toEqual([
    ["Provider trouble", "About provider_outage", "//providers", true],
    ["Used up", "a/b: Gemini calls", "//customers/a%2Fb", true],
    ["Price missing", "About unpriced", "//prices", false],
    ["Deployment limit", "About threshold", "//providers", false],
    ["Near a limit", "eve: 90 % of Gemini calls", "//customers/eve", false],
    ["Not delivered", "2 messages did not arrive", "//notifications", false],
    // On a plan for nothing every call is below zero: that needs no hand.
    [
      "Margin below zero",
      "dan costs $11.00 more than their plan brings in",
      "//customers/dan",
      false,
    ],
  ]);
});
