/** Is the process alive, can it do its work, and what did it do: for load balancers and Prometheus. */
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { health, readiness } from "../health.ts";

const HEALTH = { method: "GET", tag: "health", query: noQuery, body: noBody } as const;

export const checkAlive = endpoint({
  ...HEALTH,
  path: "/healthz",
  audience: "public",
  summary: "The process answers",
  answer: health,
});

export const checkReady = endpoint({
  ...HEALTH,
  path: "/readyz",
  audience: "public",
  summary: "The database answers and has today's schema; 503 until then",
  answer: readiness,
  errors: ["starting"],
});

export const readMetrics = endpoint({
  ...HEALTH,
  path: "/metrics",
  // The deployment's cost is in them, so they are not for customers.
  audience: "service",
  summary: "Counters of this process, in Prometheus' text format",
  description: "Prometheus sends the key as `authorization: { credentials_file: … }`.",
  answer: z.string(),
  bare: true,
  contentTypes: ["text/plain"],
});
