/** Makes one attempt to bring a message to where it goes, whatever that is. */
import type { MailSender } from "../mail/mail-sender.ts";
import type { Deliver } from "../message.ts";
import { type NoticeLog, sendToLog } from "./log.ts";
import type { PostPorts } from "./post.ts";
import { type Lookup, systemLookup } from "./safe-address.ts";
import { sendToSlack } from "./slack.ts";
import { sendWebhook } from "./webhook.ts";

export interface DeliverPorts {
  /** null: the setting PURSER_SMTP_URL is not there. */
  readonly mail: MailSender | null;
  readonly log: NoticeLog;
  /** `host` or `host:port` of receivers that may be inside the operator's own network. */
  readonly privateReceivers: readonly string[];
  readonly version: string;
  /** How names become addresses; left out: as the system does it. */
  readonly resolve?: Lookup;
  /** Of one webhook or Slack post; left out: ten seconds. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** `close` ends the attempts that run, and takes no more; whoever made `mail` closes it. */
export function createDeliver(ports: DeliverPorts): { deliver: Deliver; close(): void } {
  const { mail, log, privateReceivers, version } = ports;
  const closing = new AbortController();
  const posting: PostPorts = {
    privateReceivers,
    version,
    resolve: ports.resolve ?? systemLookup,
    timeoutMs: ports.timeoutMs ?? TIMEOUT_MS,
  };
  const deliver: Deliver = async (message, target, signal) => {
    const until = AbortSignal.any([signal, closing.signal]);
    switch (target.kind) {
      case "webhook":
        return sendWebhook(message, target, posting, until);
      case "slack":
        return sendToSlack(message, target, posting, until);
      case "email":
        if (mail === null) return { kind: "failed", reason: NO_MAIL };
        return mail.send(message, target, until);
      case "log":
        return sendToLog(message, log);
    }
  };
  return { deliver, close: () => closing.abort() };
}

const NO_MAIL = "No mail can be sent: the setting PURSER_SMTP_URL is not there.";
