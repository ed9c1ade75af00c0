/** The pages on which somebody unsubscribes: a few words and one button, without a script. */
import { hash } from "node:crypto";
import type { PageWords } from "../core/messages/page-words.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e8eaed); --soft: light-dark(#56616c, #a3aeb9);
  --line: light-dark(#dfe4e9, #323b45); --ground: light-dark(#f3f5f7, #14181d); --card: light-dark(#fff, #1b2026);
  --accent: light-dark(#0b6e4f, #58d6a6); --on-accent: light-dark(#fff, #0d1a15); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 33rem; margin: 0 auto; padding: 12vh 1rem 3rem; }
.sender { margin: 0 0.25rem 0.75rem; font-size: 0.875rem; font-weight: 600; color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.75rem 2rem; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0; letter-spacing: -0.01em; }
p { margin: 0.75rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
button { margin: 1.5rem 0 0; padding: 0.7rem 1.4rem; border: 0; border-radius: 8px; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
button.quiet { background: none; color: var(--accent); border: 1px solid; }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
@media (max-width: 30rem) { main { padding-top: 1.5rem; } section { padding: 1.25rem; } }
`;

/** Nothing may load, run or look at it, and its form goes back here only. */
export const UNSUBSCRIBE_HEADERS = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${hash("sha256", STYLE, "base64")}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex, nofollow",
} as const;

export interface UnsubscribePage {
  readonly words: PageWords;
  /** Who sends the mails, by name. */
  readonly sender: string | null;
  /** What the button sends, as a query; null: there is none. */
  readonly sends: Readonly<Record<string, string>> | null;
  /** Beside the one thing that the page is for. */
  readonly isQuiet?: boolean;
}

export function unsubscribeHtml({ words, sender, sends, isQuiet }: UnsubscribePage): string {
  const { title, text, button } = words;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<main>
${sender === null ? "" : `<p class="sender">${escaped(sender)}</p>`}
<section>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
${sends === null || button === undefined ? "" : form(button, sends, isQuiet === true)}
</section>
</main>
</html>
`;
}

/** Its address is only a query, so that it goes back to this page wherever a proxy has put it. */
function form(button: string, sends: Readonly<Record<string, string>>, isQuiet: boolean): string {
  const action = `?${new URLSearchParams(sends)}`;
  const look = isQuiet ? ` class="quiet"` : "";
  return `<form method="post" action="${escaped(action)}"><button${look}>${escaped(button)}</button></form>`;
}

function escaped(raw: string): string {
  return raw
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
