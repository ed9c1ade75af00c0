/** The operator's customers in a real browser: found, added, looked at whole, and erased. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  // More than a page of them.
  for (let n = 1; n <= 28; n += 1) {
    const body = { id: `crowd-${n}`, email: `p${n}@crowd.example.com` };
    await stage.api.ask("POST", "/api/admin/customers", { key: stage.api.adminKey, body });
  }
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

test("customers are searched, filtered and paged by the address", async () => {
  const { page, faults, close } = await asOperator("/customers");
  const names = () => page.locator("tbody th a").allTextContents();
  await page.getByRole("link", { name: "Next page" }).waitFor();
  const first = await names();
  await page.getByRole("link", { name: "Next page" }).click();
  await page.waitForURL(/after=/);
  await expect.poll(names).toHaveLength(31 - first.length);
  await page.goBack();
  await expect.poll(names).toEqual(first);
  await page.getByRole("searchbox", { name: "Search customers" }).fill("p7@CROWD");
  await page.waitForURL(/q=/);
  await expect.poll(names).toEqual(["crowd-7"]);
  await page.goto("/customers?plan=pro&status=active");
  await expect.poll(names).toEqual(["ada"]);
  const { customers } = await asked("/api/admin/customers?search=ada");
  const cost = customers[0].usage.cost.toLocaleString("en-US", {
    style: "currency",
    currency: "USD",
  });
  expect(await page.getByRole("row", { name: /^ada/ }).textContent()).toContain(cost);
  expect(await page.getByRole("row", { name: /^These 1 together/ }).textContent()).toContain(cost);
  await page.goto("/customers?q=nobody-is-called-so");
  await page.getByText("Nobody found").waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("a customer is added, on a plan; one who is there already is refused in words", async () => {
  const { page, close } = await asOperator("/customers?do=add");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Id" }).fill("ada");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByRole("textbox", { name: "Id" }).fill("team/7 ü");
  await dialog.getByLabel("Name").fill("Team Seven");
  await dialog.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: "Basic" }).click();
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await said(page, "team/7 ü is a customer now.");
  // The clock of the stage stands still, so which of them are the newest is a matter of chance.
  await page.getByRole("searchbox", { name: "Search customers" }).fill("team/7 ü");
  await page.getByRole("link", { name: "team/7 ü" }).click();
  await page.getByRole("heading", { level: 1, name: "Team Seven" }).waitFor();
  await page.getByText("Renews on").waitFor();
  await page.getByRole("link", { name: "See their dashboard" }).click();
  await page.waitForURL("**/customers/team%2F7%20%C3%BC/see");
  await page.getByText("You see these pages as").waitFor();
  await close();
});

test("refusals and alerts tell why somebody stands still", async () => {
  const body = { user_id: "bob", provider: "gemini", model: "gemini-2.5-flash", input_tokens: 9 };
  const path = "/api/subscription/reservations";
  expect((await stage.api.ask("POST", path, { key: stage.service, body })).status).toBe(429);
  const { page, close } = await asOperator("/customers/bob?part=refusals");
  const row = page.getByRole("table", { name: "The latest refusals" }).getByRole("row").nth(1);
  await row.waitFor();
  expect(await row.textContent()).toMatch(
    /limit reached.*Gemini calls in a usage period.*100 of 100 calls/,
  );
  await page.getByRole("tab", { name: "Alerts" }).click();
  await page.getByText("API Limit Reached - Gemini").waitFor();
  // Nobody else's are there.
  await page.goto("/customers/ada?part=refusals");
  await page.getByText("No refusals").waitFor();
  await close();
});

test("name and e-mail are edited, and a person is erased once their id is typed", async () => {
  const { page, faults, close } = await asOperator("/customers/crowd-3");
  await choose(page, "Edit name and e-mail");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Carla Crowd");
  await dialog.getByLabel("E-mail").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Carla Crowd" }).waitFor();
  expect(await asked("/api/admin/customers/crowd-3")).toMatchObject({ email: null });
  await choose(page, "Erase this person");
  const erase = dialog.getByRole("button", { name: "Erase this person" });
  expect(await erase.isDisabled()).toBe(true);
  await dialog.getByLabel(/^Type crowd-3/).fill("crowd-3");
  await erase.click();
  await page.getByText("This person was erased").waitFor();
  expect(page.url()).not.toContain("crowd-3");
  await page.goto("/customers/crowd-3");
  await page.getByRole("alert").getByText("There is no customer with this id.").waitFor();
  // The one line is the browser's own, about the 404.
  expect(faults).toHaveLength(1);
  await close();
});
