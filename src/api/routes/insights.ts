/** A customer's insights: recommendations, models, performance. */
import { readInsights } from "../../insights/recommend/read-insights.ts";
import type { Api } from "../api.ts";
import * as endpoints from "../contract/endpoints/insights.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectOf } from "../subject.ts";

export function insightRoutes(app: Api, ports: ApiPorts): void {
  serve(app, endpoints.readInsights, async ({ params, query, request }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    const { plan } = await planInForce(ports, customer);
    const now = ports.clock.now();
    return readInsights(
      {
        store: ports.store,
        alternatives: ports.modelAlternatives,
        priceOf: (wanted) => ports.prices.find({ ...wanted, at: now }),
      },
      {
        customerId: customer.id,
        usageAnchor: customer.usageAnchor,
        plan: plan.definition,
        offered: ports.plans.all().filter(({ definition }) => !definition.hidden),
        months: query.months,
        now,
      },
    );
  });
}
