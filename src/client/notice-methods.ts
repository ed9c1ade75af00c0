/** Channels, the outbox and the deployment's own alerts, as methods of the client; they need an admin key. */
import type { BodyIn, QueryIn } from "../api/contract/endpoint.ts";
import * as channels from "../api/contract/endpoints/channels.ts";
import * as alerts from "../api/contract/endpoints/operator-alerts.ts";
import * as outbox from "../api/contract/endpoints/outbox.ts";
import type { Call } from "./ask-endpoint.ts";

type Edit = BodyIn<typeof channels.editChannel>;

export function noticeMethods(call: Call) {
  const channel = (id: number) => ({ params: { id: String(id) } });
  return {
    channels: (query: QueryIn<typeof channels.listChannels> = {}) =>
      call(channels.listChannels, { query }),
    /** Of a webhook, the one answer that holds its secret. */
    createChannel: (body: BodyIn<typeof channels.createChannel>) =>
      call(channels.createChannel, { body }),
    editChannel: (id: number, body: Omit<Edit, "rotate_secret" | "secret" | "overlap_seconds">) =>
      call(channels.editChannel, { ...channel(id), body }),
    /** The one answer that holds the new secret. */
    rotateChannelSecret: (id: number, of: Pick<Edit, "secret" | "overlap_seconds"> = {}) =>
      call(channels.editChannel, { ...channel(id), body: { ...of, rotate_secret: true } }),
    removeChannel: (id: number) => call(channels.removeChannel, channel(id)),
    /** One attempt, now; what the receiver does is in the answer. */
    testChannel: (id: number) => call(channels.testChannel, channel(id)),
    /** One page; go on with `next_cursor`. */
    outbox: (query: QueryIn<typeof outbox.listOutbox> = {}) => call(outbox.listOutbox, { query }),
    retryDelivery: (id: number) => call(outbox.retryDelivery, { params: { id: String(id) } }),
    /** The deployment's own, newest first. */
    alerts: (query: QueryIn<typeof alerts.listOperatorAlerts> = {}) =>
      call(alerts.listOperatorAlerts, { query }),
    markAlertRead: (id: number) =>
      call(alerts.markOperatorAlertRead, { params: { id: String(id) } }),
    markAllAlertsRead: () => call(alerts.markAllOperatorAlertsRead),
  };
}
