/** The one layout of all mails, as React elements: made by `createElement`, since the source runs unbuilt. */
import { Body } from "@react-email/body";
import { Button } from "@react-email/button";
import { Container } from "@react-email/container";
import { Head } from "@react-email/head";
import { Html } from "@react-email/html";
import { Preview } from "@react-email/preview";
import { Section } from "@react-email/section";
import { Text } from "@react-email/text";
import { createElement as element, type ReactElement, type ReactNode } from "react";
import type { Figure } from "../../core/messages/alert-figures.ts";
import { PART_WORDS, UNSUBSCRIBE_LABEL } from "../../core/messages/mail-words.ts";
import type { MailContent } from "./mail-content.ts";
import { badgeStyle, fillStyle, STYLES, styleSheet } from "./mail-style.ts";

/** Longer words would not fit on a small screen. */
const UNBROKEN_CHARS_MOST = 24;
const BOX = { role: "presentation", cellPadding: 0, cellSpacing: 0, border: 0, width: "100%" };

export function mailLayout(content: MailContent): ReactElement {
  const { sender } = content;
  const shownInLists = { children: content.message };
  return element(
    Html,
    { lang: "en" },
    element(Head, null, ...headOf(content)),
    element(
      Body,
      { className: "ground" },
      element(Preview, shownInLists),
      cell(
        { style: STYLES.edge, className: "ground edge" },
        element(
          Container,
          { style: STYLES.container },
          ...(sender === undefined ? [] : [line("sender", "soft", sender)]),
          card(content),
          footer(content),
        ),
      ),
    ),
  );
}

/** Tells programs that both are cared for, so that they do not turn the colours round themselves. */
function headOf({ subject, severity }: MailContent): ReactNode[] {
  return [
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("meta", { name: "color-scheme", content: "light dark" }),
    element("meta", { name: "supported-color-schemes", content: "light dark" }),
    element("title", null, subject),
    element("style", null, styleSheet(severity)),
  ];
}

function card(content: MailContent): ReactElement {
  const { greeting, used, next, action, link, figures } = content;
  return element(
    Section,
    { style: STYLES.card, className: "card" },
    cell(
      { style: STYLES.pad, className: "pad" },
      element(
        "span",
        { style: badgeStyle(content.severity), className: "badge" },
        content.severityWord,
      ),
      element("h1", { style: STYLES.title, className: "ink" }, content.title),
      ...(greeting === undefined ? [] : [paragraph(greeting)]),
      paragraph(content.message),
      ...(used === undefined ? [] : [bar(content.severity, used)]),
      ...(next === undefined ? [] : part(PART_WORDS.next, next)),
      ...(action === undefined ? [] : part(PART_WORDS.action, action)),
      ...(link === undefined
        ? []
        : [
            element(
              Button,
              { href: link.url, style: STYLES.button, className: "button" },
              link.label,
            ),
          ]),
      ...(figures.length === 0 ? [] : [table(figures)]),
    ),
  );
}

/** The share as a bar and, above it, in words: so that colour and length are never all there is. */
function bar(severity: MailContent["severity"], used: NonNullable<MailContent["used"]>) {
  const percent = Math.min(100, Math.max(0, used.percent));
  const look = { className: "fill", style: fillStyle(severity, percent), "aria-hidden": true };
  const filled = element("div", look, "\u00a0");
  return element(
    Section,
    { style: STYLES.bar },
    cell(
      {},
      line("barWords", "ink", used.words, { padding: "0 0 7px" }),
      element("div", { className: "track", style: STYLES.track }, filled),
    ),
  );
}

function part(heading: string, text: string): ReactElement[] {
  return [
    element("h2", { style: STYLES.heading, className: "soft" }, heading),
    paragraph(text, STYLES.underHeading),
  ];
}

function paragraph(text: string, further: { readonly margin?: string } = {}): ReactElement {
  const style = { ...STYLES.text, ...further };
  return element(Text, { style, className: "ink" }, ...withCode(text));
}

/** A command stands between backticks, in words that are for every channel. */
function withCode(text: string): ReactNode[] {
  return text
    .split("`")
    .map((piece, at) =>
      at % 2 === 0
        ? piece
        : element("code", { style: STYLES.code, className: "code" }, ...unbroken(piece)),
    );
}

/** Browsers break lines at hyphens, and `-` at the end of one and `-apply` on the next is no option of a command. */
function unbroken(command: string): ReactNode[] {
  return command
    .split(/(\s+)/)
    .map((word) =>
      word.length > UNBROKEN_CHARS_MOST ? word : element("span", { style: STYLES.unbroken }, word),
    );
}

function table(figures: readonly Figure[]): ReactElement {
  const rows = figures.map(({ label, value }) =>
    element(
      "tr",
      { key: label },
      element("th", { scope: "row", style: STYLES.label, className: "soft rule" }, label),
      element("td", { style: STYLES.value, className: "ink rule" }, value),
    ),
  );
  return element(
    "table",
    { style: STYLES.figures, cellPadding: 0, cellSpacing: 0 },
    element("tbody", null, ...rows),
  );
}

function footer({ footer: lines, unsubscribeUrl }: MailContent): ReactElement {
  const link = { href: unsubscribeUrl, style: STYLES.link, className: "accent" };
  return element(
    Section,
    null,
    cell(
      {},
      element(Text, { style: STYLES.footer, className: "soft" }, ...withCode(lines.join(" "))),
      ...(unsubscribeUrl === undefined
        ? []
        : [
            element(
              Text,
              { style: { ...STYLES.footer, padding: "6px 4px 0" }, className: "soft" },
              element("a", link, UNSUBSCRIBE_LABEL),
            ),
          ]),
    ),
  );
}

function line(
  style: "sender" | "barWords",
  className: string,
  text: string,
  further: { readonly padding?: string } = {},
): ReactElement {
  return element(Text, { style: { ...STYLES[style], ...further }, className }, text);
}

/** A padded box that every program draws: they agree on the padding of a table's cell, and on little else. */
function cell(props: object, ...children: ReactNode[]): ReactElement {
  const row = element("tr", null, element("td", props, ...children));
  return element("table", BOX, element("tbody", null, row));
}
