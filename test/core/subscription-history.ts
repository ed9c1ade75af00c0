/** A subscription over time for tests: plans, what is done to it, and every step that came of it. */
import { expect } from "vitest";
import { type Instant, parseInstant } from "../../src/core/instant.ts";
import { nanoUsd } from "../../src/core/money.ts";
import type { PlanVersion } from "../../src/core/plans/plan.ts";
import { act } from "../../src/core/subscriptions/act.ts";
import type { Action } from "../../src/core/subscriptions/action.ts";
import { dueStep } from "../../src/core/subscriptions/due-step.ts";
import type { Step } from "../../src/core/subscriptions/step.ts";
import type { OpenSubscription } from "../../src/core/subscriptions/subscription.ts";

export const at = (text: string): Instant => parseInstant(text, "at");

function plan(
  planId: number,
  monthly: number,
  tier: PlanVersion["definition"]["tier"],
  version = 1,
) {
  const definition: PlanVersion["definition"] = {
    slug: `plan-${planId}`,
    name: `Plan ${planId}`,
    tier,
    priceMonthly: nanoUsd(BigInt(monthly) * 1_000_000_000n),
    priceYearly: nanoUsd(BigInt(monthly) * 10_000_000_000n),
    description: "",
    features: [],
    switches: [],
    hidden: false,
    providers: { kind: "all" },
    limits: [],
    outputCapping: true,
    holds: "worst_case",
  };
  return { planId, planVersionId: planId * 10 + version, version, definition };
}

export const free = plan(1, 0, "free");
export const basic = plan(2, 29, "basic");
export const pro = plan(3, 79, "pro");
export const pro2 = plan(3, 89, "pro", 2);

/** What became of a subscription, as the database would keep it: the open one, and every step. */
export class History {
  current: OpenSubscription | null = null;
  readonly steps: Step[] = [];
  now: Instant;

  constructor(now: Instant) {
    this.now = now;
  }

  take(step: Step): void {
    expect(step.begins).toBe(this.current === null);
    this.steps.push(step);
    this.current = step.after.status === "canceled" ? null : step.after;
  }

  run(): void {
    for (;;) {
      const step = this.current === null ? null : dueStep(this.current, this.now);
      if (step === null) return;
      this.take(step);
    }
  }

  do(action: Action, by: "customer" | "operator" = "operator") {
    this.run();
    const outcome = act(this.current, action, { now: this.now, by });
    if (outcome.kind === "steps") for (const step of outcome.steps) this.take(step);
    return outcome;
  }
}
