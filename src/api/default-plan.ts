/** The plan of whoever has no subscription. */
import type { Principal } from "../access/callers.ts";
import type { Customer } from "../access/customers.ts";
import { AppError } from "../core/errors.ts";
import { defaultPlanOf } from "../core/plans/default-plan.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { type PlanInForce, readPlanInForce } from "../insights/read-plan.ts";
import type { ApiPorts } from "./ports.ts";

function defaultPlan(plans: readonly PlanVersion[]): PlanVersion {
  const free = defaultPlanOf(plans);
  if (free === null) throw new AppError("internal", "There is no plan of tier free.");
  return free;
}

export function planInForce(
  ports: Pick<ApiPorts, "store" | "plans" | "clock">,
  customer: Pick<Customer, "id">,
): Promise<PlanInForce> {
  return readPlanInForce(ports.store, customer.id, {
    defaultPlan: defaultPlan(ports.plans.all()),
    now: ports.clock.now(),
  });
}

/** What somebody may choose for themself: a hidden plan is given by operators only. */
export function plansFor(
  { kind }: Pick<Principal, "kind">,
  plans: readonly PlanVersion[],
): readonly PlanVersion[] {
  return kind === "customer" ? plans.filter(({ definition }) => !definition.hidden) : plans;
}

/** A plan by its number or its slug. Throws `plan_unknown`. */
export function planNamed(plans: readonly PlanVersion[], wanted: string | number): PlanVersion {
  const found = plans.find(
    ({ planId, definition }) => String(planId) === String(wanted) || definition.slug === wanted,
  );
  if (found !== undefined) return found;
  const slugs = plans.map(({ definition }) => definition.slug).join(", ");
  throw new AppError("plan_unknown", `There is no plan "${wanted}". There are: ${slugs}.`, {
    plan_id: wanted,
  });
}
