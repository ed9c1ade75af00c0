/** Reads the head of a gateway request: whose key it bears, and which of its headers may reach a provider. */
import type { IncomingHttpHeaders } from "node:http";
import type { Dialect } from "../providers/dialect.ts";

/** Cookies and keys are not here, so they stay with us. */
const PASSED = [
  "accept",
  "content-type",
  "user-agent",
  "anthropic-version",
  "anthropic-beta",
  "openai-beta",
  "x-goog-api-client",
  "idempotency-key",
] as const;

/** The Purser key, from wherever the provider's SDK puts its key; `key` is taken out of the query. */
export function takeCredential(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): string | null {
  const inQuery = query.get("key");
  if (inQuery !== null) query.delete("key");
  const found =
    bearer(headers.authorization) ?? headers["x-api-key"] ?? headers["x-goog-api-key"] ?? inQuery;
  return typeof found === "string" && found !== "" ? found : null;
}

export function passedHeaders(
  headers: IncomingHttpHeaders,
  dialect: Dialect,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED) pass(name);
  for (const name of dialect.requestHeaders) pass(name);
  return passed;

  function pass(name: string): void {
    const value = headers[name];
    if (value !== undefined) passed[name] = typeof value === "string" ? value : value.join(", ");
  }
}

function bearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme = "", key] = authorization.split(" ");
  return scheme.toLowerCase() === "bearer" ? key : undefined;
}
