/** What a mail holds, in order, before it is HTML or text: both are made of this, so that they say the same. */
import { CUSTOMER_ALERT_KINDS, type CustomerAlertKind } from "../../core/alerts/event-types.ts";
import type { Figure } from "../../core/messages/alert-figures.ts";
import {
  footerWords,
  greetingWords,
  PREFERENCES_TEXT,
  SEVERITY_WORDS,
  subjectWords,
  usedWords,
} from "../../core/messages/mail-words.ts";
import { asSentence } from "../../core/messages/sentences.ts";
import type { Message } from "../message.ts";

export interface MailContent {
  readonly subject: string;
  /** Who sends, by name; left out where the address is all there is. */
  readonly sender?: string;
  readonly severity: Message["severity"];
  readonly severityWord: string;
  readonly title: string;
  readonly greeting?: string;
  readonly message: string;
  /** How much of the limit is used. */
  readonly used?: { readonly percent: number; readonly words: string };
  readonly next?: string;
  readonly action?: string;
  readonly link?: NonNullable<Message["link"]>;
  readonly figures: readonly Figure[];
  /** Why this mail came, and where that is changed. */
  readonly footer: readonly string[];
  readonly unsubscribeUrl?: string;
}

export interface MailSetting {
  readonly unsubscribeUrl?: string;
  /** Who sends, by name. */
  readonly sender?: string;
}

export function mailContent(message: Message, setting: MailSetting): MailContent {
  const { words, reader, severity, link, customer } = message;
  // Down, so that nobody reads 100 % before it is so.
  const percent = message.percent === undefined ? undefined : Math.floor(message.percent);
  const kind = kindOf(message);
  return {
    subject: onOneLine(subjectWords(words.title, percent)),
    ...(setting.sender === undefined ? {} : { sender: setting.sender }),
    severity,
    severityWord: SEVERITY_WORDS[severity],
    title: words.title,
    ...(reader === "customer" ? { greeting: greetingWords(customer?.name) } : {}),
    message: asSentence(words.message),
    ...(percent === undefined ? {} : { used: { percent, words: usedWords(percent) } }),
    ...(words.next === undefined ? {} : { next: asSentence(words.next) }),
    ...(words.action === undefined ? {} : { action: actionBefore(words.action, link?.url) }),
    ...(link === undefined ? {} : { link }),
    figures: message.figures ?? [],
    footer: [
      footerWords({ reader, ...(kind === undefined ? {} : { kind }) }),
      ...(reader === "customer" ? [PREFERENCES_TEXT] : []),
    ],
    ...(setting.unsubscribeUrl === undefined ? {} : { unsubscribeUrl: setting.unsubscribeUrl }),
  };
}

function kindOf({ event }: Message): CustomerAlertKind | undefined {
  return CUSTOMER_ALERT_KINDS.find((kind) => event === `alert.${kind}`);
}

/** Other channels have the address in the sentence; here it is in the link below. */
function actionBefore(action: string, url: string | undefined): string {
  if (url === undefined || !action.endsWith(` at ${url}`)) return asSentence(action);
  return `${action.slice(0, -` at ${url}`.length)} here:`;
}

/** Customers are named by the operator, so a name may hold anything. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}
