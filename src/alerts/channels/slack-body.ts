/** Writes a message as Slack shows it: a title, what happened, what happens next, what to do, a button, a line of context. */
import { formatInstant } from "../../core/instant.ts";
import type { Message } from "../message.ts";

/** Slack refuses a whole message for one text that is longer (docs.slack.dev, Block Kit reference). */
const MOST = { text: 3_000, header: 150, section: 3_000, context: 2_000, label: 75, url: 3_000 };

/** JSON of `{text, blocks}`; `text` is what notifications show. All is plain text, so that no name can call people or format. */
export function slackBody({ words, event, at, customer, link }: Message): string {
  const { title, message, next, action } = words;
  const sections = [message, next, action].filter((text) => text !== undefined && text !== "");
  const about = customer === null ? [] : [`Customer ${customer.userId}`];
  const context = [...about, event, formatInstant(at)].join(" · ");
  return JSON.stringify({
    text: bounded(`${title}: ${message}`, MOST.text),
    blocks: [
      { type: "header", text: plain(title, MOST.header) },
      ...sections.map((text) => ({ type: "section", text: plain(text ?? "", MOST.section) })),
      ...button(link),
      { type: "context", elements: [plain(context, MOST.context)] },
    ],
  });
}

/** An address that Slack would refuse is left out; the message is worth more than its button. */
function button(link: Message["link"]): object[] {
  if (link === undefined || link.url.length > MOST.url || !/^https?:\/\//.test(link.url)) return [];
  const opens = { type: "button", text: plain(link.label, MOST.label), url: link.url };
  return [{ type: "actions", elements: [opens] }];
}

function plain(text: string, most: number): object {
  return { type: "plain_text", text: bounded(text, most), emoji: false };
}

/** Escapes what Slack takes for control characters, then cuts between characters, never inside an escaped one. */
function bounded(text: string, most: number): string {
  const escaped = Array.from(text, (sign) => ESCAPED[sign] ?? sign);
  if (escaped.join("").length <= most) return escaped.join("");
  let short = "";
  for (const sign of escaped) {
    if (short.length + sign.length > most - 1) break;
    short += sign;
  }
  return `${short}…`;
}

const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
