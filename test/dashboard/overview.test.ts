/** A customer's overview in a real browser: what it says at a glance, live, narrowed, by keyboard, and for one who is new. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setClock, tellUse } from "../api/usage-teller.ts";
import { violationsOn } from "./axe.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
/** Of one with two periods, and of one who is new. */
const keys = { eve: "", fay: "" };
const DAY_MS = 86_400_000;

beforeAll(async () => {
  stage = await openStage();
  const { api, service } = stage;
  const now = Date.now();
  await setClock(api, new Date(now - 40 * DAY_MS).toISOString());
  keys.eve = await api.addCustomer("eve", "pro");
  await setClock(api, new Date(now).toISOString());
  keys.fay = await api.addCustomer("fay", "free");
  const gemini = { provider: "gemini", model: "gemini-2.5-flash" };
  for (const days of [1, 38]) {
    const timestamp = new Date(now - days * DAY_MS).toISOString();
    await tellUse(api, { service, userId: "eve" }, [
      { ...gemini, timestamp, calls: days, cost: 1_000_000_000n * BigInt(days), tokens: 20_000 },
    ]);
  }
});
afterAll(() => stage.close());

const sentenceOn = (page: Page) => page.getByTestId("sentence");
const rowOf = (page: Page, model: string) =>
  page.getByRole("table", { name: "Cost by model" }).getByRole("row", { name: model });

test("where one stands is read at a glance: five parts, in their order, without scrolling", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.ada }, "/");
  await sentenceOn(page).getByText("You have used $14.40 of $150.00.").waitFor();
  await rowOf(page, "gpt-4o").waitFor();
  await page
    .getByRole("slider", { name: /^Spend by day, .* rising to \$14\.40; at this pace/ })
    .waitFor();
  expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual(
    expect.arrayContaining(["Spend in this period", "Limits", "Where it goes", "Just now"]),
  );
  const bottoms = await page
    .locator("section")
    .evaluateAll((cards) => cards.slice(0, 4).map((card) => card.getBoundingClientRect().bottom));
  expect(Math.max(...bottoms)).toBeLessThanOrEqual(800);
  const total = page.getByRole("row", { name: /^Total/ });
  await expect.poll(() => total.last().textContent()).toContain("162");
  expect(faults).toEqual([]);
  await close();
});

test("a click on a provider or a model narrows the whole page, and the address keeps it", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/");
  await page.getByRole("button", { name: /^Gemini/ }).click();
  await sentenceOn(page).getByText("Gemini has cost $8.10 of your").waitFor();
  await expect.poll(() => rowOf(page, "gpt-4o").count()).toBe(0);
  await page.reload();
  await page.getByRole("heading", { name: "Spend on Gemini" }).waitFor();
  await page.getByRole("button", { name: /^OpenAI/ }).click();
  await rowOf(page, "gpt-4o").getByRole("button").click();
  await page.waitForURL("**/?*model=gpt-4o*");
  await sentenceOn(page).getByText("gpt-4o has cost").waitFor();
  const links = page.getByRole("table", { name: "Last calls" }).getByRole("link");
  await expect.poll(async () => [...new Set(await links.allTextContents())]).toEqual(["gpt-4o"]);
  await page.getByRole("button", { name: "Show everything" }).click();
  await rowOf(page, "gemini-2.5-flash").waitFor();
  expect(new URL(page.url()).search).toBe("");
  await close();
});

test("the curve is read out by arrow keys, shown as a table, and saved", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/");
  const curve = page.getByRole("slider");
  await curve.focus();
  await curve.press("Home");
  const first = await curve.getAttribute("aria-valuetext");
  await curve.press("ArrowRight");
  expect(await curve.getAttribute("aria-valuetext")).not.toBe(first);
  await curve.press("End");
  expect(await curve.getAttribute("aria-valuetext")).toContain("at this pace");
  await page.getByRole("switch", { name: "Show as table" }).click();
  await page.waitForURL("**/?days=table");
  await page
    .getByRole("table", { name: "Spend by day" })
    .getByRole("row", { name: /^Total/ })
    .waitFor();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).click();
  expect((await saving).suggestedFilename()).toMatch(/^spend-by-day-\d{4}-\d{2}-\d{2}\.csv$/);
  await close();
});

test("new calls wait while the list is read, and come when asked for", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/");
  await page.getByRole("status").getByText("live").waitFor();
  const list = page.getByRole("region", { name: "Last calls" });
  await list.hover();
  const before = await list.getByRole("row").allTextContents();
  await makeCall("ada", { provider: "mistral", model: "mistral-small-latest" });
  const waiting = page.getByRole("button", { name: "1 new call" });
  await waiting.waitFor();
  expect(await list.getByRole("row").allTextContents()).toEqual(before);
  await waiting.click();
  await list.getByRole("link", { name: "mistral-small-latest" }).waitFor();
  // Whoever stays goes on reading.
  await makeCall("ada", { provider: "mistral", model: "mistral-large-latest" });
  await waiting.waitFor();
  await page.mouse.move(0, 0);
  await page.getByRole("link", { name: "All calls" }).focus();
  await page.getByRole("link", { name: "Overview" }).focus();
  await list.getByRole("link", { name: "mistral-large-latest" }).waitFor();
  expect(await waiting.count()).toBe(0);
  await close();
});

test("a lost connection says so, and what happened meanwhile is shown when it is back", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/");
  await page.getByRole("status").getByText("live").waitFor();
  const before = await sentenceOn(page).textContent();
  await page.context().setOffline(true);
  await page.getByRole("status").getByText("connection lost").waitFor();
  expect(await sentenceOn(page).textContent()).toBe(before);
  await makeCall("ada", { provider: "openai", model: "gpt-4o" });
  await page.context().setOffline(false);
  await expect.poll(() => sentenceOn(page).textContent()).not.toBe(before);
  await page.getByRole("status").getByText("live").waitFor();
  await close();
});

test("one who is new is taught their first call, with a key, and it turns green when it arrives", async () => {
  const { page, faults, close } = await stage.open({ key: keys.fay }, "/");
  await sentenceOn(page).getByText("Nothing used yet in this period.").waitFor();
  const snippet = page.locator("pre");
  // Of what the plan includes, once that is known: Free has no OpenAI.
  await expect.poll(() => snippet.textContent()).toContain(`${stage.api.url}/gemini`);
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Make a key and put it in" }).click();
  await expect.poll(() => snippet.textContent()).toMatch(/purser_customer_\w+/);
  await makeCall("fay", { provider: "gemini", model: "gemini-2.5-flash" });
  await page.getByText("The first call has arrived").waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Show my overview" }).click();
  await rowOf(page, "gemini-2.5-flash").waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("a period is chosen once, at the top, and all of the page is about it", async () => {
  const { page, close } = await stage.open({ key: keys.eve }, "/");
  await sentenceOn(page).getByText("You have used $1.00 of $150.00.").waitFor();
  // $38 in the first days of the period before.
  await expect.poll(() => rowOf(page, "gemini-2.5-flash").textContent()).toContain("−97%");
  await page.getByRole("combobox", { name: "Period" }).selectOption({ index: 1 });
  await sentenceOn(page).getByText("You used $38.00 of $150.00").waitFor();
  await page.getByRole("heading", { name: "Limits at its end" }).waitFor();
  await expect.poll(() => rowOf(page, "gemini-2.5-flash").textContent()).toContain("$38.00");
  expect(page.url()).toMatch(/\?period=\d{4}-\d{2}-\d{2}$/);
  await close();
});

test("the operator sees a customer's overview as they do, and stays with them", async () => {
  const { page, close } = await stage.open({ key: stage.api.adminKey }, "/customers/eve/see");
  await sentenceOn(page).getByText("You have used $1.00 of $150.00.").waitFor();
  await page.getByRole("button", { name: /^Gemini/ }).click();
  await page.waitForURL("**/customers/eve/see?provider=gemini");
  await close();
});

async function makeCall(
  userId: string,
  of: { readonly provider: string; readonly model: string },
): Promise<number> {
  const { api, service } = stage;
  const held = await api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: { user_id: userId, ...of, input_tokens: 2_000, max_output_tokens: 900 },
  });
  expect(held.status, held.text).toBe(200);
  const path = `/api/subscription/reservations/${held.body.data.reservation_id}/settle`;
  const body = { usage: { input: 2_000, output: 900 }, cost_usd: "0.05" };
  const settled = await api.ask("POST", path, { key: service, body });
  expect(settled.status, settled.text).toBe(200);
  return Date.now();
}
