/** Plans as administrators see and change them. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import {
  adminPlan,
  adminPlans,
  applyPlansIn,
  planChanges,
  planEdited,
  planEditIn,
  planIn,
  planVersions,
} from "../plans.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const listAllPlans = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/plans",
  summary: "The plans in force, hidden ones too, with how many subscribe to which version",
  query: noQuery,
  body: noBody,
  answer: adminPlans,
});

export const createPlan = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/plans",
  summary: "Makes a plan, written as in a plan file",
  query: noQuery,
  body: planIn,
  answer: adminPlan,
  status: 201,
  errors: ["conflict"],
});

export const editPlan = endpoint({
  ...ADMIN,
  method: "PUT",
  path: "/api/admin/plans/:id",
  summary: "Replaces what a plan says: a new version, unless nothing changed",
  description:
    "By id or slug. What is left out takes its usual value. Subscribers keep the version they have. Hiding a plan, or showing it again, makes no version.",
  query: noQuery,
  body: planEditIn,
  answer: planEdited,
  errors: ["not_found"],
});

export const listPlanVersions = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/plans/:id/versions",
  summary: "Every version of a plan, newest first, with how many subscribe to it",
  query: noQuery,
  body: noBody,
  answer: planVersions,
  errors: ["not_found"],
});

export const applyPlans = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/plans/apply",
  summary: "Makes a plan file the plans in force, or says what that would change",
  query: noQuery,
  body: applyPlansIn,
  answer: planChanges,
});
