/** Administrators see the deployment at a glance. */
import type { CustomerId } from "../../core/ids.ts";
import { readDayRange } from "../../insights/day-range.ts";
import { openDeploymentDays } from "../../insights/deployment-days.ts";
import { readOverview } from "../../insights/read-overview.ts";
import type { Api } from "../api.ts";
import * as endpoints from "../contract/endpoints/overview.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";

export function overviewRoutes(app: Api, ports: ApiPorts): void {
  const days = openDeploymentDays(ports.store);

  serve(app, endpoints.readOverview, async ({ query }) => {
    const now = ports.clock.now();
    const range = readDayRange(query, now);
    const read = await readOverview({ store: ports.store, days }, { range, now });
    const { topCustomers, lowestMargins, nearLimits, ...rest } = read;
    const ids = [...topCustomers, ...lowestMargins, ...nearLimits].map(
      ({ customerId }) => customerId,
    );
    const userIds = await ports.customers.userIdsOf([...new Set(ids)]);
    // Of a person who was erased the sums stay, under the random id.
    const named = <Row extends { customerId: CustomerId }>({ customerId, ...row }: Row) => ({
      user_id: userIds.get(customerId) ?? customerId,
      ...row,
    });
    return {
      ...rest,
      top_customers: topCustomers.map(named),
      lowest_margins: lowestMargins.map(named),
      near_limits: nearLimits.map(named),
    };
  });
}
