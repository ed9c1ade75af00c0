/** A customer's alerts, read and marked as read, and how they want to hear of them. */
import {
  alertPage,
  alertPreferences,
  alertPreferencesIn,
  alertsQuery,
  markedAllRead,
  markedRead,
} from "../alerts.ts";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";

const OWN = { audience: "customer", tag: "alerts" } as const;

export const listAlerts = endpoint({
  ...OWN,
  method: "GET",
  path: "/api/subscription/alerts/:user_id",
  summary: "A customer's alerts, newest first",
  query: alertsQuery,
  body: noBody,
  answer: alertPage,
});

export const markAlertRead = endpoint({
  ...OWN,
  method: "POST",
  path: "/api/subscription/alerts/:alert_id/mark-read",
  summary: "Marks an alert as read",
  description: "Another customer's alert is 404, as one that does not exist.",
  query: noQuery,
  body: noBody,
  answer: markedRead,
  bare: true,
  errors: ["not_found"],
});

export const markAllAlertsRead = endpoint({
  ...OWN,
  method: "POST",
  path: "/api/subscription/alerts/:user_id/mark-all-read",
  summary: "Marks all alerts of a customer as read",
  query: noQuery,
  body: noBody,
  answer: markedAllRead,
});

export const getAlertPreferences = endpoint({
  ...OWN,
  method: "GET",
  path: "/api/subscription/alert-preferences/:user_id",
  summary: "At which thresholds, by which channels and in which time zone a customer wants alerts",
  query: noQuery,
  body: noBody,
  answer: alertPreferences,
});

export const setAlertPreferences = endpoint({
  ...OWN,
  method: "PUT",
  path: "/api/subscription/alert-preferences/:user_id",
  summary: "Changes a customer's alert preferences; what is left out stays",
  description:
    "`thresholds: null` takes the plan's again. `unsubscribed` is the whole list: what is not in it is mailed again.",
  query: noQuery,
  body: alertPreferencesIn,
  answer: alertPreferences,
  examples: {
    body: {
      thresholds: [80, 90, 100],
      channels: { email: true },
      time_zone: "Europe/Berlin",
      unsubscribed: ["projected"],
    },
  },
});
