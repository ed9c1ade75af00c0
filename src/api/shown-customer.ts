/** A customer as administrators see them. */
import type { CustomerRecord } from "../access/customer-row.ts";
import { formatInstant } from "../core/instant.ts";
import type { Person } from "../privacy/vault.ts";
import { planInForce } from "./default-plan.ts";
import type { ApiPorts } from "./ports.ts";
import { namedPlan } from "./routes/plans.ts";

/** `person` is null of those who were erased: what their sums are kept under stands for their id. */
export async function shownCustomer(
  ports: Pick<ApiPorts, "store" | "plans" | "clock">,
  record: CustomerRecord,
  person: Person | null,
) {
  const { plan, subscriptionStatus } = await planInForce(ports, record);
  return {
    id: person?.userId ?? record.id,
    email: person?.email ?? null,
    name: person?.name ?? null,
    metadata: { ...person?.metadata },
    plan: namedPlan(plan),
    subscription_status: subscriptionStatus,
    usage_anchor: formatInstant(record.usageAnchor),
    created_at: formatInstant(record.createdAt),
    erased: person === null,
  };
}
