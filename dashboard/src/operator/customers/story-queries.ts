/** What a customer's story is read from. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { listAlerts } from "../../../../src/api/contract/endpoints/alerts.ts";
import type { readAuditLog } from "../../../../src/api/contract/endpoints/audit-log.ts";
import type { subscriptionChanges } from "../../../../src/api/contract/endpoints/subscriptions.ts";
import { client } from "../../app/client.ts";

export type Change = z.output<(typeof subscriptionChanges)["answer"]>["changes"][number];
export type AuditEntry = z.output<(typeof readAuditLog)["answer"]>["entries"][number];
export type CustomerAlert = z.output<(typeof listAlerts)["answer"]>["alerts"][number];

const CALLS = 15;
const ALERTS = 20;
const REFUSALS = 50;
const LINES = 50;

export function callsQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "calls"],
    queryFn: async () => (await client.logPage({ user_id: id, limit: CALLS })).logs,
  });
}

export function alertsQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "alerts"],
    queryFn: () => client.alerts(id, { limit: ALERTS }),
  });
}

export function denialsQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "denials"],
    queryFn: () => client.admin.denials({ user_id: id, limit: REFUSALS }),
  });
}

export function changesQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "changes"],
    queryFn: async () => (await client.subscriptionChanges(id, { limit: LINES })).changes,
  });
}

export function auditQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "operator", "audit"],
    queryFn: async () => (await client.admin.auditLog({ user_id: id, limit: LINES })).entries,
  });
}
