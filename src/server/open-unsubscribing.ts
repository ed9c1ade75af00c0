/** Ties the pages on which people unsubscribe to this deployment's key and to whom its mails are from. */
import { senderOf } from "../alerts/mail/sender-of.ts";
import { createUnsubscribing } from "../alerts/mail/unsubscribing.ts";
import type { ApiPorts } from "../api/ports.ts";
import type { Parts } from "./open-parts.ts";

export function openUnsubscribing({
  keyFor,
  config,
}: Pick<Parts, "keyFor" | "config">): Pick<ApiPorts, "unsubscribing" | "mailSender"> {
  const { publicUrl, mailFrom } = config.notices;
  return {
    unsubscribing: createUnsubscribing({ key: keyFor("unsubscribe"), publicUrl }),
    mailSender: mailFrom === null ? null : (senderOf(mailFrom).name ?? null),
  };
}
