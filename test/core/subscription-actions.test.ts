/** What each action does to a subscription, and what a change of plan comes to. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, formatInstant, instant } from "../../src/core/instant.ts";
import { nanoUsd, usdNumber } from "../../src/core/money.ts";
import type { PlanVersion } from "../../src/core/plans/plan.ts";
import { prorate } from "../../src/core/subscriptions/prorate.ts";
import {
  dueAt,
  type OpenSubscription,
  type Subscription,
  scheduledOf,
} from "../../src/core/subscriptions/subscription.ts";
import { subscriptionToJson } from "../../src/core/subscriptions/subscription-json.ts";
import { at, basic, free, History, pro, pro2 } from "./subscription-history.ts";

const plans = fc.constantFrom(free, basic, pro, pro2);
const cycles = fc.constantFrom("monthly" as const, "yearly" as const);
const whens = fc.constantFrom("now" as const, "period_end" as const);

describe("proration", () => {
  const begun = at("2026-04-01T00:00:00Z");
  const subscribed = (
    to: PlanVersion,
    cycle: "monthly" | "yearly" = "monthly",
  ): OpenSubscription => {
    const history = new History(begun);
    history.do({ kind: "subscribe", plan: to, cycle, trial: null });
    if (history.current === null) throw new Error("It was subscribed.");
    return history.current;
  };
  const shown = (...args: Parameters<typeof prorate>) => {
    const { lines, totalDue } = prorate(...args);
    return [...lines.map(({ amount }) => usdNumber(amount)), usdNumber(totalDue)];
  };

  test("an upgrade after 10 of 30 days: two thirds of each price", () => {
    const now = at("2026-04-11T00:00:00Z");
    const wanted = { plan: pro, cycle: "monthly", when: "now" } as const;
    expect(shown(subscribed(basic), wanted, now)).toEqual([-19.33, 52.67, 33.34]);
  });

  test("a downgrade comes to nothing, and what is left over is a line", () => {
    const wanted = { plan: basic, cycle: "monthly", when: "now" } as const;
    expect(shown(subscribed(pro), wanted, at("2026-04-16T00:00:00Z"))).toEqual([
      -39.5, 14.5, 25, 0,
    ]);
  });

  test("a change of cycle charges the whole new period", () => {
    const wanted = { plan: basic, cycle: "yearly", when: "now" } as const;
    expect(shown(subscribed(basic), wanted, at("2026-04-16T00:00:00Z"))).toEqual([
      -14.5, 290, 275.5,
    ]);
  });

  test("halves of a cent go to the even cent", () => {
    const odd = (cents: number) => ({
      ...basic,
      definition: { ...basic.definition, priceMonthly: nanoUsd(BigInt(cents) * 10_000_000n) },
    });
    const half = at("2026-04-16T00:00:00Z");
    const wanted = { plan: free, cycle: "monthly", when: "now" } as const;
    expect(prorate(subscribed(odd(1)), wanted, half).lines[0]?.amount).toBe(0n);
    expect(shown(subscribed(odd(3)), wanted, half)[0]).toBe(-0.02);
    expect(shown(subscribed(odd(5)), wanted, half)[0]).toBe(-0.02);
  });

  test("lines add up, and nothing is ever paid out", () => {
    fc.assert(
      fc.property(
        plans,
        cycles,
        plans,
        cycles,
        whens,
        fc.integer({ min: -DAY_MS, max: 400 * DAY_MS }),
        (from, cycle, to, toCycle, when, ms) => {
          const now = instant(begun + ms);
          const { lines, totalDue } = prorate(
            subscribed(from, cycle),
            { plan: to, cycle: toCycle, when },
            now,
          );
          expect(lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(totalDue);
          expect(totalDue).toBeGreaterThanOrEqual(0n);
          for (const { amount } of lines) expect(amount % 10_000_000n).toBe(0n);
        },
      ),
    );
  });
});

describe("each action", () => {
  const begin = (options: { trialDays?: number; afterwards?: "active" | "cancel" } = {}) => {
    const history = new History(at("2026-01-31T10:00:00Z"));
    const { trialDays, afterwards = "active" } = options;
    const trial =
      trialDays === undefined
        ? null
        : { end: instant(history.now + trialDays * DAY_MS), afterwards };
    history.do({ kind: "subscribe", plan: pro, cycle: "monthly", trial });
    return history;
  };
  const ends = ({ current }: History) =>
    current === null ? [] : [current.period.start, current.period.end].map(formatInstant);

  test("a trial ends where the first paid period begins", () => {
    const history = begin({ trialDays: 14 });
    expect(history.current).toMatchObject({ status: "trialing" });
    history.now = at("2026-02-14T10:00:00Z");
    history.run();
    expect(history.current).toMatchObject({ status: "active", billingAnchor: history.now });
    expect(history.steps.map(({ renewal }) => renewal?.type)).toEqual(["new", "renewal"]);
  });

  test("a trial that is to be cancelled ends with nothing, and its customer cannot keep the plan", () => {
    const history = begin({ trialDays: 14, afterwards: "cancel" });
    expect(history.do({ kind: "resume" }, "customer")).toEqual({
      kind: "refused",
      why: "payment_required",
    });
    history.now = at("2026-02-14T10:00:00Z");
    history.run();
    expect(history.current).toBeNull();
  });

  test("resumed within its period a paused one goes on; after it, the anchor's present period begins", () => {
    const history = begin();
    history.do({ kind: "pause" });
    history.now = at("2026-02-10T00:00:00Z");
    history.do({ kind: "resume" });
    expect(ends(history)).toEqual(["2026-01-31T10:00:00.000Z", "2026-02-28T10:00:00.000Z"]);
    history.do({ kind: "pause" });
    history.now = at("2026-06-15T00:00:00Z");
    history.run();
    expect(history.current?.status).toBe("paused");
    history.do({ kind: "resume" });
    expect(ends(history)).toEqual(["2026-05-31T10:00:00.000Z", "2026-06-30T10:00:00.000Z"]);
    expect(history.steps.filter(({ renewal }) => renewal !== null)).toHaveLength(2);
  });

  test("a missing payment: the plan until the grace is over, then expired, then active once it came", () => {
    const history = begin();
    history.do({ kind: "payment_failed", graceMs: 40 * DAY_MS });
    history.now = at("2026-03-01T00:00:00Z");
    history.run();
    expect(history.current?.status).toBe("past_due");
    expect(history.steps.at(-1)?.renewal?.paymentStatus).toBe("pending");
    history.now = at("2026-03-20T00:00:00Z");
    history.run();
    expect(history.current?.status).toBe("expired");
    history.do({ kind: "payment_received" });
    expect(history.current?.status).toBe("active");
  });

  test("who cancelled is not renewed because of another plan", () => {
    const history = begin();
    history.do({ kind: "cancel", when: "period_end" });
    history.do({ kind: "change_plan", plan: basic, cycle: "yearly", when: "now" });
    const { current } = history;
    expect(current === null ? null : scheduledOf(current)).toEqual({
      kind: "cancel",
      at: current?.period.end,
    });
  });

  test("migration moves nobody who is on another version, and keeps what was scheduled", () => {
    const migrate = {
      kind: "migrate",
      fromVersionId: pro.planVersionId,
      to: pro2,
      when: "period_end",
    } as const;
    const history = begin();
    history.do({ kind: "cancel", when: "period_end" });
    expect(history.do(migrate).kind).toBe("unchanged");
    history.do({ kind: "resume" });
    expect(history.do(migrate).kind).toBe("steps");
    history.now = at("2026-02-28T10:00:00Z");
    history.run();
    expect(history.current?.plan.version).toBe(2);
    expect(history.do(migrate).kind).toBe("unchanged");
  });

  test("at the end of time nothing is due any more", () => {
    const history = new History(at("9998-06-15T00:00:00Z"));
    history.do({ kind: "subscribe", plan: pro, cycle: "monthly", trial: null });
    history.now = at("9999-12-31T23:59:59.999Z");
    history.run();
    expect(history.steps).toHaveLength(19);
    expect(history.current === null ? 0 : dueAt(history.current)).toBeNull();
  });

  test("the JSON leaves out what is absent", () => {
    const { current } = begin();
    const shownState: Subscription | null = current;
    if (shownState === null) throw new Error("It was subscribed.");
    const fields = new Set(Object.keys(subscriptionToJson(7, shownState)));
    expect([...fields].sort((a, b) => a.localeCompare(b))).toEqual([
      "auto_renew",
      "billing_cycle",
      "cancel_at_period_end",
      "created_at",
      "current_period_end",
      "current_period_start",
      "id",
      "plan",
      "status",
    ]);
  });
});
