/** Who is being refused, and by what. */
import type { CustomerId } from "../../core/ids.ts";
import { readDenials } from "../../insights/read-denials.ts";
import type { Api } from "../api.ts";
import { listDenials } from "../contract/endpoints/operation.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { customerIdNamed } from "./keys.ts";

export function denialRoute(app: Api, ports: ApiPorts): void {
  serve(app, listDenials, async ({ query }) => {
    const { limit, user_id: userId } = query;
    const report = await readDenials(ports.store, {
      limit,
      ...(userId === undefined ? {} : { customerId: await customerIdNamed(ports, userId) }),
    });
    const all = [...report.counts, ...report.denials].map(({ customerId }) => customerId);
    const userIds = await ports.customers.userIdsOf([...new Set(all)]);
    const named = <Row extends { customerId: CustomerId }>({ customerId, ...row }: Row) => ({
      // Of a person who was erased the sums stay, under the random id.
      user_id: userIds.get(customerId) ?? customerId,
      ...row,
    });
    return { counts: report.counts.map(named), denials: report.denials.map(named) };
  });
}
