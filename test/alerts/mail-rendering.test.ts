/** What a mail looks like: the same in both parts, readable without colours or pictures, and nobody's markup but ours. */
import { describe, expect, test } from "vitest";
import { renderMail } from "../../src/alerts/mail/render-mail.ts";
import type { Message } from "../../src/alerts/message.ts";
import { EVENT_TYPES } from "../../src/core/alerts/event-types.ts";
import { SAMPLES } from "./sample-messages.ts";
import { message } from "./sent-mail.ts";

const UNSUBSCRIBE = "https://purser.example.com/unsubscribe?token=dGhy.c2ln";
const FIGURES = [
  { label: "Limit", value: "1,000 Gemini calls per billing month" },
  { label: "Starts anew", value: "1 May 2026, 02:00 (Europe/Berlin)" },
];
const whole: Message = { ...message, figures: FIGURES };

test("the text part reads as a letter", async () => {
  const { text } = await renderMail(whole, { unsubscribeUrl: UNSUBSCRIBE, sender: "Acme Writer" });
  expect(text).toBe(`Notice: API Usage Notice - Gemini

Hello Ada,

You have used 804 of 1,000 Gemini API calls.

[################----] 80 % used

WHAT HAPPENS NEXT
At 1,000 calls, further Gemini calls are refused.

WHAT TO DO
Pro has 5,000 Gemini calls and costs $79 a month.

Change plan: https://app.example.com/plans

Limit:       1,000 Gemini calls per billing month
Starts anew: 1 May 2026, 02:00 (Europe/Berlin)

-- 
Acme Writer
You get this mail because mails about how much of a limit you have used are turned on for you.
Your alert preferences say from which percentages on and by which channels you are told.

Unsubscribe from mails of this kind: ${UNSUBSCRIBE}
`);
});

test("the HTML says the same, with the share in words beside the bar", async () => {
  const { html, subject } = await renderMail(whole, {
    unsubscribeUrl: UNSUBSCRIBE,
    sender: "Acme Writer",
  });
  expect(subject).toBe("API Usage Notice - Gemini: 80 % used");
  const words = wordsOf(html);
  for (const one of [
    "Acme Writer",
    "Notice",
    "Hello Ada,",
    "You have used 804 of 1,000 Gemini API calls.",
    "80 % used",
    "What happens next",
    "At 1,000 calls, further Gemini calls are refused.",
    "What to do",
    "Pro has 5,000 Gemini calls and costs $79 a month.",
    "Change plan",
    "1 May 2026, 02:00 (Europe/Berlin)",
    "Unsubscribe from mails of this kind",
  ]) {
    expect(words).toContain(one);
  }
  expect(html).toMatch(/class="fill" style="[^"]*width:80%/);
  expect(hrefsOf(html)).toEqual(["https://app.example.com/plans", UNSUBSCRIBE]);
});

test("an address in the words is the button's, once", async () => {
  const url = "https://app.example.com/upgrade?plan=pro&from=mail";
  const upgrade: Message = {
    ...message,
    words: { ...message.words, action: `Pro costs $79 a month. Change to it at ${url}` },
    link: { label: "Change to Pro", url },
  };
  const { html, text } = await renderMail(upgrade);
  expect(wordsOf(html)).toContain("Pro costs $79 a month. Change to it here:");
  expect(hrefsOf(html)).toEqual([url.replace("&", "&amp;")]);
  expect(text).toContain(`Change to it here:\n\nChange to Pro: ${url}\n`);
});

describe.each(EVENT_TYPES)("a mail of %s", (event) => {
  test("loads nothing, runs nothing, and tells nobody that it is read", async () => {
    const { html } = await renderMail(SAMPLES[event], { unsubscribeUrl: UNSUBSCRIBE });
    expect(html).not.toMatch(/<(?:img|script|link|iframe|form|object)\b|url\(|@import|src=/i);
    expect(html).not.toMatch(/undefined|\[object|NaN/);
    expect(html).toMatch(/<meta name="color-scheme" content="light dark"\/>/);
    expect(html).toContain("@media (prefers-color-scheme: dark)");
    // Gmail cuts mails off from 102 kB on.
    expect(html.length).toBeLessThan(50_000);
  });

  test("has its words in both parts", async () => {
    const told = SAMPLES[event];
    const { html, text } = await renderMail(told);
    const { title, message: what, next } = told.words;
    for (const part of [wordsOf(html), text.replaceAll("`", "")]) {
      expect(part).toContain(title);
      expect(part).toContain(what.replaceAll("`", ""));
      expect(part).toContain((next ?? "").replaceAll("`", ""));
    }
  });
});

test("what the operator's names hold is text, never markup", async () => {
  const evil = `<img src=x onerror="alert(1)"> & </style><script>`;
  const odd: Message = {
    ...whole,
    customer: { id: whole.customer?.id ?? never(), userId: "ada", name: evil },
    words: { title: evil, message: evil, next: evil, action: `\`${evil}\`` },
    figures: [{ label: evil, value: evil }],
    link: { label: evil, url: `https://app.example.com/"onclick="x` },
  };
  const { html, subject } = await renderMail(odd, { sender: evil });
  expect(html).not.toContain("<img");
  expect(html).not.toContain("<script");
  expect(html).not.toContain('"onclick="');
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(subject).toBe(`${evil}: 80 % used`);
});

test("more than all is a full bar, and nearly all is not all", async () => {
  const of = async (percent: number) => (await renderMail({ ...message, percent })).html;
  expect(await of(140.9)).toMatch(/140 % used[\s\S]*class="fill" style="[^"]*width:100%/);
  expect(await of(99.99)).toMatch(/99 % used[\s\S]*class="fill" style="[^"]*width:99%/);
});

test("every text has a contrast of 4.5 on its ground, light and dark", async () => {
  const seen = new Set<string>();
  for (const severity of ["info", "warning", "error"] as const) {
    const { html } = await renderMail(
      { ...whole, severity, words: { ...whole.words, action: "`purser limits show`" } },
      { unsubscribeUrl: UNSUBSCRIBE, sender: "Acme" },
    );
    for (const colours of [lightColours(html), darkColours(html)]) {
      for (const [ink, ground] of PAIRS) {
        const [front, back] = [colours.ink(ink), colours.ground(ground)];
        expect(contrast(front, back), `${severity} ${ink} on ${ground}`).toBeGreaterThan(4.5);
        seen.add(`${front} ${back}`);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(15);
});

/** The classes of texts, and of what is below each. */
const PAIRS = [
  ["ink", "card"],
  ["soft", "card"],
  ["soft", "ground"],
  ["accent", "ground"],
  ["button", "button"],
  ["badge", "badge"],
  ["code", "code"],
] as const;

/** Of the inline styles: the first element of each class. */
function lightColours(html: string) {
  const styleOf = (name: string): string => {
    const tag = [...html.matchAll(/<\w+ [^>]*>/g)]
      .map(([text]) => text)
      .find(
        (text) =>
          new RegExp(`class="[^"]*\\b${name}\\b`).test(text) && /style="[^"]*color/.test(text),
      );
    return /style="([^"]*)"/.exec(tag ?? "")?.[1] ?? "";
  };
  return {
    ink: (name: string) => colourIn(/(?:^|;)color:(#\w+)/, styleOf(name)),
    ground: (name: string) => colourIn(/background-color:(#\w+)/, styleOf(name)),
  };
}

/** Of the sheet. */
function darkColours(html: string) {
  const dark = html.slice(html.indexOf("prefers-color-scheme: dark"));
  const ruleOf = (name: string): string =>
    new RegExp(`\\.${name} \\{([^}]*)\\}`).exec(dark)?.[1] ?? "";
  return {
    ink: (name: string) => colourIn(/(?:^| )color: (#\w+)/, ruleOf(name)),
    ground: (name: string) => colourIn(/background-color: (#\w+)/, ruleOf(name)),
  };
}

function colourIn(pattern: RegExp, style: string): string {
  const colour = pattern.exec(style)?.[1];
  if (colour === undefined) throw new Error(`There is no colour in "${style}".`);
  return colour;
}

/** As WCAG 2 has it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** As somebody reads them: without the sheet, the preview and the tags. */
function wordsOf(html: string): string {
  return html
    .slice(html.indexOf("<body"))
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replaceAll(/<[^>]+>/g, (tag) => (/^<\/?(?:span|code|a)\b/.test(tag) ? "" : "\n"))
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function hrefsOf(html: string): string[] {
  return [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href);
}

function never(): never {
  throw new Error("The message is about a customer.");
}
