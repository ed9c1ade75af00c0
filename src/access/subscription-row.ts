/** How the steps of a customer's subscription are written: its row, its log of changes, its renewals, the audit log, the outbox. */
import { sql } from "kysely";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Step } from "../core/subscriptions/step.ts";
import {
  type BillingCycle,
  dueAt,
  type Subscription,
  scheduledOf,
} from "../core/subscriptions/subscription.ts";
import {
  subscriptionToJson,
  subscriptionToJsonWithoutId,
} from "../core/subscriptions/subscription-json.ts";
import { subscriptionChanged } from "../ledger/look-later.ts";
import type { Statement, Store } from "../store/store.ts";
import { auditRow } from "./audit-log.ts";

export interface NewSubscription {
  readonly planVersionId: number;
  readonly billingCycle: BillingCycle;
}

/** What was used in the period before; cost in nano-dollars. */
export interface UsageBefore {
  readonly calls: bigint;
  readonly tokens: bigint;
  readonly cost: bigint;
}

export interface StepOfCustomer {
  readonly customerId: CustomerId;
  readonly step: Step;
  /** The open subscription's number; of a step that begins one it is left to the database. */
  readonly subscriptionId: number | null;
  /** One more than the last; who writes it first has made the change. */
  readonly revision: number;
  readonly usageBefore: UsageBefore | null;
  readonly actor: string;
  /** When it is written: for what the clock does, later than when it takes effect. */
  readonly now: Instant;
}

/** One step; several of them go into one `store.write`, in order. */
export function stepStatements(store: Store, of: StepOfCustomer): Statement[] {
  const { customerId, step, actor, revision, now } = of;
  const details = {
    plan: step.after.plan.definition.slug,
    status: step.after.status,
    effective_at: step.at,
  };
  return [
    subscriptionRow(store, of),
    changeRow(store, of),
    ...(step.renewal === null ? [] : [renewalRow(store, of, step.renewal)]),
    auditRow(store, {
      at: now,
      actor,
      action: `subscription.${step.kind}`,
      subject: customerId,
      details,
    }),
    subscriptionChanged(store, { customerId, revision, at: now }),
  ];
}

function subscriptionRow(
  { db }: Store,
  { customerId, step, subscriptionId }: StepOfCustomer,
): Statement {
  const columns = columnsOf(step.after);
  if (step.begins) {
    const createdAt = step.after.createdAt;
    return db
      .insertInto("subscriptions")
      .values({ customer_id: customerId, created_at: createdAt, ...columns });
  }
  return db
    .updateTable("subscriptions")
    .set(columns)
    .where("id", "=", BigInt(idOf(subscriptionId)));
}

function columnsOf(of: Subscription) {
  const scheduled = scheduledOf(of);
  const change = scheduled?.kind === "change" ? scheduled : null;
  return {
    plan_version_id: of.plan.planVersionId,
    billing_cycle: of.cycle,
    status: of.status,
    current_period_start: of.period.start,
    current_period_end: of.period.end,
    billing_anchor: of.billingAnchor,
    trial_end: of.status === "trialing" ? of.period.end : null,
    cancel_at_period_end: scheduled?.kind === "cancel" ? 1 : 0,
    next_plan_version_id: change?.plan.planVersionId ?? null,
    next_billing_cycle: change?.cycle ?? null,
    next_plan_at: scheduled?.at ?? null,
    grace_until: of.status === "past_due" ? of.graceUntil : null,
    paused_at: of.status === "paused" ? of.pausedAt : null,
    renewal_count: of.renewalCount,
    due_at: dueAt(of),
    ended_at: of.status === "canceled" ? of.endedAt : null,
  };
}

function changeRow(
  { db }: Store,
  { customerId, step, subscriptionId, revision, actor }: StepOfCustomer,
): Statement {
  return db.insertInto("subscription_changes").values({
    customer_id: customerId,
    revision,
    at: step.at,
    actor,
    kind: step.kind,
    subscription: step.begins
      ? sql<string>`'{"id":' || cast(${openIdOf(customerId)} as text) || cast(${restOf(step.after)} as text)`
      : JSON.stringify(subscriptionToJson(idOf(subscriptionId), step.after)),
  });
}

/** The subscription's JSON from behind its number on. */
function restOf(of: Subscription): string {
  return `,${JSON.stringify(subscriptionToJsonWithoutId(of)).slice(1)}`;
}

/** There is one open subscription at most; in the transaction that begins it, it is that one. */
function openIdOf(customerId: CustomerId) {
  return sql<bigint>`(select id from subscriptions where customer_id = ${customerId} and ended_at is null)`;
}

function renewalRow(
  { db }: Store,
  { customerId, step, subscriptionId, revision, usageBefore }: StepOfCustomer,
  renewal: NonNullable<Step["renewal"]>,
): Statement {
  return db.insertInto("renewals").values({
    customer_id: customerId,
    subscription_id: step.begins ? openIdOf(customerId) : idOf(subscriptionId),
    revision,
    renewal_type: renewal.type,
    plan_version_id: renewal.plan.planVersionId,
    previous_plan_version_id: renewal.previousPlan?.planVersionId ?? null,
    billing_cycle: renewal.cycle,
    previous_period_start: renewal.previousPeriod?.start ?? null,
    previous_period_end: renewal.previousPeriod?.end ?? null,
    new_period_start: renewal.newPeriod.start,
    new_period_end: renewal.newPeriod.end,
    renewal_count: renewal.renewalCount,
    usage_calls: usageBefore?.calls ?? null,
    usage_tokens: usageBefore?.tokens ?? null,
    usage_cost: usageBefore?.cost ?? null,
    // There is no payment provider: what is in force was granted.
    payment_amount: 0,
    payment_status: renewal.paymentStatus,
    payment_date: null,
    created_at: step.at,
  });
}

/** A step that begins nothing changes what is there. */
function idOf(subscriptionId: number | null): number {
  if (subscriptionId === null) throw new Error("A change of a subscription needs its number.");
  return subscriptionId;
}
