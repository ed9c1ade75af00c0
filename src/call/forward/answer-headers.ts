/** Chooses which of a provider's answer headers may reach the client. */
import type { Dialect } from "../../providers/dialect.ts";
import type { AnswerHeaders } from "./exchange.ts";

/** The operator's `x-ratelimit-*`, `openai-organization` and cookies are not here, so they stay with us. */
const PASSED = [
  "content-type",
  "cache-control",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "x-request-id",
  "request-id",
] as const;

export function answerHeaders(headers: AnswerHeaders, dialect: Dialect): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED) pass(name);
  for (const name of dialect.responseHeaders) pass(name);
  return passed;

  function pass(name: string): void {
    const value = headers[name];
    if (value !== undefined) passed[name] = typeof value === "string" ? value : value.join(", ");
  }
}

/** One header as text, empty where it is absent. */
export function headerText(headers: AnswerHeaders, name: string): string {
  const value = headers[name];
  if (value === undefined) return "";
  return typeof value === "string" ? value : value.join(", ");
}
