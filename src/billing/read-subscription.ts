/** Reads a customer's open subscription and how often it was changed; writes nothing. */
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant, nearestInstant } from "../core/instant.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { planVersionFrom } from "../core/plans/plan-json.ts";
import type {
  OpenSubscription,
  Scheduled,
  SubscriptionTerms,
} from "../core/subscriptions/subscription.ts";
import type { Store } from "../store/store.ts";

export interface StoredSubscription {
  readonly id: number;
  readonly state: OpenSubscription;
}

/** As it is written; core/subscriptions/due-step.ts says what the clock has made of it since. null: there is none. */
export async function readSubscription(
  store: Store,
  customerId: CustomerId,
): Promise<StoredSubscription | null> {
  const row = await selectOpen(store, customerId).executeTakeFirst();
  if (row === undefined) return null;
  const state = stateFrom(row);
  return state === null ? null : { id: Number(row.id), state };
}

/** The number of the last change; 0: there was none. */
export async function readRevision({ db }: Store, customerId: CustomerId): Promise<number> {
  const row = await db
    .selectFrom("subscription_changes")
    .select(({ fn }) => fn.max("revision").as("last"))
    .where("customer_id", "=", customerId)
    .executeTakeFirst();
  return Number(row?.last ?? 0);
}

function selectOpen({ db }: Store, customerId: CustomerId) {
  return db
    .selectFrom("subscriptions as s")
    .innerJoin("plan_versions as own", "own.id", "s.plan_version_id")
    .leftJoin("plan_versions as next", "next.id", "s.next_plan_version_id")
    .selectAll("s")
    .select(["own.plan_id", "own.version", "own.definition"])
    .select([
      "next.plan_id as next_plan_id",
      "next.version as next_version",
      "next.definition as next_definition",
    ])
    .where("s.customer_id", "=", customerId)
    .where("s.ended_at", "is", null);
}

type Row = NonNullable<Awaited<ReturnType<ReturnType<typeof selectOpen>["executeTakeFirst"]>>>;

function stateFrom(row: Row): OpenSubscription | null {
  const terms: SubscriptionTerms = {
    plan: planVersionFrom({ ...row, id: row.plan_version_id }),
    cycle: row.billing_cycle,
    billingAnchor: time(row.billing_anchor),
    period: { start: time(row.current_period_start), end: time(row.current_period_end) },
    renewalCount: Number(row.renewal_count),
    createdAt: time(row.created_at),
  };
  const scheduled = scheduledFrom(row, terms);
  switch (row.status) {
    case "trialing":
    case "active":
      return { ...terms, status: row.status, scheduled };
    case "past_due": {
      const grace = row.grace_until;
      // A missing payment without an end of its grace time is kept for ever.
      const graceUntil = grace === null ? nearestInstant(Number.MAX_SAFE_INTEGER) : time(grace);
      return { ...terms, status: "past_due", scheduled, graceUntil };
    }
    case "paused": {
      const pausedAt = time(row.paused_at ?? row.current_period_start);
      return { ...terms, status: "paused", scheduled, pausedAt };
    }
    case "expired":
      return { ...terms, status: "expired" };
    case "canceled":
      return null;
  }
}

function scheduledFrom(row: Row, { cycle }: SubscriptionTerms): Scheduled | null {
  if (row.next_plan_at === null) return null;
  const at = time(row.next_plan_at);
  const plan = nextPlanFrom(row);
  if (plan === null) return { kind: "cancel", at };
  return { kind: "change", plan, cycle: row.next_billing_cycle ?? cycle, at };
}

function nextPlanFrom(row: Row): PlanVersion | null {
  const { next_plan_version_id: id, next_plan_id: planId } = row;
  const { next_version: version, next_definition: definition } = row;
  if (id === null || planId === null || version === null || definition === null) return null;
  return planVersionFrom({ id, plan_id: planId, version, definition });
}

function time(ms: bigint): Instant {
  return instant(Number(ms));
}
