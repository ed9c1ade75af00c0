/** Makes a message a mail: subject, HTML and text. */
import { render } from "@react-email/render";
import type { Message } from "../message.ts";
import { type MailSetting, mailContent } from "./mail-content.ts";
import { mailLayout } from "./mail-layout.ts";
import { mailText } from "./mail-text.ts";

export interface RenderedMail {
  readonly subject: string;
  /** Loads nothing from elsewhere and tells nobody that it is read. */
  readonly html: string;
  readonly text: string;
}

/** The words are the message's own; what they hold is escaped. */
export async function renderMail(
  message: Message,
  setting: MailSetting = {},
): Promise<RenderedMail> {
  const content = mailContent(message, setting);
  return {
    subject: content.subject,
    html: await render(mailLayout(content)),
    text: mailText(content),
  };
}
