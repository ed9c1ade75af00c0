/** Sends a message as mail, over one connection that stays open while there is work. */
import type { Transporter } from "nodemailer";
import type { Attempt, Message } from "../message.ts";
import { senderOf } from "./sender-of.ts";
import { smtpFailure } from "./smtp-failure.ts";
import { decoded, MAIL_TIMEOUTS, type MailTimeouts, smtpOptions } from "./smtp-options.ts";

export interface MailSender {
  /** One attempt. Never throws for what the server does; ends within the time limit, or when `signal` says so. */
  send(message: Message, to: MailReceiver, signal: AbortSignal): Promise<Attempt>;
  close(): Promise<void>;
}

export interface MailReceiver {
  readonly to: string;
  /** To be told no more of this kind; absent for the operator's own channels. */
  readonly unsubscribeUrl?: string;
}

export interface MailSettings {
  /** PURSER_SMTP_URL: never to be shown. */
  readonly smtpUrl: string;
  /** PURSER_MAIL_FROM: `Acme <alerts@example.com>` or the address alone. */
  readonly from: string;
  readonly timeouts?: MailTimeouts;
}

/** Connects with the first mail. Until then neither nodemailer nor react is loaded. */
export function createMailSender(settings: MailSettings): MailSender {
  const { from, timeouts = MAIL_TIMEOUTS } = settings;
  let opening: Promise<Transporter> | null = null;
  const opened = (): Promise<Transporter> => {
    opening ??= openTransport(settings.smtpUrl, timeouts);
    return opening;
  };
  return {
    async send(message, receiver, signal) {
      const outOfTime = AbortSignal.timeout(timeouts.attemptMs);
      try {
        const [transport, mail] = await Promise.all([opened(), mailOf(message, receiver, from)]);
        await transport.sendMail({ ...mail, signal: AbortSignal.any([signal, outOfTime]) });
        return { kind: "sent" };
      } catch (thrown) {
        if (outOfTime.aborted && !signal.aborted) return tooLate(timeouts.attemptMs);
        return smtpFailure(thrown, secretsOf(settings.smtpUrl, receiver.to));
      }
    },
    async close() {
      const transport = await opening;
      transport?.close();
    },
  };
}

async function openTransport(smtpUrl: string, timeouts: MailTimeouts): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({ pool: true, ...smtpOptions(smtpUrl, timeouts) });
}

async function mailOf(message: Message, { to, unsubscribeUrl }: MailReceiver, from: string) {
  const { renderMail } = await import("./render-mail.ts");
  const { name, address } = senderOf(from);
  const { subject, html, text } = await renderMail(message, {
    ...(unsubscribeUrl === undefined ? {} : { unsubscribeUrl }),
    ...(name === undefined ? {} : { sender: name }),
  });
  return {
    from: { name: name ?? "", address },
    // As an object, so that no comma in it makes two receivers.
    to: { name: "", address: to },
    subject,
    html,
    text,
    messageId: messageIdOf(message.id, address),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Purser-Event": message.event,
      // RFC 8058: mail programs show a button of their own, which posts to the address.
      ...(unsubscribeUrl === undefined
        ? {}
        : {
            "List-Unsubscribe": `<${unsubscribeUrl}>`,
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
          }),
    },
  };
}

/** The same at each attempt, so that a mailbox that has the mail already can tell. */
function messageIdOf(id: string, fromAddress: string): string {
  const domain = fromAddress.slice(fromAddress.lastIndexOf("@") + 1);
  return `<${id.replaceAll(/[^\w.-]/g, "-")}@${domain}>`;
}

function tooLate(attemptMs: number): Attempt {
  const reason = `The mail server did not take the mail within ${attemptMs / 1_000} seconds.`;
  return { kind: "failed", reason };
}

/** What a server may repeat, and the log and the operator's pages must not show. */
function secretsOf(smtpUrl: string, to: string): string[] {
  const url = new URL(smtpUrl);
  const [user, password] = [decoded(url.username), decoded(url.password)];
  const signIn = Buffer.from(`\0${user}\0${password}`).toString("base64");
  return [to, to.slice(0, to.lastIndexOf("@")), password, url.password, signIn];
}
