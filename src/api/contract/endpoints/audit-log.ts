/** Who changed what. */
import { auditLogPage, auditLogQuery } from "../audit-log.ts";
import { endpoint } from "../endpoint.ts";
import { noBody } from "../envelope.ts";

export const readAuditLog = endpoint({
  method: "GET",
  path: "/api/admin/audit-log",
  audience: "admin",
  tag: "admin",
  summary: "Who changed what, newest first; pages stay stable while entries come in",
  query: auditLogQuery,
  body: noBody,
  answer: auditLogPage,
});
