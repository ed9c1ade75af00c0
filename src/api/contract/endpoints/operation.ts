/** What administrators look after: the deployment's own limits, who is refused, and the test clock. */
import {
  clock,
  clockIn,
  denials,
  denialsQuery,
  deploymentLimits,
  deploymentLimitsIn,
} from "../admin.ts";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const getDeploymentLimits = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/limits",
  summary: "The deployment's own limits: a safety net over all customers together",
  query: noQuery,
  body: noBody,
  answer: deploymentLimits,
});

export const setDeploymentLimits = endpoint({
  ...ADMIN,
  method: "PUT",
  path: "/api/admin/limits",
  summary: "Replaces the deployment's own limits; a period of theirs is the calendar month",
  query: noQuery,
  body: deploymentLimitsIn,
  answer: deploymentLimits,
});

export const listDenials = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/denials",
  summary: "Who is being refused, and by what: counts by day, and the latest in full",
  query: denialsQuery,
  body: noBody,
  answer: denials,
});

export const setClock = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/clock",
  summary: "Sets ledger time, where the test clock is on; answers once the jobs due have run",
  query: noQuery,
  body: clockIn,
  answer: clock,
});
