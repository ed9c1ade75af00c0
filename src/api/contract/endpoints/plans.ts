/** What is sold and what it costs, and what a customer's plan turns on. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { features } from "../plans.ts";
import { plans, pricing, pricingQuery } from "../subscription.ts";

export const listPlans = endpoint({
  method: "GET",
  path: "/api/subscription/plans",
  audience: "public",
  tag: "plans",
  summary: "The plans that are sold, by price",
  query: noQuery,
  body: noBody,
  answer: plans,
});

export const listPricing = endpoint({
  method: "GET",
  path: "/api/subscription/pricing",
  audience: "public",
  tag: "plans",
  summary: "What providers charge, as in force now; what does not apply is 0",
  query: pricingQuery,
  body: noBody,
  answer: pricing,
});

export const getFeatures = endpoint({
  method: "GET",
  path: "/api/subscription/features/:user_id",
  audience: "customer",
  tag: "plans",
  summary: "What a customer's plan has: features in words, and switches",
  description: "While a subscription is expired, all switches are off.",
  query: noQuery,
  body: noBody,
  answer: features,
});
