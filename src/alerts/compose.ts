/** Makes a message of what is to be told and of who reads it: the same words for every channel. */
import type { Customer } from "../access/customers.ts";
import { type Instant, parseInstant } from "../core/instant.ts";
import { alertFigures } from "../core/messages/alert-figures.ts";
import { type AlertWords, alertWords } from "../core/messages/alert-words.ts";
import { LINK_WORDS } from "../core/messages/mail-words.ts";
import { subscriptionWords } from "../core/messages/subscription-words.ts";
import type { Message } from "./message.ts";
import type { AlertNotice, Notice } from "./outbox/read-notice.ts";

export interface Reading {
  /** The same each time the message is sent. */
  readonly id: string;
  readonly reader: Message["reader"];
  /** Whom it is about; null: the deployment, or somebody who was erased. */
  readonly customer: Customer | null;
  /** IANA name. */
  readonly timeZone: string;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly now: Instant;
}

export function composeMessage(notice: Notice, of: Reading): Message {
  const { id, reader, customer } = of;
  const message = {
    id,
    event: notice.event,
    at: notice.at,
    reader,
    customer:
      customer === null
        ? null
        : {
            id: customer.id,
            userId: customer.userId,
            ...(customer.name === undefined ? {} : { name: customer.name }),
          },
    link: linkOf(notice, of),
  };
  return notice.kind === "alert"
    ? { ...message, ...alertParts(notice, of) }
    : {
        ...message,
        severity: "info",
        words: subscriptionWords(notice, readingOf(of)),
        details: {
          revision: notice.revision,
          kind: notice.change,
          subscription: notice.subscription,
        },
      };
}

type AlertParts = Pick<Message, "severity" | "words" | "percent" | "figures" | "details">;

function alertParts(notice: AlertNotice, of: Reading): AlertParts {
  const { told, severity, alertId, advice } = notice;
  const figures = alertFigures(told, of.timeZone);
  return {
    severity,
    words: wordsOf(notice, of),
    ...percentOf(notice),
    ...(figures.length === 0 ? {} : { figures }),
    details: {
      alert_id: alertId,
      facts: told.facts,
      ...(advice === null || Object.keys(advice).length === 0 ? {} : { advice }),
    },
  };
}

function wordsOf({ told, advice, keyName }: AlertNotice, of: Reading): AlertWords {
  return alertWords(told, {
    ...readingOf(of),
    keyName,
    ...(advice === null ? {} : { advice }),
    isOver: "resets_at" in told.facts && parseInstant(told.facts.resets_at, "resets_at") <= of.now,
  });
}

function readingOf({ reader, timeZone, customer }: Reading) {
  return { reader, timeZone, ...(customer === null ? {} : { who: customer.userId }) };
}

/** Of the cap that it is about, whole and rounded down: nobody is told of more than was used. */
function percentOf({ told }: AlertNotice): { percent?: number } {
  if (!("cap" in told.facts)) return {};
  const [used, cap] = [BigInt(told.facts.used), BigInt(told.facts.cap)];
  return cap <= 0n ? {} : { percent: Number((used * 100n) / cap) };
}

/** Where the reader can do something about it. */
function linkOf(notice: Notice, { reader, publicUrl }: Reading): NonNullable<Message["link"]> {
  const upgrade = notice.kind === "alert" ? notice.advice?.upgrade : undefined;
  if (reader === "customer" && upgrade?.url !== undefined) {
    return { label: LINK_WORDS.upgrade, url: upgrade.url };
  }
  return { label: reader === "customer" ? LINK_WORDS.usage : LINK_WORDS.operator, url: publicUrl };
}
