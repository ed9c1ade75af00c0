/** The text part of a mail, for people and programs that read no HTML. */
import type { Figure } from "../../core/messages/alert-figures.ts";
import { PART_WORDS, unsubscribeText } from "../../core/messages/mail-words.ts";
import type { MailContent } from "./mail-content.ts";

const BAR_CHARS = 20;

export function mailText(content: MailContent): string {
  const { greeting, used, next, action, link, figures, footer, unsubscribeUrl } = content;
  const paragraphs = [
    `${content.severityWord}: ${content.title}`,
    greeting,
    content.message,
    used === undefined ? undefined : `${bar(used.percent)} ${used.words}`,
    next === undefined ? undefined : headed(PART_WORDS.next, next),
    action === undefined ? undefined : headed(PART_WORDS.action, action),
    link === undefined ? undefined : `${link.label}: ${link.url}`,
    figures.length === 0 ? undefined : table(figures),
    // What programs take for the signature: two dashes and a space.
    ["-- ", ...(content.sender === undefined ? [] : [content.sender]), ...footer].join("\n"),
    unsubscribeUrl === undefined ? undefined : unsubscribeText(unsubscribeUrl),
  ];
  return `${paragraphs.filter((one) => one !== undefined).join("\n\n")}\n`;
}

function headed(heading: string, text: string): string {
  return `${heading.toUpperCase()}\n${text}`;
}

/** `[################----]` at 80 %. */
function bar(percent: number): string {
  const full = Math.min(BAR_CHARS, Math.floor((percent * BAR_CHARS) / 100));
  return `[${"#".repeat(full)}${"-".repeat(BAR_CHARS - full)}]`;
}

function table(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ label }) => label.length)) + 1;
  return figures.map(({ label, value }) => `${`${label}:`.padEnd(width)} ${value}`).join("\n");
}
