/** What a customer was told about their limits, as methods of the client. */
import type { BodyIn, QueryIn } from "../api/contract/endpoint.ts";
import * as alerts from "../api/contract/endpoints/alerts.ts";
import type { Call } from "./ask-endpoint.ts";

export function alertMethods(call: Call) {
  return {
    /** Newest first. */
    alerts: (userId: string, query: QueryIn<typeof alerts.listAlerts> = {}) =>
      call(alerts.listAlerts, { params: { user_id: userId }, query }),
    /** A service or admin key names the customer, unless the client does. */
    markAlertRead: (alertId: number, userId?: string) =>
      call(alerts.markAlertRead, {
        params: { alert_id: String(alertId) },
        query: userId === undefined ? {} : { user_id: userId },
      }),
    markAllAlertsRead: (userId: string) =>
      call(alerts.markAllAlertsRead, { params: { user_id: userId } }),
    alertPreferences: (userId: string) =>
      call(alerts.getAlertPreferences, { params: { user_id: userId } }),
    setAlertPreferences: (userId: string, body: BodyIn<typeof alerts.setAlertPreferences>) =>
      call(alerts.setAlertPreferences, { params: { user_id: userId }, body }),
  };
}
