/** What the operator does for a customer, in a real browser: plan, limits, keys, portal links. */
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

const asked = async (path: string) =>
  (await stage.api.ask("GET", path, { key: stage.api.adminKey })).body.data;

async function choose(page: Page, deed: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: deed }).click();
}

const said = (page: Page, words: string | RegExp) =>
  page.getByRole("status").getByText(words).waitFor();

test("a plan is changed after its preview, paused, resumed and canceled", async () => {
  const { page, faults, close } = await asOperator("/customers/ada");
  await page.getByRole("button", { name: "Change plan" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: /^Enterprise/ }).click();
  await dialog.getByRole("table", { name: "Limits that change" }).waitFor();
  await dialog.getByRole("row", { name: /^Total due/ }).waitFor();
  // A preview changes nothing.
  expect((await asked("/api/admin/customers/ada")).plan.slug).toBe("pro");
  await dialog.getByRole("button", { name: "Change to Enterprise" }).click();
  await said(page, "Enterprise holds now.");
  await choose(page, "Pause the subscription");
  await dialog.getByRole("button", { name: "Pause it" }).click();
  await said(page, /Enterprise is paused/);
  await page.getByText("Paused: the default plan holds").waitFor();
  await choose(page, "Resume the subscription");
  await dialog.getByRole("button", { name: "Resume it" }).click();
  await said(page, /Enterprise goes on/);
  await choose(page, "Cancel the subscription");
  await dialog.getByRole("button", { name: /^Cancel Enterprise on/ }).click();
  await said(page, /Enterprise ends on/);
  await choose(page, "Undo what is scheduled");
  await dialog.getByRole("button", { name: "Resume it" }).click();
  await said(page, /Enterprise goes on. Renews on/);
  await page.getByRole("tab", { name: "Subscription" }).click();
  await page.getByRole("cell", { name: "change plan" }).waitFor();
  await page.getByRole("tab", { name: "Audit log" }).click();
  await page.getByRole("cell", { name: "subscription.pause" }).waitFor();
  expect(page.url()).toContain("part=audit");
  expect(faults).toEqual([]);
  await close();
});

test("a limit that is used up is lifted until a day, and taken back", async () => {
  const { page, faults, close } = await asOperator("/customers/bob");
  const limits = page.getByRole("region", { name: "Limits", exact: true });
  await limits.getByText("100 of 100").waitFor();
  await page.getByRole("button", { name: "Lift a limit" }).click();
  const dialog = page.getByRole("dialog");
  // The fullest is chosen already.
  await dialog.getByLabel("New cap").fill("250");
  await dialog.getByLabel("Reason").fill("A launch week");
  await dialog.getByText(/Gemini calls up to 250 calls .* instead of 100 calls/).waitFor();
  await dialog.getByRole("button", { name: "Lift it" }).click();
  await said(page, /Gemini calls: 250 calls until/);
  await limits.getByText("100 of 250").waitFor();
  await page.getByText("A launch week").waitFor();
  await page.getByRole("button", { name: "Take back" }).click();
  await limits.getByText("100 of 100").waitFor();
  await page.getByText("1 earlier lift is over.").waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("a key is shown once, and a portal link signs the customer in", async () => {
  const { page, faults, close } = await asOperator("/customers/bob");
  await choose(page, "Make a key");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("laptop");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const key = await page
    .getByText(/^purser_customer_/)
    .first()
    .textContent();
  expect((await stage.api.ask("GET", "/api/session", { key: key ?? "" })).body.data).toMatchObject({
    kind: "customer",
    user_id: "bob",
  });
  await page.getByRole("button", { name: "I have it, put it away" }).click();
  expect(await page.getByText(key ?? "").count()).toBe(0);
  await page.getByRole("tab", { name: "Keys" }).click();
  await page.getByRole("rowheader", { name: "laptop" }).waitFor();
  await choose(page, "Make a portal link");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = new URL(await dialog.getByLabel("The link", { exact: true }).inputValue());
  const other = await stage.open(null, `${link.pathname}${link.hash}`);
  await other.page.getByRole("button", { name: "bob" }).waitFor();
  await other.close();
  expect(faults).toEqual([]);
  await close();
});
