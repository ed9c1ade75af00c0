/** What screen readers and keyboards would stumble over on a page, as axe finds it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/** What another scheme of colours changes, and nothing else. */
export const CONTRAST = ["color-contrast", "link-in-text-block"];

/** One line a violation; none where the page is fine. Contrast (AA) is among the rules. */
export async function violationsOn(page: Page, runOnly = RULES): Promise<string[]> {
  // Given to the page from outside: its own policy lets no foreign script in.
  await page.evaluate(SOURCE);
  return page.evaluate(async (rules) => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there.
    const { axe } = window as any;
    const { violations } = await axe.run(document, { runOnly: rules });
    return violations.flatMap(
      (found: { id: string; help: string; nodes: { target: string[]; html: string }[] }) =>
        found.nodes.map(
          ({ target, html }) =>
            `${found.id}: ${found.help} at ${target.join(" ")}: ${html.slice(0, 120)}`,
        ),
    );
  }, runOnly);
}
