/** A message goes to a real SMTP server: what it looks like there, and what becomes of it when the server has other plans. */
import type { SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import type { MailSender } from "../../src/alerts/mail/mail-sender.ts";
import { ADA, failure, headersOf, message, send, senderTo, UNSUBSCRIBE } from "./sent-mail.ts";
import { type SmtpStage, smtpError, startBareServer, startSmtp } from "./smtp-stage.ts";

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function smtp(options: SMTPServerOptions = {}): Promise<SmtpStage> {
  const stage = await startSmtp(options);
  opened.push(stage);
  return stage;
}

async function silent(says: Parameters<typeof startBareServer>[0]): Promise<string> {
  const server = await startBareServer(says);
  opened.push(server);
  return server.host;
}

function sender(...to: Parameters<typeof senderTo>): MailSender {
  const made = senderTo(...to);
  opened.push(made);
  return made;
}

describe("a mail that arrives", () => {
  test("has its headers, both parts, and one-click unsubscribing", async () => {
    const server = await smtp();
    expect(await send(sender(`smtp://${server.host}`))).toEqual({ kind: "sent" });
    const [mail] = server.mails;
    expect(mail?.messageId).toBe("<0198-ada-threshold@acme.example>");
    expect(mail?.from?.value).toEqual([{ name: "Acme Writer", address: "alerts@acme.example" }]);
    expect(mail?.to).toMatchObject({ value: [{ address: "ada@customers.example" }] });
    expect(mail?.subject).toBe("API Usage Notice - Gemini: 80 % used");
    expect(mail?.text).toContain("You have used 804 of 1,000 Gemini API calls.");
    expect(mail?.html).toContain("You have used 804 of 1,000 Gemini API calls.");
    const headers = headersOf(mail?.raw);
    expect(headers).toMatchObject({
      "list-unsubscribe": `<${UNSUBSCRIBE}>`,
      "list-unsubscribe-post": "List-Unsubscribe=One-Click",
      "auto-submitted": "auto-generated",
      "x-purser-event": "alert.threshold",
    });
    expect(headers["content-type"]).toMatch(/^multipart\/alternative/);
  });

  test("to an operator's channel offers no unsubscribing", async () => {
    const server = await smtp();
    await send(sender(`smtp://${server.host}`), { to: "ops@acme.example" });
    const headers = headersOf(server.mails[0]?.raw);
    expect(headers).toMatchObject({ "auto-submitted": "auto-generated" });
    expect(Object.keys(headers).filter((name) => name.startsWith("list-"))).toEqual([]);
    expect(server.mails[0]?.text).not.toContain("nsubscribe");
  });

  test("goes to one receiver with one set of headers, whatever names and addresses hold", async () => {
    const server = await smtp();
    const title = "Notice\r\nBcc: eve@evil.example\r\n\r\nHello";
    const odd = { ...message, words: { ...message.words, title } };
    await send(sender(`smtp://${server.host}`), { to: "ada+a@customers.example" }, odd);
    const attempt = await send(sender(`smtp://${server.host}`), {
      to: "ada@customers.example, eve@evil.example",
    });
    expect(server.mails).toHaveLength(1);
    expect(headersOf(server.mails[0]?.raw)).not.toHaveProperty("bcc");
    expect(server.mails[0]?.to).toMatchObject({ value: [{ address: "ada+a@customers.example" }] });
    expect(failure(attempt)).toMatchObject({ isFinal: true });
  });

  test("shares its connection with those that follow", async () => {
    const server = await smtp();
    const by = sender(`smtp://${server.host}`);
    for (let n = 0; n < 12; n += 1) await send(by, ADA, { ...message, id: `mail-${n}` });
    await Promise.all([1, 2, 3].map((n) => send(by, ADA, { ...message, id: `at-once-${n}` })));
    expect(server.mails).toHaveLength(15);
    expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(15);
    expect(server.seen.connections).toBe(1);
  });
});

describe("a mail that does not arrive", () => {
  test("is tried again after 4xx, with the Message-ID it had", async () => {
    let refusals = 1;
    const ids: string[] = [];
    const server = await smtp({
      onRcptTo(_address, _session, done) {
        refusals -= 1;
        done(refusals < 0 ? undefined : smtpError(451, "4.7.1 Greylisted, come back later"));
      },
    });
    const by = sender(`smtp://${server.host}`);
    const first = failure(await send(by));
    expect(first).toMatchObject({ status: 451 });
    expect(first.isFinal).toBeUndefined();
    expect(first.reason).toBe(
      "The mail server refused the receiver: 451 4.7.1 Greylisted, come back later.",
    );
    await send(by);
    await send(by);
    ids.push(...server.mails.map(({ messageId }) => messageId ?? ""));
    expect(ids).toEqual(Array(2).fill("<0198-ada-threshold@acme.example>"));
  });

  test("is given up after 5xx for its receiver, who is not named in the reason", async () => {
    const server = await smtp({
      onRcptTo({ address }, _session, done) {
        done(smtpError(550, `5.1.1 <${address}>: no such user ada here`));
      },
    });
    const attempt = failure(await send(sender(`smtp://${server.host}`)));
    expect(attempt).toMatchObject({ status: 550, isFinal: true });
    expect(attempt.reason).toMatch(/^The mail server refused the receiver: 550 5\.1\.1 /);
    expect(attempt.reason).not.toMatch(/ada|customers\.example/);
  });

  test("is given up where the mail itself is refused for good, and not where it is for now", async () => {
    let code = 552;
    const server = await smtp({
      onData(stream, _session, done) {
        stream.resume();
        stream.on("end", () => done(smtpError(code, "No room")));
      },
    });
    const by = sender(`smtp://${server.host}`);
    expect(failure(await send(by))).toMatchObject({ status: 552, isFinal: true });
    code = 452;
    const forNow = failure(await send(by));
    expect([forNow.status, forNow.isFinal]).toEqual([452, undefined]);
  });

  test("waits where the sender or the sign-in is refused: the operator mends that", async () => {
    const bySender = await smtp({
      onMailFrom(_address, _session, done) {
        done(smtpError(553, "5.7.1 Sender not allowed"));
      },
    });
    const refused = failure(await send(sender(`smtp://${bySender.host}`)));
    expect([refused.status, refused.isFinal]).toEqual([553, undefined]);

    const bySignIn = await smtp({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ password }, _session, done) {
        done(smtpError(535, `5.7.8 ${password} is wrong for relay`));
      },
    });
    const unknown = failure(await send(sender(`smtp://relay:s%40cret-pass@${bySignIn.host}`)));
    expect([unknown.status, unknown.isFinal]).toEqual([535, undefined]);
    expect(unknown.reason).toContain("PURSER_SMTP_URL");
    expect(unknown.reason).not.toContain("s@cret-pass");
    expect(unknown.reason).not.toContain("s%40cret-pass");
  });

  test("says that nobody is there where the server is down", async () => {
    const server = await smtp();
    await server.close();
    opened.splice(opened.indexOf(server), 1);
    const attempt = failure(await send(sender(`smtp://${server.host}`)));
    expect(attempt.isFinal).toBeUndefined();
    expect(attempt.reason).toMatch(/^The mail server could not be used: .*ECONNREFUSED/);
  });

  test("ends in time where the server says nothing at all", async () => {
    const host = await silent(() => null);
    const attempt = failure(
      await send(
        sender(`smtp://${host}`, { greetingMs: 200, connectionMs: 60_000, socketMs: 60_000 }),
      ),
    );
    expect(attempt.isFinal).toBeUndefined();
    expect(attempt.reason).toBe("The mail server did not answer in time: Greeting never received.");
  });

  test("ends in time where the server falls silent in the middle", async () => {
    const host = await silent((line) => (line === "" ? "220 here" : null));
    const attempt = failure(await send(sender(`smtp://${host}`, { socketMs: 200 })));
    expect(attempt.reason).toMatch(/^The mail server did not answer in time/);
  });

  test("ends in time where the server trickles, never silent and never done", async () => {
    const trickles: NodeJS.Timeout[] = [];
    const host = await silent((line, socket) => {
      if (line !== "") return null;
      trickles.push(setInterval(() => socket.write("250-x\r\n"), 50));
      return "220 here";
    });
    const attempt = failure(await send(sender(`smtp://${host}`, { attemptMs: 600 })));
    for (const trickle of trickles) clearInterval(trickle);
    expect(attempt.reason).toBe("The mail server did not take the mail within 0.6 seconds.");
  });

  test("ends when it is broken off, and the next one goes out", async () => {
    let rcpts = 0;
    let reached: () => void = () => undefined;
    const wasReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const server = await smtp({
      onRcptTo(_address, _session, done) {
        rcpts += 1;
        if (rcpts > 1) return done();
        reached();
      },
    });
    const by = sender(`smtp://${server.host}`);
    const stop = new AbortController();
    const sending = by.send(message, ADA, stop.signal);
    await wasReached;
    stop.abort();
    expect(await sending).toEqual({ kind: "failed", reason: "Sending was broken off." });
    expect(await send(by)).toEqual({ kind: "sent" });
  });

  test("goes over a new connection where the server had closed the last one, or does so then", async () => {
    const heard: string[] = [];
    const times = (command: RegExp): number => heard.filter((line) => command.test(line)).length;
    const host = await silent((line, socket) => {
      heard.push(line);
      // Once, at the second mail, and without a word.
      if (!line.startsWith("MAIL") || times(/^MAIL/) !== 2) return relayAnswer(line);
      socket.destroy();
      return null;
    });
    const by = sender(`smtp://${host}`);
    expect(await send(by)).toEqual({ kind: "sent" });
    expect(await send(by)).toEqual({ kind: "sent" });
    expect([times(/^$/), times(/^MAIL/), times(WHOLE_MAIL)]).toEqual([2, 3, 2]);
  });
});

const WHOLE_MAIL = /(?:^|\r\n)\.$/;

/** Of a server that takes everything; null in the midst of a mail. */
function relayAnswer(line: string): string | null {
  if (line === "") return "220 here";
  if (line === "DATA") return "354 go on";
  return /^(?:EHLO|MAIL|RCPT|QUIT)/.test(line) || WHOLE_MAIL.test(line) ? "250 yes" : null;
}
