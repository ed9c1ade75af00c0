/** Who is subscribed to which plan, and what their plans' prices come to in a month. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { divideHalfEven, type NanoUsd, nanoUsd } from "../core/money.ts";
import type { PlanDefinition } from "../core/plans/plan.ts";
import { planFromJson } from "../core/plans/plan-json.ts";
import type { Store } from "../store/store.ts";

export interface PlanSubscribers {
  readonly planId: number;
  readonly plan: Pick<PlanDefinition, "slug" | "name" | "tier">;
  readonly subscribers: number;
  /** Of those whose subscription is paid: a yearly price counts a twelfth. */
  readonly monthlyRevenue: NanoUsd;
}

/** Open subscriptions by plan, whatever their version. A change that is due counts, whether its job has run or not. */
export async function readSubscribers(store: Store, now: Instant): Promise<PlanSubscribers[]> {
  const rows = await openSubscriptions(store, now)
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .groupBy(["plan_id", "definition", "billing_cycle", "is_paid"])
    .execute();
  const byPlan = Map.groupBy(rows, (row) => row.plan_id);
  return [...byPlan].map(([planId, ofPlan]) => {
    // Of the versions that are subscribed to, any says what the plan is called.
    const { slug, name, tier } = definitionOf(ofPlan[0]?.definition ?? "{}");
    const twelvefold = ofPlan.reduce(
      (sum, row) => sum + BigInt(row.count) * twelveMonths(row, definitionOf(row.definition)),
      0n,
    );
    return {
      planId: Number(planId),
      plan: { slug, name, tier },
      subscribers: ofPlan.reduce((sum, { count }) => sum + Number(count), 0),
      monthlyRevenue: nanoUsd(divideHalfEven(twelvefold, 12n)),
    };
  });
}

export interface CustomerPlan {
  readonly slug: string;
  /** A month's price where the subscription is paid, else 0. */
  readonly monthlyPrice: NanoUsd;
}

/** The plans of these customers; one without an open subscription is left out. */
export async function readPlansOf(
  store: Store,
  customerIds: readonly CustomerId[],
  now: Instant,
): Promise<ReadonlyMap<CustomerId, CustomerPlan>> {
  if (customerIds.length === 0) return new Map();
  const rows = await openSubscriptions(store, now)
    .select("customer_id")
    .where("customer_id", "in", customerIds)
    .execute();
  // Many customers, few plans: to read a definition takes longer than all the rest.
  const byText = new Map<string, PlanDefinition>();
  return new Map(
    rows.map((row) => {
      const plan = byText.get(row.definition) ?? definitionOf(row.definition);
      byText.set(row.definition, plan);
      const monthlyPrice = nanoUsd(divideHalfEven(twelveMonths(row, plan), 12n));
      return [row.customer_id as CustomerId, { slug: plan.slug, monthlyPrice }];
    }),
  );
}

/**
 * Paid are those that are active, or past due with their grace time not over: neither on trial nor paused. Who is on the
 * default plan without a subscription is in no row.
 */
function openSubscriptions({ db }: Store, now: Instant) {
  const at = BigInt(now);
  const open = db
    .selectFrom("subscriptions")
    .where("ended_at", "is", null)
    .where("status", "not in", ["canceled", "expired"])
    .select(({ eb, ref }) => {
      const isChanged = eb.and([eb("next_plan_at", "is not", null), eb("next_plan_at", "<=", at)]);
      return [
        "customer_id",
        eb
          .case()
          .when(isChanged)
          .then(ref("next_plan_version_id"))
          .else(ref("plan_version_id"))
          .end()
          .as("version_id"),
        eb
          .case()
          .when(eb.and([isChanged, eb("next_billing_cycle", "is not", null)]))
          .then(ref("next_billing_cycle"))
          .else(ref("subscriptions.billing_cycle"))
          .end()
          .as("billing_cycle"),
        eb
          .case()
          .when(
            eb.or([
              eb("status", "=", "active"),
              // Its trial is over, and the job that makes it active has not run yet.
              eb.and([eb("status", "=", "trialing"), eb("trial_end", "<=", at)]),
              eb.and([
                eb("status", "=", "past_due"),
                eb.or([eb("grace_until", "is", null), eb("grace_until", ">", at)]),
              ]),
            ]),
          )
          .then(1)
          .else(0)
          .end()
          .as("is_paid"),
      ] as const;
    })
    .as("open");
  return db
    .selectFrom(open)
    .innerJoin("plan_versions", "plan_versions.id", "open.version_id")
    .select(["plan_id", "definition", "billing_cycle", "is_paid"]);
}

/** Twelve months' price, so that it is whole on either cycle. */
function twelveMonths(
  row: { readonly billing_cycle: string | null; readonly is_paid: number | bigint },
  { priceMonthly, priceYearly }: PlanDefinition,
): bigint {
  if (BigInt(row.is_paid) === 0n) return 0n;
  return row.billing_cycle === "yearly" ? priceYearly : priceMonthly * 12n;
}

function definitionOf(text: string): PlanDefinition {
  return planFromJson(JSON.parse(text));
}
