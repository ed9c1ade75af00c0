/** A customer's alerts, preferences and plan in a real browser: read, changed, refused, and live. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tellUse } from "../api/usage-teller.ts";
import { violationsOn } from "./axe.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await limitBasicFurther();
});
afterAll(() => stage.close());

/** A second version of Basic; who subscribes to it keeps the first. */
async function limitBasicFurther(): Promise<void> {
  const asked = { key: stage.api.adminKey };
  const { body } = await stage.api.ask("GET", "/api/admin/plans", asked);
  const basic = body.data.plans.find(({ slug }: { slug: string }) => slug === "basic").definition;
  const more = [
    { meter: "calls", provider: "gemini", model: "gemini-2.5-pro", per: "day", max: 25 },
    { meter: "calls", per: "minute", max: 90 },
  ];
  await stage.api.ask("PUT", "/api/admin/plans/basic", {
    ...asked,
    body: { ...basic, limits: [...basic.limits, ...more] },
  });
}

const DARK = { colorScheme: "dark" } as const;

test("an alert says what happened, what comes of it and what to do, and leads to the plan that helps", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.bob }, "/alerts");
  const alert = page.getByRole("listitem").filter({ hasText: "API Limit Reached - Gemini" });
  await alert.getByText("Urgent").waitFor();
  const text = await alert.innerText();
  expect(text).toContain("You have used 100 of 100 Gemini API calls");
  expect(text).toMatch(/What happens next\s+Further Gemini calls are refused until .* \(UTC\)/);
  expect(text).toMatch(/What to do\s+Basic has 1,000 Gemini calls and costs \$29 a month\./);
  expect(await violationsOn(page)).toEqual([]);
  await alert.getByRole("link", { name: "See what Basic changes" }).click();
  await page.getByRole("dialog", { name: "Change to Basic" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/plan");
  expect(faults).toEqual([]);
  await close();
});

test("filters stand in the address; an alert is read once, and then not among the unread", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.bob }, "/alerts?unread=1");
  await page.getByText("Unread (1)").waitFor();
  await page.getByRole("combobox", { name: "Severity" }).click();
  await page.getByRole("option", { name: "Warning" }).click();
  await page.getByRole("heading", { name: "No such alerts" }).waitFor();
  expect(new URL(page.url()).searchParams.get("severity")).toBe("warning");
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Show all alerts" }).click();
  await page.getByRole("button", { name: "Mark as read" }).click();
  await page.getByText("The alert is marked as read.").waitFor();
  await page.getByText("Unread (0)").waitFor();
  expect(await page.getByRole("button", { name: "Mark all as read" }).isDisabled()).toBe(true);
  await page.getByText("Unread (0)").click();
  await page.getByRole("heading", { name: "No such alerts" }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("an alert arrives while one looks, and all are marked as read at once", async () => {
  const { page, close } = await stage.open({ key: stage.keys.long }, "/alerts", DARK);
  await page.getByRole("heading", { name: "No alerts so far" }).waitFor();
  await tellUse(stage.api, { service: stage.service, userId: stage.longId }, [
    { provider: "exa", model: "search", calls: 85, cost: 85_000_000n, tokens: 0 },
  ]);
  await page.getByText("Just now: API Usage Notice - Exa").waitFor();
  await page.getByRole("heading", { name: "API Usage Notice - Exa" }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.getByText("One alert is marked as read.").waitFor();
  await close();
});

test("preferences are changed, saved with word of what holds now, and there again later", async () => {
  const { page, faults, close } = await stage.open(
    { key: stage.keys.ada },
    "/alerts?tab=preferences",
    DARK,
  );
  await page.getByRole("button", { name: "Take 80 % away" }).click();
  await addThreshold(page, "300");
  await page.getByText("It must be whole percentages from 1 to 200.").waitFor();
  await addThreshold(page, "50");
  await page.getByRole("button", { name: "Take 50 % away" }).waitFor();
  await page.getByRole("switch", { name: "Slack" }).uncheck();
  await page.getByRole("checkbox", { name: "A sudden rise of your use" }).uncheck();
  const zone = page.getByRole("combobox", { name: "Times in alerts are in" });
  await zone.click();
  await zone.fill("berlin");
  await page.getByRole("option", { name: "Europe/Berlin" }).click();
  await page.getByRole("button", { name: "Save preferences" }).click();
  await page
    .getByText(
      "Saved. You are told on this page, by mail and by webhook, at 50, 90 and 100 %. Times in alerts are in Europe/Berlin.",
    )
    .waitFor();
  const path = "/api/subscription/alert-preferences/ada";
  const kept = await stage.api.ask("GET", path, { key: stage.keys.ada });
  expect(kept.body.data).toEqual({
    thresholds: [50, 90, 100],
    channels: { email: true, webhook: true, slack: false, in_app: true },
    time_zone: "Europe/Berlin",
    unsubscribed: ["sudden_rise"],
  });
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Use your plan's again" }).click();
  await page.getByRole("button", { name: "Take 80 % away" }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

async function addThreshold(page: Page, percent: string): Promise<void> {
  await page.getByRole("textbox", { name: "Another percentage" }).fill(percent);
  await page.getByRole("button", { name: "Add", exact: true }).click();
}

test("a customer's upgrade is previewed to the cent, and is not theirs to take; an operator grants it while they look", async () => {
  const own = await stage.open({ key: stage.keys.ada }, "/plan");
  await own.page.getByRole("button", { name: "See changes to Enterprise" }).click();
  const dialog = own.page.getByRole("dialog", { name: "Change to Enterprise" });
  const amounts = dialog.getByRole("table", { name: "What it comes to" }).locator("td.figures");
  await expect.poll(() => amounts.count()).toBe(3);
  const cents = (await amounts.allInnerTexts()).map((text) =>
    Math.round(Number(text.replace(/[$,]/g, "")) * 100),
  );
  expect(cents.slice(0, -1).reduce((sum, each) => sum + each, 0)).toBe(cents.at(-1));
  await dialog.getByRole("button", { name: "Change to Enterprise now" }).click();
  const answer = dialog.getByRole("alert");
  await answer.getByText("Nothing was changed", { exact: false }).waitFor();
  expect(await answer.innerText()).toMatch(
    /Ask whoever runs the application.*They know you as ada/s,
  );
  // The browser's own word of the 402.
  expect(own.faults.filter((fault) => !fault.includes("402"))).toEqual([]);
  await dialog.getByRole("button", { name: "Stay on Pro" }).click();
  await own.page.getByText("It renews by itself", { exact: false }).waitFor();

  const operator = await stage.open(
    { key: stage.api.adminKey },
    "/customers/ada/see/plan?change=enterprise",
  );
  await operator.page.getByText("You grant it as the operator", { exact: false }).waitFor();
  await operator.page.getByRole("button", { name: "Change to Enterprise now" }).click();
  await operator.page
    .getByText("You are on Enterprise now, billed monthly", { exact: false })
    .waitFor();
  await own.page
    .getByRole("region", { name: "Your plan" })
    .getByText("Enterprise")
    .first()
    .waitFor();
  await own.page.getByRole("cell", { name: "Upgraded" }).waitFor();
  expect(operator.faults).toEqual([]);
  await Promise.all([own.close(), operator.close()]);
});

test("limits on a model, a day or a minute are compared, before and in a change; the own version stands beside what is offered", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.long }, "/plan");
  const table = page.getByRole("table", { name: "Plans and their limits" });
  await table.waitFor();
  const heads = (await table.getByRole("columnheader").allInnerTexts()).map((text) =>
    text.replaceAll(/\s+/g, " "),
  );
  expect(heads.filter((text) => text.startsWith("Basic"))).toEqual([
    expect.stringMatching(/^Basic as you have it .*Your plan$/),
    expect.stringMatching(/^Basic as offered now .*See changes/),
  ]);
  const cells = (name: string) =>
    table.getByRole("row", { name }).getByRole("cell").allInnerTexts();
  expect((await cells("Calls a minute")).slice(0, 3)).toEqual(["No limit", "No limit", "90"]);
  expect((await cells("Gemini calls (gemini-2.5-pro) a day"))[2]).toBe("25");
  await table.getByRole("button", { name: "See changes to Basic as offered now" }).click();
  const changed = page.getByRole("table", { name: "Limits that change" });
  await changed.getByText("Limits that change (2)").waitFor();
  expect(await changed.getByRole("row").nth(1).innerText()).toMatch(
    /^Calls a minute\s+No limit\s+90$/,
  );
  expect(faults).toEqual([]);
  await close();
});

test("a smaller plan is scheduled and taken back; a subscription is cancelled, kept, and ended", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.long }, "/plan", DARK);
  const plan = page.getByRole("region", { name: "Your plan" });
  await page.getByRole("button", { name: "See changes to Free" }).click();
  const dialog = page.getByRole("dialog", { name: "Change to Free" });
  await dialog.getByText("The period's end", { exact: false }).click();
  await dialog.getByRole("button", { name: /^Change to Free on / }).click();
  await plan.getByText(/^From .* on the plan is Free, billed monthly\.$/).waitFor();
  await plan.getByRole("button", { name: "Stay on Basic" }).click();
  await page.getByText(/Basic goes on, and renews on /).waitFor();

  await plan.getByRole("button", { name: "Cancel Basic" }).click();
  await page.getByRole("button", { name: /^Cancel Basic on / }).click();
  await plan.getByText(/^Basic ends on .* From then on Free holds\.$/).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await plan.getByRole("button", { name: "Keep Basic" }).click();
  await plan.getByText(/^It renews by itself on /).waitFor();

  await plan.getByRole("button", { name: "Cancel Basic" }).click();
  await page.getByRole("radio", { name: "Now" }).check();
  await page.getByRole("button", { name: "Cancel Basic now" }).click();
  await page.getByText("Basic has ended. Free holds now.").waitFor();
  await plan.getByText("You have no subscription, so Free holds.", { exact: false }).waitFor();
  expect(faults).toEqual([]);
  await close();
});
