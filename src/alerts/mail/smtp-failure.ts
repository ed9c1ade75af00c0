/** What became of a mail that was not sent: a sentence for the operator, and whether trying again can help. */
import type { NodemailerError } from "nodemailer";
import type { Attempt } from "../message.ts";

export type FailedAttempt = Extract<Attempt, { kind: "failed" }>;

/** What is about one mail, not about the server or our access to it. */
const ABOUT_THE_MAIL = ["EENVELOPE", "EMESSAGE"];
const ANSWER_CHARS_MOST = 200;

/**
 * `secrets`: texts that must not be repeated, such as the password and the receiver's address, which servers like to
 * put in their answers.
 */
export function smtpFailure(thrown: unknown, secrets: readonly string[]): FailedAttempt {
  const error: NodemailerError = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { responseCode: status } = error;
  return {
    kind: "failed",
    reason: withoutSecrets(reasonOf(error), secrets),
    ...(status === undefined ? {} : { status }),
    ...(isFinal(error) ? { isFinal: true } : {}),
  };
}

/** A refused sender or sign-in is the operator's to mend, and the mail can go then. */
function isFinal({ code = "", command, responseCode: status }: NodemailerError): boolean {
  if (!ABOUT_THE_MAIL.includes(code) || command === "MAIL FROM") return false;
  // Without an answer it is an address that no server was asked about, since it cannot be one.
  return status === undefined ? code === "EENVELOPE" : status >= 500 && status !== 503;
}

function reasonOf(error: NodemailerError): string {
  const answer = answerOf(error);
  switch (error.code) {
    case "EENVELOPE":
      if (error.command === "MAIL FROM") return `The mail server refused the sender${answer}`;
      return `The mail server refused the receiver${answer}`;
    case "EMESSAGE":
      return `The mail server refused the mail${answer}`;
    case "EAUTH":
    case "ENOAUTH":
      return `The mail server refused the user name and password of PURSER_SMTP_URL${answer}`;
    case "ETLS":
      return `The mail server could not be spoken to over TLS${answer}`;
    case "EDNS":
      return `The mail server's name was not found${answer}`;
    case "ETIMEDOUT":
      return `The mail server did not answer in time${answer}`;
    case "EABORT":
      return "Sending was broken off.";
    default:
      return `The mail server could not be used${answer}`;
  }
}

/** The server's own words where it said any, else what Node says. */
function answerOf(error: NodemailerError): string {
  const text = (error.response ?? error.message).replaceAll(/\s+/g, " ").trim();
  return `: ${text.slice(0, ANSWER_CHARS_MOST)}${/[.!?]$/.test(text) ? "" : "."}`;
}

function withoutSecrets(reason: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length >= 3)
    .reduce((text, secret) => text.replaceAll(secret, "(left out)"), reason);
  return known.replaceAll(/[^\s<>()"',;:]+@[^\s<>()"',;:]+/g, "(address)");
}
