/** How fast calls are answered and how many fail: what operators read, and what they promise. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { objectives, objectivesIn, performance, performanceQuery } from "../performance.ts";

export const readPerformance = endpoint({
  method: "GET",
  path: "/api/admin/performance",
  audience: "admin",
  tag: "admin",
  summary: "Latency percentiles and error rates of the whole deployment, by provider and model",
  description:
    "Over a range of UTC days. What is told late of a day that is over shows within five minutes.",
  query: performanceQuery,
  body: noBody,
  answer: performance,
});

export const readObjectives = endpoint({
  method: "GET",
  path: "/api/admin/objectives",
  audience: "admin",
  tag: "admin",
  summary: "The objectives (SLA) for latency and errors, and how much of each is left",
  query: noQuery,
  body: noBody,
  answer: objectives,
});

export const setObjectives = endpoint({
  method: "PUT",
  path: "/api/admin/objectives",
  audience: "admin",
  tag: "admin",
  summary: "Replaces the objectives; an empty list takes them all away",
  query: noQuery,
  body: objectivesIn,
  answer: objectives,
});
