/** Mail goes encrypted where the server can, and a password goes no other way. */
import type { SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import type { MailSender } from "../../src/alerts/mail/mail-sender.ts";
import { smtpOptions } from "../../src/alerts/mail/smtp-options.ts";
import { selfSigned } from "./certificate.ts";
import { failure, send, senderTo, TIMEOUTS } from "./sent-mail.ts";
import { type SmtpStage, startSmtp } from "./smtp-stage.ts";

const CERTIFICATE = selfSigned("localhost");
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function smtp(options: SMTPServerOptions = {}): Promise<SmtpStage> {
  const stage = await startSmtp(options);
  opened.push(stage);
  return stage;
}

function sender(...to: Parameters<typeof senderTo>): MailSender {
  const made = senderTo(...to);
  opened.push(made);
  return made;
}

const SELF_SIGNED = "tls.rejectUnauthorized=false";

test("STARTTLS is begun where the server offers it, without a password too", async () => {
  const server = await smtp({ disabledCommands: [], ...CERTIFICATE });
  await send(sender(`smtp://${server.host}?${SELF_SIGNED}`));
  expect(server.seen.encrypted).toEqual([true]);
});

test("STARTTLS is begun before the password is told", async () => {
  const signedIn: unknown[] = [];
  const server = await smtp({
    authOptional: false,
    disabledCommands: [],
    ...CERTIFICATE,
    onAuth({ username, password }, { secure }, done) {
      signedIn.push({ username, password, secure });
      done(null, { user: username });
    },
  });
  const attempt = await send(sender(`smtp://relay:s%40cret@${server.host}?${SELF_SIGNED}`));
  expect(attempt).toEqual({ kind: "sent" });
  expect(signedIn).toEqual([{ username: "relay", password: "s@cret", secure: true }]);
});

test("smtps is TLS from the first byte", async () => {
  const server = await smtp({ secure: true, ...CERTIFICATE });
  await send(sender(`smtps://${server.host}?${SELF_SIGNED}`));
  expect(server.seen.encrypted).toEqual([true]);
});

test("a certificate that nobody vouches for is refused, unless the URL says otherwise", async () => {
  const server = await smtp({ disabledCommands: [], ...CERTIFICATE });
  const attempt = failure(await send(sender(`smtp://${server.host}`)));
  expect(attempt.reason).toMatch(/^The mail server could not be used: self-signed certificate/);
  expect(server.mails).toEqual([]);
});

test("a password needs TLS, but on the same machine or where the URL says otherwise", () => {
  const needs = (url: string) => smtpOptions(url, TIMEOUTS).requireTLS;
  expect(needs("smtp://user:pass@mail.example.com")).toBe(true);
  expect(needs("smtp://mail.example.com")).toBe(false);
  expect(needs("smtp://user:pass@localhost:25")).toBe(false);
  expect(needs("smtp://user:pass@mail.example.com?requireTLS=false")).toBe(false);
  expect(smtpOptions("smtp://[::1]", TIMEOUTS)).toMatchObject({ host: "::1", port: 587 });
  expect(smtpOptions("smtps://u:50%off@mail.example.com", TIMEOUTS)).toMatchObject({
    port: 465,
    auth: { user: "u", pass: "50%off" },
  });
});
