/** The deployment's own alerts: what the operator was told, read and marked as read. */
import { alertPage, markedAllRead, markedRead } from "../alerts.ts";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { operatorAlertsQuery } from "../operator-alerts.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const listOperatorAlerts = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/alerts",
  summary: "The deployment's alerts, newest first: its own limits, and what needs a hand",
  query: operatorAlertsQuery,
  body: noBody,
  answer: alertPage,
});

export const markOperatorAlertRead = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/alerts/:id/mark-read",
  summary: "Marks an alert of the deployment as read",
  description: "A customer's alert is 404 here.",
  query: noQuery,
  body: noBody,
  answer: markedRead,
  bare: true,
  errors: ["not_found"],
});

export const markAllOperatorAlertsRead = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/alerts/mark-all-read",
  summary: "Marks all alerts of the deployment as read",
  query: noQuery,
  body: noBody,
  answer: markedAllRead,
});
