/** What holds on every page for everyone, with half a year of a dozen customers in it: no faults, accessible, narrow, by keyboard, calm, offline, and where the server fails. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CONTRAST, violationsOn } from "./axe.ts";
import type { OpenedPage } from "./browser.ts";
import {
  DEMO_START_MS_MOST,
  type DemoOnStage,
  EVE,
  LONG_NAMED,
  openDemoOnStage,
  PIA,
} from "./demo-on-stage.ts";
import { focusedElement } from "./focused-element.ts";
import { allPages, pageStates, type ShownPage } from "./pages.ts";
import { followRequests, untilSettled } from "./settled.ts";

const WIDE = { width: 1_280, height: 800 };
const NARROW = { width: 360, height: 740 };
/** A second or two a page; more on a busy machine. */
const ALL_PAGES_MS_MOST = 180_000;

let stage: DemoOnStage;
let pages: readonly ShownPage[];
const opened: OpenedPage[] = [];

beforeAll(async () => {
  stage = await openDemoOnStage();
  const { logs } = await stage.purser.logPage({ user_id: PIA, limit: 1 });
  const eventId = logs[0]?.event_id ?? "";
  pages = [
    ...allPages({ userId: EVE, eventId }),
    ...allPages({ userId: LONG_NAMED, eventId })
      .filter(({ path }) => path.includes(LONG_NAMED))
      .map((page) => ({ ...page, name: `${page.name} with a long name` })),
  ];
}, DEMO_START_MS_MOST);
// Each page holds a live stream, and a customer has ten at most.
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});
afterAll(() => stage?.close());

/** Each sort of page with who may see it. */
async function openAs(as: ShownPage["as"]): Promise<OpenedPage> {
  const keys = { customer: stage.demo.customerKey, operator: stage.demo.adminKey };
  const found = await stage.open(as === "nobody" ? null : { key: keys[as] }, "/sign-in", {
    reducedMotion: "reduce",
  });
  followRequests(found.page);
  opened.push(found);
  return found;
}

const pagesOf = (as: ShownPage["as"]) => pages.filter((page) => page.as === as);

test.each(["nobody", "customer", "operator"] as const)(
  "each page as %s, with its tabs and dialogs: no faults, axe finds nothing in light and dark, nothing moves, no sideways scrolling at 360 px",
  async (as) => {
    const { page, faults } = await openAs(as);
    const wrong: string[] = [];
    const looked: string[] = [];
    const states = pageStates({ userId: EVE }).filter((state) => state.as === as);
    for (const shown of [...pagesOf(as), ...states]) {
      wrong.push(...(await wrongOn(page, shown)).map((what) => `${shown.name}: ${what}`));
      wrong.push(...faults.slice().map((fault) => `${shown.name}: ${fault}`));
      looked.push(shown.name);
    }
    expect(wrong).toEqual([]);
    expect(looked.length).toBeGreaterThan(0);
  },
  ALL_PAGES_MS_MOST,
);

async function wrongOn(page: Page, shown: ShownPage): Promise<string[]> {
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(shown.path);
  await untilSettled(page);
  const light = await violationsOn(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  const dark = await violationsOn(page, CONTRAST);
  const moving = await movingOn(page);
  await page.setViewportSize(NARROW);
  // Charts and tables take a moment to find out how wide they may be.
  await page
    .waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, null, {
      timeout: 3_000,
    })
    .catch(() => undefined);
  const widest = await page.evaluate(() => {
    // The header stands fixed, so what sticks out of it makes nothing wider.
    const ends = [...document.querySelectorAll("header button")].map(
      (button) => button.getBoundingClientRect().right,
    );
    return Math.max(document.documentElement.scrollWidth, ...ends);
  });
  return [
    ...light.map((what) => `light: ${what}`),
    ...dark.map((what) => `dark: ${what}`),
    ...moving.map((what) => `moves: ${what}`),
    ...(widest > NARROW.width ? [`${widest} px wide at ${NARROW.width}`] : []),
  ];
}

/** Whoever asked for reduced motion sees nothing move. */
function movingOn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => {
        const { duration = 0, iterations = 1 } = effect?.getTiming() ?? {};
        return Number(duration) > 0 || iterations > 1;
      })
      .map(({ effect }) =>
        effect instanceof KeyframeEffect ? (effect.target?.outerHTML ?? "").slice(0, 120) : "",
      ),
  );
}

test.each(["customer", "operator"] as const)(
  "from each page as %s the links lead to the others, without loading the page anew",
  async (as) => {
    const { page, faults } = await openAs(as);
    const [start] = pagesOf(as);
    await page.goto(start?.path ?? "/");
    await untilSettled(page);
    await page.evaluate(() => Object.assign(window, { isTheSame: true }));
    const links = page.getByRole("navigation").getByRole("link");
    const names = await links.allInnerTexts();
    // Twice, since the second time what others have read is there.
    for (const name of [...names, ...names]) {
      await page.getByRole("navigation").getByRole("link", { name }).click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      await untilSettled(page);
    }
    expect(faults).toEqual([]);
    expect(await page.evaluate(() => Reflect.get(window, "isTheSame"))).toBe(true);
  },
);

test.each(["customer", "operator"] as const)(
  "by keyboard alone, as %s: the skip link leads to the content, its main action is reached, and the focus is seen",
  async (as) => {
    const { page } = await openAs(as);
    await page.setViewportSize(WIDE);
    for (const shown of pagesOf(as)) {
      await page.goto(shown.path);
      await untilSettled(page);
      await page.keyboard.press("Tab");
      expect((await focusedElement(page)).words, shown.name).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await expectActionByTab(page, shown);
    }
  },
);

/** More stops than these before what a page is for, and nobody gets there. */
const STOPS_MOST = 40;

async function expectActionByTab(page: Page, shown: ShownPage): Promise<void> {
  const met: string[] = [];
  for (let stop = 0; stop < STOPS_MOST; stop += 1) {
    await page.keyboard.press("Tab");
    const focused = await focusedElement(page);
    expect(focused, `${shown.name}: ${focused.words}`).toMatchObject({
      isInContent: true,
      isSeen: true,
    });
    met.push(focused.words);
    if (focused.words.startsWith(shown.action ?? focused.words)) return;
  }
  expect(met, `${shown.name}: ${shown.action}`).toContain(shown.action);
}

test("offline is said and what was shown stays; back online the pages catch up", async () => {
  const { page } = await openAs("customer");
  const context = page.context();
  await page.goto("/");
  await untilSettled(page);
  const sentence = page.getByTestId("sentence");
  const before = await sentence.innerText();
  await context.setOffline(true);
  await page.getByText("You are offline").waitFor();
  expect(await sentence.innerText()).toBe(before);
  // Another page, which is not there yet, must not stand empty without a word.
  await page.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
  expect(await page.getByText("You are offline").isVisible()).toBe(true);
  await context.setOffline(false);
  await page.getByText("You are offline").waitFor({ state: "detached" });
  await page.getByRole("navigation").getByRole("link", { name: "Plan" }).click();
  await page.getByRole("heading", { name: "Your plan" }).waitFor();
});

test.each(["customer", "operator"] as const)(
  "where the server fails, each page as %s says so, and trying again shows it",
  async (as) => {
    const { page } = await openAs(as);
    const context = page.context();
    const shown = pagesOf(as);
    await failAll(context);
    const tabs = await Promise.all(shown.map(({ path }) => openTab(context, path)));
    for (const [index, tab] of tabs.entries()) {
      const failure = tab.getByRole("alert").filter({ hasText: "This could not be shown" });
      await failure.first().waitFor();
      expect(await failure.first().innerText(), shown[index]?.name).toContain("Nothing is lost");
    }
    await context.unrouteAll({ behavior: "wait" });
    await Promise.all(tabs.map((tab) => tryAgain(tab)));
  },
);

async function openTab(context: BrowserContext, path: string): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(path);
  return tab;
}

/** Everything but who is signed in. */
function failAll(context: BrowserContext): Promise<unknown> {
  const body = JSON.stringify({
    success: false,
    error: "internal",
    message: "Something broke.",
    detail: "Something broke.",
    request_id: "made-up",
  });
  return context.route(
    (url) => url.pathname.startsWith("/api/") && url.pathname !== "/api/session",
    (route) => route.fulfill({ status: 500, contentType: "application/json", body }),
  );
}

/** One button after the other, until nothing is left that failed. */
async function tryAgain(tab: Page): Promise<void> {
  const failures = tab.getByRole("alert").filter({ hasText: "This could not be shown" });
  await expect
    .poll(async () => {
      const button = failures.getByRole("button", { name: "Try again" }).first();
      if (await button.isVisible()) await button.click({ timeout: 1_000 }).catch(() => undefined);
      return failures.count();
    })
    .toBe(0);
  await untilSettled(tab);
  await tab.close();
}
