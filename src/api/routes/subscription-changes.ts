/** Customers and operators change subscriptions: subscribe, cancel, resume, change plan. */
import type { z } from "zod";
import type { Principal } from "../../access/callers.ts";
import type { Customer } from "../../access/customers.ts";
import { AppError, invalidField } from "../../core/errors.ts";
import {
  DAY_MS,
  formatInstant,
  type Instant,
  nearestInstant,
  parseInstant,
} from "../../core/instant.ts";
import { usdNumber, ZERO_USD } from "../../core/money.ts";
import type { Trial } from "../../core/subscriptions/action.ts";
import { type Proration, prorate } from "../../core/subscriptions/prorate.ts";
import type { OpenSubscription } from "../../core/subscriptions/subscription.ts";
import { subscriptionToJson } from "../../core/subscriptions/subscription-json.ts";
import { flatLimits } from "../../insights/limits-shape.ts";
import type { Api } from "../api.ts";
import { askedChange } from "../asked-change.ts";
import { cancel, changePlan, resume, subscribe } from "../contract/endpoints/subscriptions.ts";
import type { changePlanIn, subscribeIn } from "../contract/subscriptions.ts";
import { planNamed, plansFor } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { type Asked, serve } from "../serve.ts";
import { subjectOf, subjectToCharge } from "../subject.ts";
import { principalOf } from "../who-asks.ts";

export function subscriptionChangeRoutes(app: Api, ports: ApiPorts): void {
  serve(app, subscribe, async ({ params, body, request }) => {
    const asker = principalOf(request);
    const trial = trialOf(body, asker, ports.clock.now());
    const plan = planNamed(plansFor(asker, ports.plans.all()), body.plan_id);
    const customer = await subscriberOf(ports, request, params.user_id);
    const { shown, state } = await askedChange(
      ports,
      { customer, asker },
      { kind: "subscribe", plan, cycle: body.billing_cycle, trial },
    );
    return {
      subscription_id: shown.id,
      plan_name: state.plan.definition.name,
      billing_cycle: shown.billing_cycle,
      current_period_start: shown.current_period_start,
      current_period_end: shown.current_period_end,
      status: shown.status,
      limits: flatLimits(state.plan.definition),
    };
  });
  serve(app, cancel, async ({ params, body, request }) => {
    const of = await changerOf(ports, request, params.user_id);
    const action = { kind: "cancel", when: body?.at ?? "period_end" } as const;
    return (await askedChange(ports, of, action)).shown;
  });
  serve(app, resume, async ({ params, request }) => {
    const of = await changerOf(ports, request, params.user_id);
    return (await askedChange(ports, of, { kind: "resume" })).shown;
  });
  serve(app, changePlan, async ({ params, body, request }) => {
    const customer = body.preview
      ? await subjectOf(request, ports, params.user_id)
      : await subscriberOf(ports, request, params.user_id);
    return changedPlan(ports, { customer, asker: principalOf(request) }, body);
  });
}

type Asker = Asked<typeof cancel>["request"];

async function changerOf(ports: ApiPorts, request: Asker, userId: string) {
  const customer = await subjectOf(request, ports, userId);
  return { customer, asker: principalOf(request) };
}

/** A service may subscribe somebody who has never called. */
function subscriberOf(ports: ApiPorts, request: Asker, userId: string): Promise<Customer> {
  return principalOf(request).kind === "service"
    ? subjectToCharge(request, ports, userId)
    : subjectOf(request, ports, userId);
}

async function changedPlan(
  ports: ApiPorts,
  of: { readonly customer: Customer; readonly asker: Principal },
  { plan_id: planId, billing_cycle: cycle, when, preview }: z.output<typeof changePlanIn>,
) {
  const plan = planNamed(plansFor(of.asker, ports.plans.all()), planId);
  const comesTo = (before: OpenSubscription | null, now: Instant): Proration =>
    prorate(before, { plan, cycle: cycle ?? before?.cycle ?? "monthly", when }, now);
  if (preview) {
    const found = await ports.subscriptions.read(of.customer.id);
    const shown = found === null ? null : subscriptionToJson(found.id, found.state);
    const proration = comesTo(found?.state ?? null, ports.clock.now());
    return { ...shownProration(proration), subscription: shown };
  }
  const action = { kind: "change_plan", plan, cycle: cycle ?? null, when } as const;
  const { shown, before, changed, at } = await askedChange(ports, of, action);
  const proration = changed ? comesTo(before, at) : nothingDue(at);
  return { ...shownProration(proration), subscription: shown };
}

/** It was so already. */
function nothingDue(effectiveAt: Instant): Proration {
  return { lines: [], totalDue: ZERO_USD, effectiveAt };
}

function shownProration({ lines, totalDue, effectiveAt }: Proration) {
  return {
    lines: lines.map(({ description, amount }) => ({ description, amount: usdNumber(amount) })),
    total_due: usdNumber(totalDue),
    effective_at: formatInstant(effectiveAt),
  };
}

/** Throws `forbidden` for a customer's key, `invalid_request` for a trial that ends before it begins. */
function trialOf(body: z.output<typeof subscribeIn>, asker: Principal, now: Instant): Trial | null {
  const { trial_days: days, trial_end: end, trial_then: afterwards = "active" } = body;
  if (days === undefined && end === undefined) {
    if (body.trial_then === undefined) return null;
    throw invalidField("trial_then", "goes with trial_days or trial_end.");
  }
  if (asker.kind === "customer") {
    throw new AppError("forbidden", "Only a service or admin key gives a trial.");
  }
  return { end: trialEnd(days, end, now), afterwards };
}

function trialEnd(days: number | undefined, text: string | undefined, now: Instant): Instant {
  if (text === undefined) return nearestInstant(now + (days ?? 0) * DAY_MS);
  if (days !== undefined) throw invalidField("trial_end", "goes without trial_days; name one.");
  const end = parseInstant(text, "trial_end");
  if (end <= now) throw invalidField("trial_end", "has passed already.");
  return end;
}
