/** The words of the pages on which somebody unsubscribes from mails. */
import type { CustomerAlertKind } from "../alerts/event-types.ts";
import { MAIL_KIND_WORDS } from "./mail-words.ts";

export interface PageWords {
  readonly title: string;
  /** Whole sentences. */
  readonly text: string;
  /** The label of its button, where it has one. */
  readonly button?: string;
}

/** Asks first: programs that look through mails follow links, and must not unsubscribe anybody. */
export function unsubscribePage(kind: CustomerAlertKind): PageWords {
  return {
    title: "Unsubscribe?",
    text: `You will get no more mails about ${MAIL_KIND_WORDS[kind]}. Mails about anything else still come, and alerts are still shown in your account.`,
    button: "Unsubscribe",
  };
}

export function unsubscribedPage(kind: CustomerAlertKind): PageWords {
  return {
    title: "You are unsubscribed",
    text: `You get no more mails about ${MAIL_KIND_WORDS[kind]}. Alerts are still shown in your account.`,
    button: "Get these mails again",
  };
}

export function subscribedAgainPage(kind: CustomerAlertKind): PageWords {
  return {
    title: "You get these mails again",
    text: `Mails about ${MAIL_KIND_WORDS[kind]} come as before.`,
  };
}

/** The link was cut short or changed, or its customer is not there any more. */
export const BROKEN_LINK_PAGE: PageWords = {
  title: "This link does not work",
  text: "It is not complete, or it is of an account that does not exist any more. Open it again from the mail.",
};
