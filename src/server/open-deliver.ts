/** Opens what brings messages to their receivers: mail if it is set up, webhooks, Slack, the log. */
import { createDeliver } from "../alerts/channels/deliver.ts";
import type { NoticeLog } from "../alerts/channels/log.ts";
import { checkReceiverUrl } from "../alerts/channels/safe-address.ts";
import { createMailSender } from "../alerts/mail/mail-sender.ts";
import type { Deliver } from "../alerts/message.ts";
import type { NoticeSettings } from "./notice-settings.ts";
import { VERSION } from "./version.ts";

export interface OpenedDeliver {
  readonly deliver: Deliver;
  readonly sendsMail: boolean;
  /** Throws `invalid_request` (`url`). */
  checkReceiverUrl(url: string): void;
  /** Ends the attempts that run. */
  close(): Promise<void>;
}

export function openDeliver(settings: NoticeSettings, log: NoticeLog): OpenedDeliver {
  const { smtpUrl, mailFrom, privateReceivers } = settings;
  const mail =
    smtpUrl === null || mailFrom === null ? null : createMailSender({ smtpUrl, from: mailFrom });
  const opened = createDeliver({ mail, log, privateReceivers, version: VERSION });
  return {
    deliver: opened.deliver,
    sendsMail: mail !== null,
    checkReceiverUrl: (url) => checkReceiverUrl(url, privateReceivers),
    async close() {
      opened.close();
      await mail?.close();
    },
  };
}
