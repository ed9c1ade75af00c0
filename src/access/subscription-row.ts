/** The row that puts a customer on a plan from an instant on. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { billingPeriod } from "../core/periods/usage-period.ts";
import type { Statement, Store } from "../store/store.ts";

export interface NewSubscription {
  readonly planVersionId: number;
  readonly billingCycle: "monthly" | "yearly";
}

export function subscriptionRow(
  store: Store,
  subscription: NewSubscription & { customerId: CustomerId; at: Instant },
): Statement {
  const { customerId, at, planVersionId, billingCycle } = subscription;
  const paid = billingPeriod(at, billingCycle, 0);
  return store.db.insertInto("subscriptions").values({
    customer_id: customerId,
    plan_version_id: planVersionId,
    billing_cycle: billingCycle,
    status: "active",
    current_period_start: paid.start,
    current_period_end: paid.end,
    billing_anchor: at,
    due_at: paid.end,
    created_at: at,
  });
}
