/** Subscriptions under random actions and leaps of the clock. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, type Instant, instant } from "../../src/core/instant.ts";
import type { PlanVersion } from "../../src/core/plans/plan.ts";
import type { Action } from "../../src/core/subscriptions/action.ts";
import { asOf, dueStep } from "../../src/core/subscriptions/due-step.ts";
import { paidPeriodAt } from "../../src/core/subscriptions/paid-period.ts";
import { type PlanTerms, planAt } from "../../src/core/subscriptions/plan-at.ts";
import { priceOf } from "../../src/core/subscriptions/prorate.ts";
import {
  dueAt,
  type OpenSubscription,
  scheduledOf,
} from "../../src/core/subscriptions/subscription.ts";
import { at, basic, free, History, pro, pro2 } from "./subscription-history.ts";

const plans = fc.constantFrom(free, basic, pro, pro2);
const cycles = fc.constantFrom("monthly" as const, "yearly" as const);
const whens = fc.constantFrom("now" as const, "period_end" as const);

type Move =
  | { readonly kind: "leap"; readonly ms: number; readonly jobRuns: boolean }
  | { readonly kind: "act"; readonly action: Action; readonly by: "customer" | "operator" }
  | { readonly kind: "trial"; readonly days: number; readonly cancels: boolean };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant("subscribe" as const),
    plan: plans,
    cycle: cycles,
    trial: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant("change_plan" as const),
    plan: plans,
    cycle: fc.option(cycles),
    when: whens,
  }),
  fc.record({ kind: fc.constant("cancel" as const), when: whens }),
  fc.constantFrom<Action>({ kind: "resume" }, { kind: "pause" }, { kind: "payment_received" }),
  fc.record({
    kind: fc.constant("payment_failed" as const),
    graceMs: fc.constantFrom(0, 1, 3 * DAY_MS, 40 * DAY_MS),
  }),
  fc.record({
    kind: fc.constant("migrate" as const),
    fromVersionId: fc.constant(pro.planVersionId),
    to: fc.constant(pro2),
    when: whens,
  }),
);

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    kind: fc.constant("leap" as const),
    ms: fc.oneof(
      fc.integer({ min: 0, max: 3 * DAY_MS }),
      fc.integer({ min: 0, max: 500 * DAY_MS }),
      // A clock set back.
      fc.integer({ min: -90 * DAY_MS, max: 0 }),
    ),
    jobRuns: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("act" as const),
    action,
    by: fc.constantFrom("customer" as const, "operator" as const),
  }),
  fc.record({
    kind: fc.constant("trial" as const),
    days: fc.integer({ min: 1, max: 60 }),
    cancels: fc.boolean(),
  }),
);

const grant = fc.constantFrom<{
  readonly action: ((start: Instant) => Action) | null;
  readonly priceMost: bigint;
  readonly forMs: number;
}>(
  { action: null, priceMost: 0n, forMs: 0 },
  ...[basic, pro].map((plan) => ({
    action: () => ({ kind: "subscribe" as const, plan, cycle: "monthly" as const, trial: null }),
    priceMost: plan.definition.priceMonthly,
    forMs: 10_000 * DAY_MS,
  })),
  {
    action: (start) => ({
      kind: "subscribe",
      plan: pro,
      cycle: "monthly",
      trial: { end: instant(start + 20 * DAY_MS), afterwards: "cancel" },
    }),
    priceMost: pro.definition.priceMonthly,
    forMs: 20 * DAY_MS,
  },
);

const OWN: ReadonlySet<Action["kind"]> = new Set(["subscribe", "change_plan", "cancel", "resume"]);
/** What a customer can do while time goes on, and payments that do not come. */
const ownMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    kind: fc.constant("leap" as const),
    ms: fc.integer({ min: 0, max: 20 * DAY_MS }),
    jobRuns: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("act" as const),
    action: action.filter(({ kind }) => OWN.has(kind)),
    by: fc.constant("customer" as const),
  }),
  fc.constant<Move>({
    kind: "act",
    action: { kind: "payment_failed", graceMs: 3 * DAY_MS },
    by: "operator",
  }),
);

function play(history: History, one: Move): void {
  switch (one.kind) {
    case "leap":
      history.now = instant(Math.max(0, history.now + one.ms));
      if (one.jobRuns) history.run();
      return;
    case "act":
      history.do(one.action, one.by);
      return;
    case "trial": {
      const end = instant(history.now + one.days * DAY_MS);
      const trial = { end, afterwards: one.cancels ? "cancel" : "active" } as const;
      history.do({ kind: "subscribe", plan: pro, cycle: "monthly", trial });
    }
  }
}

const anchors = fc
  .constantFrom("2024-01-31T10:15:00Z", "2024-02-29T00:00:00Z", "2023-08-30T23:59:59.999Z")
  .map(at);

function checkEach(check: (history: History, before: OpenSubscription | null) => void): void {
  fc.assert(
    fc.property(anchors, fc.array(move, { maxLength: 40 }), (start, moves) => {
      const history = new History(start);
      for (const one of moves) {
        const before = history.current;
        play(history, one);
        check(history, before);
      }
    }),
    { numRuns: 400 },
  );
}

function termsOf(of: OpenSubscription): PlanTerms<PlanVersion> {
  const scheduled = scheduledOf(of);
  return {
    status: of.status,
    plan: of.plan,
    next:
      scheduled === null
        ? null
        : { at: scheduled.at, plan: scheduled.kind === "change" ? scheduled.plan : null },
    graceUntil: of.status === "past_due" ? of.graceUntil : null,
  };
}

/** What was granted is over with its time, a missing payment, or a cancellation, and stays so. */
function endOfGrant(end: Instant): (history: History) => boolean {
  let isOver = false;
  return ({ current, now }) => {
    isOver ||= now >= end || current === null || current.status === "expired";
    return isOver;
  };
}

/** The price of the plan that calls can use. */
function paidFor({ current }: History): bigint {
  return current === null || current.status === "expired" ? 0n : priceOf(current);
}

/** Up to the second thing that is due, which the columns cannot hold. */
function expectSamePlan(current: OpenSubscription, later: Instant): void {
  const first = dueAt(current);
  const step = first === null ? null : dueStep(current, first);
  const second = step === null ? null : dueAt(step.after);
  if (second !== null && second <= later) return;
  const untouched = planAt({ subscription: termsOf(current), defaultPlan: free }, later);
  const advanced = asOf(current, later);
  const subscription = advanced === null ? null : termsOf(advanced);
  expect(untouched).toEqual(planAt({ subscription, defaultPlan: free }, later));
}

describe("whatever is done, and however the clock leaps", () => {
  test("a subscription begins only where none is open, and nothing changes one that ended", () => {
    // `take` holds it at every step.
    checkEach(() => undefined);
  });

  test("while time goes on, the open one's period holds the present instant, but where nothing renews", () => {
    checkEach(({ current, now }) => {
      const open = current === null ? null : asOf(current, now);
      if (open === null || open.status === "paused" || open.status === "expired") return;
      expect(now).toBeLessThan(open.period.end);
    });
  });

  test("every paid period is one that counts from the billing anchor", () => {
    checkEach(({ current }) => {
      if (current === null || current.status === "trialing" || current.status === "paused") return;
      expect(paidPeriodAt(current.billingAnchor, current.cycle, current.period.start)).toEqual(
        current.period,
      );
    });
  });

  test("each boundary leaves one row: the next begins where the one before ended", () => {
    checkEach(({ steps }) => {
      const renewed = steps.filter(({ kind }) => kind === "renew" || kind === "trial_end");
      for (const { renewal, at: boundary } of renewed) {
        expect(renewal?.newPeriod.start).toBe(boundary);
        expect(renewal?.previousPeriod?.end).toBe(boundary);
      }
      const starts = renewed.map(
        ({ renewal, after }) => `${after.createdAt} ${renewal?.newPeriod.start}`,
      );
      // A clock set back may begin two subscriptions at the same instant.
      const begun = steps.filter(({ begins }) => begins).map(({ after }) => after.createdAt);
      if (new Set(begun).size === begun.length) expect(new Set(starts).size).toBe(starts.length);
    });
  });

  test("the job's running late changes nothing: the plan in force is the one of the scheduled columns", () => {
    fc.assert(
      fc.property(
        anchors,
        fc.array(move, { maxLength: 25 }),
        fc.integer({ min: 0, max: 30 * DAY_MS }),
        (start, moves, ahead) => {
          const history = new History(start);
          for (const one of moves) play(history, one);
          history.run();
          const later = instant(history.now + ahead);
          if (history.current !== null) expectSamePlan(history.current, later);
        },
      ),
      { numRuns: 600 },
    );
  });

  test("a customer alone never comes to more than was granted, nor keeps it longer", () => {
    fc.assert(
      fc.property(anchors, grant, fc.array(ownMove, { maxLength: 40 }), (start, granted, moves) => {
        const history = new History(start);
        if (granted.action !== null) history.do(granted.action(start));
        const isOver = endOfGrant(instant(start + granted.forMs));
        for (const one of moves) {
          play(history, one);
          history.run();
          const most = isOver(history) ? 0n : granted.priceMost;
          expect(paidFor(history)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
