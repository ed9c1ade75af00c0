/** Which plan is in force at an instant: what comes first in time counts. */
import { expect, test } from "vitest";
import { instant } from "../../src/core/instant.ts";
import { type PlanTerms, planAt } from "../../src/core/subscriptions/plan-at.ts";

const T = instant(1_000);
const pro: PlanTerms<string> = { status: "active", plan: "pro", next: null, graceUntil: null };

function at(
  ms: number,
  of: Partial<PlanTerms<string>> | null,
  defaultPlan: string | null = "free",
) {
  return planAt({ subscription: of === null ? null : { ...pro, ...of }, defaultPlan }, instant(ms));
}

const onPro = { plan: "pro", by: "subscription", isExpired: false };
const onFree = { plan: "free", by: "default", isExpired: false };

test("without a subscription it is the default plan; null where there is none", () => {
  expect(at(0, null)).toEqual(onFree);
  expect(at(0, null, null)).toBeNull();
  expect(at(0, {}, null)).toEqual(onPro);
});

test("a change holds from its instant on, whatever the status, and to the default plan too", () => {
  const next = { at: T, plan: "basic" };
  for (const status of ["active", "trialing", "past_due"] as const) {
    expect(at(999, { status, next })).toEqual(onPro);
    expect(at(1_000, { status, next })).toEqual({ ...onPro, plan: "basic" });
  }
  expect(at(1_000, { status: "trialing", next: { at: T, plan: null } })).toEqual(onFree);
  expect(at(999, { status: "trialing", next: { at: T, plan: null } })).toEqual(onPro);
});

test("a pause is the default plan, and its end of no concern to a change that was due", () => {
  expect(at(0, { status: "paused" })).toEqual(onFree);
  expect(at(2_000, { status: "paused", next: { at: T, plan: "basic" } })).toEqual(onFree);
});

test("a missing payment keeps the plan until the grace time is over, and has expired from then on", () => {
  const owing = { status: "past_due", graceUntil: T } as const;
  expect(at(999, owing)).toEqual(onPro);
  expect(at(1_000, owing)).toEqual({ ...onPro, isExpired: true });
  expect(at(5, { status: "expired", graceUntil: T })).toEqual({ ...onPro, isExpired: true });
  expect(at(9_999, { status: "past_due" })).toEqual(onPro);
  // A grace time of the past says nothing of one who has paid since.
  expect(at(2_000, { status: "active", graceUntil: T })).toEqual(onPro);
});

test("of an end and the grace time's end the first counts", () => {
  const owing = (nextAt: number, plan: string | null) =>
    ({ status: "past_due", graceUntil: T, next: { at: instant(nextAt), plan } }) as const;
  expect(at(2_000, owing(500, null))).toEqual(onFree);
  expect(at(2_000, owing(1_500, null))).toEqual({ ...onPro, isExpired: true });
  expect(at(2_000, owing(500, "basic"))).toEqual({ ...onPro, plan: "basic", isExpired: true });
  expect(at(2_000, owing(1_500, "basic"))).toEqual({ ...onPro, isExpired: true });
});
