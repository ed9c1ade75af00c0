/** A real browser for the tests of the dashboard: Chromium from npm, or one that is installed. */
import { existsSync } from "node:fs";
import chromium from "@sparticuz/chromium";
import {
  type Browser,
  type BrowserContextOptions,
  chromium as driver,
  type Page,
} from "playwright-core";

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Whoever opens must close. */
export async function openBrowser(): Promise<Browser> {
  const installed = INSTALLED.find((path) => existsSync(path));
  // Without --single-process, which ends with the first page that is closed.
  const args = chromium.args.filter((arg) => arg !== "--single-process" && arg !== "--no-zygote");
  return driver.launch({
    executablePath: installed ?? (await chromium.executablePath()),
    args: [...args, "--no-sandbox"],
    headless: true,
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** What went wrong in it: faults of scripts, lines on the console, what the policy refused. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** A page in a context of its own: no cookie of another. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    timezoneId: "UTC",
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("console", (line) => {
    if (line.type() === "error") faults.push(line.text());
  });
  return { page, faults, close: () => context.close() };
}
