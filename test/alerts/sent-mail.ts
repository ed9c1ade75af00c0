/** A mail to send, and what its tests ask of it. */
import { createMailSender, type MailSender } from "../../src/alerts/mail/mail-sender.ts";
import type { MailTimeouts } from "../../src/alerts/mail/smtp-options.ts";
import type { Attempt, Message } from "../../src/alerts/message.ts";
import type { CustomerId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";

export const TIMEOUTS: MailTimeouts = {
  connectionMs: 5_000,
  greetingMs: 5_000,
  socketMs: 10_000,
  attemptMs: 20_000,
};
export const UNSUBSCRIBE = "https://purser.example.com/unsubscribe?token=dGhy.c2ln";
export const ADA = { to: "ada@customers.example", unsubscribeUrl: UNSUBSCRIBE };

export const message: Message = {
  id: "0198-ada-threshold",
  event: "alert.threshold",
  at: instant(1_777_000_000_000),
  reader: "customer",
  severity: "info",
  customer: { id: "c1" as CustomerId, userId: "ada", name: "Ada" },
  words: {
    title: "API Usage Notice - Gemini",
    message: "You have used 804 of 1,000 Gemini API calls",
    next: "At 1,000 calls, further Gemini calls are refused.",
    action: "Pro has 5,000 Gemini calls and costs $79 a month.",
  },
  percent: 80.4,
  link: { label: "Change plan", url: "https://app.example.com/plans" },
  details: {},
};

export function senderTo(smtpUrl: string, timeouts: Partial<MailTimeouts> = {}): MailSender {
  const from = "Acme Writer <alerts@acme.example>";
  return createMailSender({ smtpUrl, from, timeouts: { ...TIMEOUTS, ...timeouts } });
}

export function send(
  by: MailSender,
  to: { to: string; unsubscribeUrl?: string } = ADA,
  of = message,
): Promise<Attempt> {
  return by.send(of, to, new AbortController().signal);
}

export function failure(attempt: Attempt) {
  if (attempt.kind !== "failed") throw new Error(`It was ${attempt.kind}.`);
  return attempt;
}

/** The last of each name, unfolded. */
export function headersOf(raw = ""): Record<string, string> {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replaceAll(/\r\n[ \t]+/g, " ");
  return Object.fromEntries(
    head.split("\r\n").map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
}
