/** The operator's plans in a real browser: edited with who is affected, made, hidden, and subscribers moved. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const asOperator = (path: string, options = {}) =>
  stage.open({ key: stage.api.adminKey }, path, { reducedMotion: "reduce", ...options });

async function planNamed(slug: string) {
  const { body } = await stage.api.ask("GET", "/api/admin/plans", { key: stage.api.adminKey });
  return body.data.plans.find((plan: { slug: string }) => plan.slug === slug);
}

const said = (page: Page, words: string | RegExp) =>
  page.getByRole("status").getByText(words).waitFor();

/** What stands beside the form. */
const beside = (page: Page, title: string) => page.getByRole("region", { name: title });

test("an edit says its mistakes beside their fields, then what changes and for whom, and makes a version", async () => {
  const { page, faults, close } = await asOperator("/plans");
  await page.getByRole("row", { name: /^Pro/ }).getByText("$150.00 of provider cost").waitFor();
  await page.getByRole("link", { name: "Pro", exact: true }).click();
  const changes = beside(page, "What changes");
  await changes.getByText("Nothing yet").waitFor();
  const save = changes.getByRole("button");
  expect(await save.isDisabled()).toBe(true);

  const price = page.getByLabel("Price a month");
  await price.fill("seventy");
  const mend = "Must be US dollars such as 12.50: not negative, at most nine decimals.";
  expect(await price.getAttribute("aria-invalid")).toBe("true");
  await changes.getByText(`Price a month: ${mend}`).waitFor();
  const limit = page.getByRole("group", { name: "Limit 1", exact: true });
  await limit.getByLabel("At most").fill("lots");
  await limit.getByText("Must be a whole number from 0 to 10^15, or unlimited.").waitFor();
  await save.click();
  expect((await planNamed("pro")).version).toBe(1);

  await price.fill("99");
  await limit.getByLabel("At most").fill("6000");
  await changes.getByText("Price a month: $79 → $99").waitFor();
  await changes.getByText("Limit on gemini calls per period: 5000 → 6000").waitFor();
  await changes.getByText("1 subscriber keeps what they have: 1 on version 1.").waitFor();
  await changes.getByRole("button", { name: "Save as version 2" }).click();
  await said(page, "Saved as version 2 of Pro.");
  expect(await planNamed("pro")).toMatchObject({ version: 2, price_monthly: 99 });
  await changes.getByText("Nothing yet").waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("a second limit on the same thing is refused where it stands, and one can be taken out", async () => {
  const { page, close } = await asOperator("/plans?plan=enterprise");
  await page.getByRole("button", { name: "Add a limit" }).click();
  const added = page.getByRole("group", { name: "Limit 2", exact: true });
  await added.getByLabel("At most").fill("9");
  await added.getByRole("combobox", { name: "Of" }).click();
  await page.getByRole("option", { name: "Provider cost" }).click();
  await added.getByText("Limits what an earlier one limits; keep one.").waitFor();
  await added.getByRole("button", { name: "Take limit 2 out" }).click();
  await beside(page, "What changes").getByText("Nothing yet").waitFor();
  await close();
});

test("of a limit its operation, model and thresholds are edited too, folded away where it says nothing of them", async () => {
  const id = `plan-${Date.now()}`;
  const price = { monthly: "9", yearly: "90" };
  await stage.api.ask("POST", "/api/admin/plans", {
    key: stage.api.adminKey,
    body: { id, name: "Pictures", tier: "basic", price, hidden: true, limits: [] },
  });
  const { page, faults, close } = await asOperator(`/plans?plan=${id}`);
  await page.getByRole("button", { name: "Add a limit" }).click();
  const added = page.getByRole("group", { name: "Limit 1", exact: true });
  await added.getByLabel("At most").fill("40");
  expect(await added.getByLabel("Only of operation").count()).toBe(0);
  await added.getByRole("button", { name: "More of limit 1" }).click();
  await added.getByLabel("Only of operation").fill("image");
  const alertAt = added.getByLabel("Alert at (%)");
  await alertAt.fill("90, 50");
  const mend = added.getByText("Must be ascending, each percentage once.");
  await mend.waitFor();
  expect(await alertAt.getAttribute("aria-describedby")).toBe(await mend.getAttribute("id"));
  await alertAt.fill("50, 90");
  const changes = beside(page, "What changes");
  await changes
    .getByText("Limit on image calls per period: none → 40, alert at 50, 90 %")
    .waitFor();
  await changes.getByRole("button", { name: "Save as version 2" }).click();
  await said(page, "Saved as version 2 of Pictures.");
  expect((await planNamed(id)).definition.limits[0]).toEqual({
    meter: "calls",
    operation: "image",
    per: "period",
    max: 40,
    at_cap: "deny",
    alert_at: [50, 90],
  });
  // What it says is open when the form begins anew, and can be folded away.
  expect(await added.getByLabel("Only of operation").inputValue()).toBe("image");
  await added.getByRole("button", { name: "More of limit 1" }).click();
  await added.getByText("More (2)").waitFor();
  expect(await added.getByLabel("Only of operation").count()).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

test("the default plan's edit counts those without a subscription", async () => {
  for (const id of ["dora", "emil"]) await stage.api.addCustomer(id);
  const { page, close } = await asOperator("/plans?plan=free");
  await page.getByLabel("Description").fill("For a first look");
  await beside(page, "What changes")
    .getByText(
      /Whoever has no subscription is on this plan: version 2 holds for 2 customers at once\./,
    )
    .waitFor();
  await close();
});

test("a version says what it changed, and its subscribers are moved with their number first", async () => {
  const { definition } = await planNamed("basic");
  await stage.api.ask("PUT", "/api/admin/plans/basic", {
    key: stage.api.adminKey,
    body: { ...definition, price: { monthly: "31", yearly: "310" } },
  });
  const { page, faults, close } = await asOperator("/plans?plan=basic&tab=versions");
  const older = page.getByRole("row", { name: /^1 / });
  await page.getByRole("row", { name: /^2/ }).getByText("Price a month: $29 → $31").waitFor();
  await older.getByRole("button", { name: "Move the subscribers of version 1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByText("1 subscriber of version 1. What they used so far still counts.")
    .waitFor();
  await dialog.getByText("Price a year: $290 → $310").waitFor();
  expect((await planNamed("basic")).versions[0].subscribers).toBe(0);
  await dialog.getByLabel("Now").check();
  await dialog.getByRole("button", { name: "Move 1 subscriber now" }).click();
  await said(page, "1 subscriber moved to version 2.");
  expect((await planNamed("basic")).versions).toEqual([{ version: 2, subscribers: 1 }]);
  expect(await older.getByRole("button").count()).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

test("a plan is made like another, offered, hidden without a version, and not left unsaved unasked", async () => {
  const { page, faults, close } = await asOperator("/plans?plan=enterprise");
  await page.getByRole("link", { name: "New plan like this" }).click();
  await page.getByRole("heading", { name: "New plan like Enterprise" }).waitFor();
  await page.getByLabel("Id", { exact: true }).fill("12");
  await page.getByText(/^Must be lower-case letters, digits, - and _, not digits alone/).waitFor();
  await page.getByLabel("Id", { exact: true }).fill("team");
  await page.getByLabel("Name", { exact: true }).fill("Team");
  await beside(page, "What you make").getByText("$500.00 of provider cost").waitFor();
  await page.getByRole("link", { name: "All plans" }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Make the plan" }).click();
  await page.getByRole("heading", { name: "Team", exact: true }).waitFor();
  expect(await planNamed("team")).toMatchObject({ tier: "enterprise", version: 1, hidden: false });

  await page.getByRole("switch", { name: "Hidden" }).check();
  const changes = beside(page, "What changes");
  await changes.getByText("It is not offered any more").waitFor();
  await changes.getByRole("button", { name: "Save", exact: true }).click();
  await said(page, "Team is hidden.");
  expect(await planNamed("team")).toMatchObject({ version: 1, hidden: true });
  expect(faults).toEqual([]);
  await close();
});
