/** Customers as administrators see and change them. */
import {
  customer,
  customerEditIn,
  customerErased,
  customerIn,
  customerInFull,
  customerPage,
  customersQuery,
} from "../customers.ts";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { customerKeyIn, shownKey } from "../keys.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const createCustomer = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/customers",
  summary: "Adds a customer, on a plan or on the default one",
  query: noQuery,
  body: customerIn,
  answer: customer,
  status: 201,
  errors: ["conflict", "plan_unknown"],
});

export const listCustomers = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/customers",
  summary: "Customers, the newest first; searched by id, e-mail or name",
  description:
    "An id is found at once. Anything else is looked for in the 5,000 customers after the cursor, since people are kept encrypted; so a page may hold less than its limit, or nothing, and still have a next one.",
  query: customersQuery,
  body: noBody,
  answer: customerPage,
  errors: ["plan_unknown"],
});

export const getCustomer = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/customers/:id",
  summary: "A customer: plan, subscription, keys, last call, usage of the present period",
  query: noQuery,
  body: noBody,
  answer: customerInFull,
  errors: ["not_found"],
});

export const editCustomer = endpoint({
  ...ADMIN,
  method: "PATCH",
  path: "/api/admin/customers/:id",
  summary: "Changes a customer's e-mail, name or metadata; null clears one",
  query: noQuery,
  body: customerEditIn,
  answer: customer,
  errors: ["not_found", "conflict"],
});

export const eraseCustomer = endpoint({
  ...ADMIN,
  method: "DELETE",
  path: "/api/admin/customers/:id",
  summary: "Erases a person for good: who they are, their keys and their subscription; sums stay",
  description:
    "Afterwards their id is nobody's. What was used stays, under an internal id that is also accepted here: to erase again what a call that was running left behind.",
  query: noQuery,
  body: noBody,
  answer: customerErased,
  errors: ["not_found"],
});

export const createCustomerKey = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/customers/:id/keys",
  summary: "Makes a key for a customer; its text is shown this once",
  query: noQuery,
  body: customerKeyIn,
  answer: shownKey,
  status: 201,
  errors: ["not_found"],
});
