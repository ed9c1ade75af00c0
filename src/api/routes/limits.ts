/** Shows a customer what they are limited to. */
import { readLimits } from "../../insights/read-limits.ts";
import type { Api } from "../api.ts";
import { getLimits } from "../contract/endpoints/limits.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectOf } from "../subject.ts";

export function limitRoutes(app: Api, ports: ApiPorts): void {
  serve(app, getLimits, async ({ request, params }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    const { plan, soldPlan, lifts } = await planInForce(ports, customer);
    const limits = await readLimits(ports.store, {
      customerId: customer.id,
      usageAnchor: customer.usageAnchor,
      plan: plan.definition,
      soldPlan: soldPlan.definition,
      lifts,
      now: ports.clock.now(),
    });
    const { slug, name } = plan.definition;
    return { plan: { id: plan.planId, slug, name }, limits };
  });
}
