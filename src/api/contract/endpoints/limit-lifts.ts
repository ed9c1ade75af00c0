/** Administrators raise or lower one limit of one customer until a date. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { limitLift, limitLiftIn, limitLifts } from "../limit-lifts.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const createLimitLift = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/customers/:id/limit-lifts",
  summary: "Gives one limit of a customer's plan another cap, for that customer, until a date",
  description:
    "It holds at once and ends at its instant by itself, whatever plan the customer is on meanwhile. One that is there for the same limit is replaced.",
  query: noQuery,
  body: limitLiftIn,
  answer: limitLift,
  status: 201,
  errors: ["not_found"],
  examples: {
    body: {
      limit: { meter: "calls", provider: "gemini" },
      max: 8000,
      until: "2026-05-01T00:00:00Z",
      reason: "A launch week",
    },
  },
});

export const listLimitLifts = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/customers/:id/limit-lifts",
  summary: "A customer's lifted limits, past ones too",
  query: noQuery,
  body: noBody,
  answer: limitLifts,
  errors: ["not_found"],
});

export const endLimitLift = endpoint({
  ...ADMIN,
  method: "DELETE",
  path: "/api/admin/customers/:id/limit-lifts/:lift_id",
  summary: "Takes a lift back: the plan's own cap holds from now on",
  description: "One that is over already is given back as it is.",
  query: noQuery,
  body: noBody,
  answer: limitLift,
  errors: ["not_found"],
});
