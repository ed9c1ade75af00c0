/** The page at `/`: what runs here and where to go, until the dashboard replaces it. */
import { hash } from "node:crypto";
import type { Dialect } from "./ports.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e8eaed); --soft: light-dark(#5f6b76, #9aa5b1);
  --line: light-dark(#e1e5ea, #2c343d); --ground: light-dark(#fbfcfd, #14181d); --card: light-dark(#fff, #1b2026);
  --accent: light-dark(#0b6e4f, #58d6a6); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0; letter-spacing: -0.02em; }
h1 small { font-size: 0.9rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
h2 { font-size: 1rem; margin: 2.5rem 0 0.75rem; }
p { margin: 0.75rem 0 0; color: var(--soft); max-width: 38rem; }
a { color: var(--accent); text-underline-offset: 0.2em; }
code, pre { font: 0.875rem/1.6 ui-monospace, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; overflow-x: auto;
  margin: 0.75rem 0 0; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; overflow: hidden; }
td { padding: 0.6rem 1rem; border-top: 1px solid var(--line); vertical-align: top; }
tr:first-child td { border-top: 0; }
td:first-child { width: 34%; white-space: nowrap; }
td:last-child { color: var(--soft); overflow-wrap: anywhere; }
`;

/** Nothing may load or run but this page's own style. */
export const FRONT_PAGE_HEADERS = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${hash("sha256", STYLE, "base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
} as const;

const PLACES: readonly (readonly [string, string])[] = [
  ["/api/subscription/plans", "The plans that are sold"],
  ["/api/subscription/pricing", "What each model costs"],
  ["/docs", "The REST API, to browse and try"],
  ["/openapi.json", "The same as OpenAPI 3.1, for programs"],
  ["/healthz", "Is the process alive"],
  ["/readyz", "Can it take calls"],
];

export function frontPage(page: {
  version: string;
  /** As the visitor reached it, e.g. `http://127.0.0.1:8787`. */
  address: string;
  dialects: readonly Dialect[];
  /** Has the operator's credential, or needs none. */
  isSetUp: (dialect: Dialect) => boolean;
}): string {
  const ready = page.dialects.filter(page.isSetUp);
  const others = page.dialects.filter((dialect) => !page.isSetUp(dialect));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Purser</title>
<style>${STYLE}</style>
<main>
<h1>Purser <small>${text(page.version)}</small></h1>
<p>It runs. Every AI call that goes through here is held against the limits of its customer's plan, forwarded,
metered and priced, or refused before it costs anything.</p>
<h2>Point an SDK here</h2>
<pre>${text(example(page.address))}</pre>
${providers(ready, others, page.address)}
<h2>Look around</h2>
${table(PLACES.map(([path, words]) => [`<a href="${path}">${path}</a>`, text(words)]))}
<h2>From the terminal</h2>
<pre>purser customer add ada --plan pro --with-key
purser usage ada
purser --help</pre>
</main>
</html>
`;
}

function example(address: string): string {
  return `import OpenAI from "openai";

const openai = new OpenAI({
  baseURL: "${address}/openai/v1",
  apiKey: "purser_customer_…",
});`;
}

function providers(ready: readonly Dialect[], others: readonly Dialect[], address: string): string {
  const rows = ready.map(
    ({ title, provider }) =>
      [text(title), `<code>${text(`${address}/${provider}`)}</code>`] as const,
  );
  const missing = others.map(({ title }) => text(title)).join(", ");
  return [
    rows.length === 0 ? "" : `<h2>Providers that are set up</h2>${table(rows)}`,
    missing === "" ? "" : `<p>Not set up yet, for want of a credential: ${missing}.</p>`,
  ].join("\n");
}

function table(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([name, what]) => `<tr><td>${name}</td><td>${what}</td></tr>`);
  return `<table>${lines.join("")}</table>`;
}

/** Escapes what comes from outside: the address holds the visitor's own Host header. */
function text(raw: string): string {
  return raw
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
