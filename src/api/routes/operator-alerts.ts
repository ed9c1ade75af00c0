/** Administrators read the deployment's own alerts and mark them as read. */
import { AppError } from "../../core/errors.ts";
import type { CustomerId } from "../../core/ids.ts";
import { readAlertPage } from "../../insights/read-alert-page.ts";
import { DEPLOYMENT } from "../../ledger/rules/subjects.ts";
import type { Api } from "../api.ts";
import {
  listOperatorAlerts,
  markAllOperatorAlertsRead,
  markOperatorAlertRead,
} from "../contract/endpoints/operator-alerts.ts";
import type { ApiPorts } from "../ports.ts";
import { readRowId } from "../row-id.ts";
import { serve } from "../serve.ts";

/** Whom the deployment's alerts are kept under; no customer has that id. */
const OPERATOR = DEPLOYMENT as CustomerId;

export function operatorAlertRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listOperatorAlerts, ({ query }) => {
    const { limit, offset, unread_only: unreadOnly, severity, kind } = query;
    return readAlertPage(ports, {
      customerId: OPERATOR,
      limit,
      offset,
      unreadOnly,
      ...(severity === undefined ? {} : { severity }),
      ...(kind === undefined ? {} : { kind }),
    });
  });
  serve(app, markOperatorAlertRead, async ({ params }) => {
    const id = readRowId(params.id, "an alert's id");
    if (!(await markRead(ports, id))) {
      throw new AppError("not_found", "There is no alert of the deployment with this id.");
    }
    return { success: true as const, message: "The alert is marked as read." };
  });
  serve(app, markAllOperatorAlertsRead, async () => {
    const [marked] = await ports.store.write([unread(ports).returning("id")]);
    return { marked: marked?.length ?? 0 };
  });
}

/** false: there is no such alert. One that was read before stays as it is. */
async function markRead(ports: ApiPorts, id: number): Promise<boolean> {
  const [marked] = await ports.store.write([
    unread(ports).where("id", "=", BigInt(id)).returning("id"),
  ]);
  if ((marked?.length ?? 0) > 0) return true;
  const found = await ports.store.db
    .selectFrom("alerts")
    .select("id")
    .where("id", "=", BigInt(id))
    .where("customer_id", "=", OPERATOR)
    .executeTakeFirst();
  return found !== undefined;
}

function unread({ store, clock }: ApiPorts) {
  return store.db
    .updateTable("alerts")
    .set({ read_at: clock.now() })
    .where("customer_id", "=", OPERATOR)
    .where("read_at", "is", null);
}
