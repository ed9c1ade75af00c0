/** The log of a customer's calls: pages, an export, one call. */
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { exportQuery, loggedEvent, logPage, logsQuery } from "../usage-logs.ts";

const OWN = { method: "GET", audience: "customer", tag: "usage", body: noBody } as const;

export const listUsageLogs = endpoint({
  ...OWN,
  path: "/api/subscription/usage-logs",
  summary: "The log of a customer's calls, newest first, as JSON, JSON lines or CSV",
  description:
    "Bare: not in the envelope. As CSV or JSON lines, the cursor of the next page is in the header `x-purser-next-cursor`.",
  query: logsQuery,
  answer: logPage,
  bare: true,
  contentTypes: ["application/json", "application/x-ndjson", "text/csv"],
});

export const exportUsageLogs = endpoint({
  ...OWN,
  path: "/api/subscription/usage-logs/export",
  summary: "All lines that the filters want, streamed as CSV or JSON lines",
  description:
    "However many there are. A connection that ends without the last chunk has not brought them all.",
  query: exportQuery,
  answer: z.string(),
  bare: true,
  contentTypes: ["text/csv", "application/x-ndjson"],
  errors: ["too_many_requests"],
});

export const getUsageLog = endpoint({
  ...OWN,
  path: "/api/subscription/usage-logs/:event_id",
  summary: "One call: what it used, what that cost line by line, and what was corrected since",
  query: noQuery,
  answer: loggedEvent,
  errors: ["not_found"],
});
