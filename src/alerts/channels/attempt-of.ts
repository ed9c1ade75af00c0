/** Turns a receiver's answer into what became of the attempt. */
import type { Attempt } from "../message.ts";
import type { Answer } from "./post.ts";

/** 2xx is sent; 410 is final; anything else failed. A pause is taken from 429 and 503, which are the ones that ask for it. */
export function attemptOf(answer: Answer): Attempt {
  if (answer.kind === "unanswered") {
    const { reason, isFinal } = answer;
    return { kind: "failed", reason, ...(isFinal === true ? { isFinal } : {}) };
  }
  const { status, host } = answer;
  if (status >= 200 && status < 300) return { kind: "sent", status };
  if (status === 410) {
    const reason = `${host} answered 410 (Gone): it wants nothing more.`;
    return { kind: "failed", reason, status, isFinal: true };
  }
  if (status >= 300 && status < 400) return { kind: "failed", reason: redirects(host), status };
  const asksForPause = status === 429 || status === 503;
  const reason = `${host} answered ${status}.`;
  if (!asksForPause || answer.retryAfterMs === undefined) {
    return { kind: "failed", reason, status };
  }
  return { kind: "failed", reason, status, retryAfterMs: answer.retryAfterMs };
}

function redirects(host: string): string {
  return `${host} redirects; redirects are not followed. Give the address it leads to.`;
}
