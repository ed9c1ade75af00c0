/** Decides whether a failed attempt may be made once more, and when: only where it cannot have been billed. */
import { headerText } from "./answer-headers.ts";
import type { AnswerHead, ExchangeEnd } from "./exchange.ts";

const WAIT_MOST_MS = 2_000;
const WAIT_UNTOLD_MS = 200;
/** 529 is Anthropic's "overloaded". */
const OVERLOADED = new Set([503, 529]);

/** Milliseconds to wait before the one retry, or null: this is the answer. */
export function retryDelayMs(end: ExchangeEnd<unknown>): number | null {
  if (end.how === "unsent") return isConnectionRefused(end.cause) ? WAIT_UNTOLD_MS : null;
  if (end.how !== "whole" || end.head === null) return null;
  const told = retryAfterMs(end.head);
  if (told !== null && told > WAIT_MOST_MS) return null;
  if (OVERLOADED.has(end.head.status)) return told ?? WAIT_UNTOLD_MS;
  return end.head.status === 429 ? told : null;
}

function isConnectionRefused(cause: Error | null): boolean {
  return cause !== null && "code" in cause && cause.code === "ECONNREFUSED";
}

function retryAfterMs({ headers }: AnswerHead): number | null {
  const ms = Number.parseFloat(headerText(headers, "retry-after-ms"));
  if (ms >= 0) return ms;
  const text = headerText(headers, "retry-after");
  if (text === "") return null;
  const seconds = Number(text);
  const waitMs = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1_000;
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}
