/** Which plan a customer is on now: that of their open subscription, else the default one. */
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import { type LimitLift, liftedPlan } from "../core/limits/lifted.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { planVersionFrom } from "../core/plans/plan-json.ts";
import { type PlanTerms, planAt, type SubscriptionStatus } from "../core/subscriptions/plan-at.ts";
import { readLifts } from "../ledger/read-lifts.ts";
import type { Store } from "../store/store.ts";

export interface PlanInForce {
  /** With the caps that hold for this customer. */
  readonly plan: PlanVersion;
  /** As it is sold. */
  readonly soldPlan: PlanVersion;
  /** Of those, the ones whose time has not come; the newest first. */
  readonly lifts: readonly LimitLift[];
  /** null: no subscription, so the default plan. */
  readonly subscriptionStatus: SubscriptionStatus | null;
  /** Non-payment: calls are refused. */
  readonly isExpired: boolean;
}

/** As of `now`, whether the job that carries out what is due has run or not. */
export async function readPlanInForce(
  store: Store,
  customerId: CustomerId,
  of: { readonly defaultPlan: PlanVersion; readonly now: Instant },
): Promise<PlanInForce> {
  const [sold, kept] = await Promise.all([
    readSoldPlan(store, customerId, of),
    readLifts(store, customerId),
  ]);
  const lifts = kept.filter(({ until }) => of.now < until);
  return { ...sold, soldPlan: sold.plan, plan: liftedPlan(sold.plan, lifts, of.now), lifts };
}

async function readSoldPlan(
  store: Store,
  customerId: CustomerId,
  of: { readonly defaultPlan: PlanVersion; readonly now: Instant },
): Promise<Omit<PlanInForce, "soldPlan" | "lifts">> {
  const { defaultPlan, now } = of;
  const onDefault = { plan: defaultPlan, subscriptionStatus: null, isExpired: false };
  const row = await selectTerms(store, customerId).executeTakeFirst();
  if (row === undefined) return onDefault;
  const subscription = termsFrom(row);
  const inForce = planAt({ subscription, defaultPlan }, now);
  if (inForce === null) return onDefault;
  const { plan, by, isExpired } = inForce;
  if (isExpired) return { plan, subscriptionStatus: "expired", isExpired };
  if (by === "default") {
    return { ...onDefault, subscriptionStatus: row.status === "paused" ? "paused" : null };
  }
  const hasTrialEnded = row.trial_end !== null && Number(row.trial_end) <= now;
  const status = row.status === "trialing" && hasTrialEnded ? "active" : row.status;
  return { plan, subscriptionStatus: status, isExpired };
}

function selectTerms({ db }: Store, customerId: CustomerId) {
  return db
    .selectFrom("subscriptions as s")
    .innerJoin("plan_versions as own", "own.id", "s.plan_version_id")
    .leftJoin("plan_versions as next", "next.id", "s.next_plan_version_id")
    .select(["s.status", "s.trial_end", "s.next_plan_at", "s.grace_until"])
    .select(["own.id", "own.plan_id", "own.version", "own.definition"])
    .select([
      "next.id as next_id",
      "next.plan_id as next_plan_id",
      "next.version as next_version",
      "next.definition as next_definition",
    ])
    .where("s.customer_id", "=", customerId)
    .where("s.ended_at", "is", null);
}

type TermsRow = NonNullable<
  Awaited<ReturnType<ReturnType<typeof selectTerms>["executeTakeFirst"]>>
>;

function termsFrom(row: TermsRow): PlanTerms<PlanVersion> {
  const next = planFrom({
    id: row.next_id,
    plan_id: row.next_plan_id,
    version: row.next_version,
    definition: row.next_definition,
  });
  const plan = planFrom(row);
  if (plan === null) throw new Error("A subscription is to a version of a plan.");
  return {
    status: row.status,
    plan,
    next: row.next_plan_at === null ? null : { at: time(row.next_plan_at), plan: next },
    graceUntil: row.grace_until === null ? null : time(row.grace_until),
  };
}

function planFrom(row: {
  id: bigint | null;
  plan_id: bigint | null;
  version: bigint | null;
  definition: string | null;
}): PlanVersion | null {
  const { id, plan_id: planId, version, definition } = row;
  if (id === null || planId === null || version === null || definition === null) return null;
  return planVersionFrom({ id, plan_id: planId, version, definition });
}

function time(ms: bigint): Instant {
  return instant(Number(ms));
}
