/** A customer reads their alerts, marks them as read, and says how they want to hear of them. */

import { AppError, invalidField } from "../../core/errors.ts";
import type { CustomerId } from "../../core/ids.ts";
import { DEFAULT_THRESHOLDS } from "../../core/limits/thresholds.ts";
import {
  type AlertPreferences,
  changeAlertPreferences,
  readAlertPreferences,
} from "../../insights/alert-preferences.ts";
import { readAlertPage } from "../../insights/read-alert-page.ts";
import { lookAtKeysLater, lookLater } from "../../ledger/look-later.ts";
import type { Api } from "../api.ts";
import type { AnswerOf, BodyOf } from "../contract/endpoint.ts";
import {
  getAlertPreferences,
  listAlerts,
  markAlertRead,
  markAllAlertsRead,
  setAlertPreferences,
} from "../contract/endpoints/alerts.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectOf, subjectToCharge } from "../subject.ts";
import { principalOf } from "../who-asks.ts";

export function alertRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listAlerts, async ({ params, query, request }) => {
    const { id } = await subjectOf(request, ports, params.user_id);
    const { limit, offset, unread_only: unreadOnly, severity, type, kind } = query;
    return readAlertPage(ports, {
      customerId: id,
      limit,
      offset,
      unreadOnly,
      ...(severity === undefined ? {} : { severity }),
      ...(type === undefined ? {} : { type }),
      ...(kind === undefined ? {} : { kind }),
    });
  });
  serve(app, markAlertRead, async ({ params, query, request }) => {
    const alertId = readAlertId(params.alert_id);
    const { id } = await subjectOf(request, ports, query.user_id);
    const wasThere = await markRead(ports, id, alertId);
    if (!wasThere) throw new AppError("not_found", "There is no alert with this id.");
    return { success: true as const, message: "The alert is marked as read." };
  });
  serve(app, markAllAlertsRead, async ({ params, request }) => {
    const { id } = await subjectOf(request, ports, params.user_id);
    const { store, clock } = ports;
    const [marked] = await store.write([
      store.db
        .updateTable("alerts")
        .set({ read_at: clock.now() })
        .where("customer_id", "=", id)
        .where("read_at", "is", null)
        .returning("id"),
    ]);
    return { marked: marked?.length ?? 0 };
  });
  serve(app, getAlertPreferences, async ({ params, request }) => {
    const { id } = await subjectOf(request, ports, params.user_id);
    return shown(ports, id, await readAlertPreferences(ports.store, id));
  });
  serve(app, setAlertPreferences, async ({ params, body, request }) => {
    const { id } =
      principalOf(request).kind === "service"
        ? await subjectToCharge(request, ports, params.user_id)
        : await subjectOf(request, ports, params.user_id);
    const at = ports.clock.now();
    const inForce = await changeAlertPreferences(ports.store, id, {
      change: (before) => withChanges(before, body),
      at,
      alongside: [
        lookLater(ports.store, { customerId: id, at }),
        lookAtKeysLater(ports.store, { customerId: id, at }),
      ],
    });
    return shown(ports, id, inForce);
  });
}

function readAlertId(text: string): bigint {
  const id = /^[1-9]\d{0,15}$/.test(text) ? BigInt(text) : null;
  if (id !== null && id <= BigInt(Number.MAX_SAFE_INTEGER)) return id;
  throw invalidField("alert_id", "must be an alert's id, a whole number.");
}

/** false: there is no such alert of theirs. One that was read before stays as it is. */
async function markRead(
  { store, clock }: ApiPorts,
  customerId: CustomerId,
  alertId: bigint,
): Promise<boolean> {
  const found = await store.db
    .selectFrom("alerts")
    .select("read_at")
    .where("id", "=", alertId)
    .where("customer_id", "=", customerId)
    .executeTakeFirst();
  if (found === undefined) return false;
  if (found.read_at !== null) return true;
  await store.write([
    store.db
      .updateTable("alerts")
      .set({ read_at: clock.now() })
      .where("id", "=", alertId)
      .where("customer_id", "=", customerId)
      .where("read_at", "is", null),
  ]);
  return true;
}

/** What is left out stays as it is. */
function withChanges(
  before: AlertPreferences,
  { thresholds, channels, time_zone, unsubscribed }: BodyOf<typeof setAlertPreferences>,
): AlertPreferences {
  return {
    thresholds: thresholds === undefined ? before.thresholds : thresholds,
    channels: {
      email: channels?.email ?? before.channels.email,
      webhook: channels?.webhook ?? before.channels.webhook,
      slack: channels?.slack ?? before.channels.slack,
      in_app: channels?.in_app ?? before.channels.in_app,
    },
    time_zone: time_zone ?? before.time_zone,
    unsubscribed: unsubscribed ?? before.unsubscribed,
  };
}

/** With the thresholds that hold for them where they named none. */
async function shown(
  ports: ApiPorts,
  customerId: CustomerId,
  { thresholds, channels, time_zone, unsubscribed }: AlertPreferences,
): Promise<AnswerOf<typeof getAlertPreferences>> {
  const inForce = thresholds ?? (await thresholdsOfPlan(ports, customerId));
  return {
    thresholds: [...inForce],
    channels,
    time_zone,
    unsubscribed: [...unsubscribed],
  };
}

async function thresholdsOfPlan(ports: ApiPorts, id: CustomerId): Promise<readonly number[]> {
  const { plan } = await planInForce(ports, { id });
  return plan.definition.alertAt ?? DEFAULT_THRESHOLDS;
}
