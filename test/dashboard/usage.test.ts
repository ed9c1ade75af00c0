/** Usage in a real browser: stacked, counted and stepped as the address says, down to calls, and out as files. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setClock, type ToldUse, tellUse } from "../api/usage-teller.ts";
import { openStage, type Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
const MODELS = 60;

let stage: Stage;
let zoe: string;
beforeAll(async () => {
  stage = await openStage({ PURSER_TAGS: "team" });
  zoe = await addOldCustomer(stage);
});
afterAll(() => stage.close());

/** Two years of sixty models. */
async function addOldCustomer({ api, service }: Stage): Promise<string> {
  const now = Date.now();
  await setClock(api, new Date(now - 729 * DAY_MS).toISOString());
  const key = await api.addCustomer("zoe", "enterprise");
  await setClock(api, new Date(now).toISOString());
  const uses = Array.from({ length: 2 * MODELS }, (_, at): ToldUse => {
    const model = `model-${at % MODELS}`;
    const timestamp = new Date(now - 728 * DAY_MS + at * 6 * DAY_MS).toISOString();
    return { provider: "openai", model, calls: 1, cost: 1_000_000_000n, tokens: 100, timestamp };
  });
  await tellUse(api, { service, userId: "zoe" }, uses);
  return key;
}

test("a provider leads to its models and these to their calls, with the way back above", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.ada }, "/usage");
  await expect.poll(() => figuresOf(page, "Total")).toEqual(["$14.40", "162", "126K", "100%"]);
  expect(await figuresOf(page, "Gemini")).toEqual(["$8.10", "108", "81K", "56.2%"]);
  await page.getByRole("link", { name: "openai" }).click();
  await page.waitForURL((url) => has(url, { provider: "openai", by: "model" }));
  await expect.poll(() => figuresOf(page, "Total")).toEqual(["$6.30", "54", "45K", "100%"]);
  await page.getByRole("link", { name: "gpt-4o" }).click();
  await page.waitForURL((url) => url.pathname === "/calls" && has(url, { model: "gpt-4o" }));
  await page.getByText("54 calls").waitFor();
  const crumbs = page.getByRole("navigation", { name: "Part of the usage" });
  await crumbs.getByRole("link", { name: "openai" }).click();
  await page.waitForURL((url) => url.pathname === "/usage" && !url.searchParams.has("model"));
  await crumbs.getByRole("link", { name: "All usage" }).click();
  await page.getByRole("link", { name: "gemini" }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("a bar leads where its row leads, and the chart says in a sentence what it shows", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.ada }, "/usage");
  const chart = page.getByRole("img", {
    name: /stacked by provider: \$14\.40 in all, the most at/,
  });
  await chart.waitFor();
  await chart.locator(".recharts-bar-rectangle path").first().click();
  await page.waitForURL((url) => has(url, { provider: "gemini", by: "model" }));
  expect(faults).toEqual([]);
  await close();
});

test("what is measured, by which steps and for how long stands in the address", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/usage");
  await page.getByRole("radiogroup", { name: "Measure" }).getByText("Calls").click();
  await page.waitForURL((url) => has(url, { measure: "calls" }));
  await page.getByRole("combobox", { name: "Time" }).click();
  await page.getByRole("option", { name: "Last 30 days" }).click();
  await page.waitForURL((url) => has(url, { span: "30d" }));
  await page.getByRole("radiogroup", { name: "Steps" }).getByText("Week").click();
  await page.getByRole("switch", { name: "Show as table" }).click({ force: true });
  await page.waitForURL((url) => has(url, { step: "week", view: "table" }));
  const weeks = page.getByRole("group", { name: /^Calls by week/ });
  expect(await figuresIn(weeks.getByRole("row", { name: /^Total/ }))).toEqual(["162", "108", "54"]);
  await page.reload();
  await weeks.waitFor();
  expect(await page.getByRole("radio", { name: "Calls" }).isChecked()).toBe(true);
  await close();
});

test("a declared tag stacks usage, and of another in a link the page says which there are", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/usage");
  await page.getByRole("combobox", { name: "Stacked by" }).click();
  await page.getByRole("option", { name: "By tag" }).click();
  await expect.poll(() => figuresOf(page, "blue")).toEqual(["$8.00", "90", "70K", "55.6%"]);
  await page.getByRole("link", { name: "red" }).click();
  await page.waitForURL((url) => url.pathname === "/calls" && has(url, { tag: "team:red" }));
  await page.getByText("72 calls").waitFor();
  await page.goto("/usage?by=tag&tag=colour");
  await page.getByRole("alert").getByText("declared: team").waitFor();
  await page.getByRole("combobox", { name: "Tag" }).click();
  await page.getByRole("option", { name: "team" }).click();
  await expect.poll(() => figuresOf(page, "blue")).toEqual(["$8.00", "90", "70K", "55.6%"]);
  await close();
});

test("calls are narrowed by a declared tag and a value of it, picked or typed", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.ada }, "/calls");
  await page.getByText("162 calls").waitFor();
  await page.getByRole("combobox", { name: "Tag" }).click();
  await page.getByRole("option", { name: "team" }).click();
  const value = page.getByRole("combobox", { name: "Value of team" });
  await value.click();
  expect(await page.getByRole("option").allTextContents()).toEqual(["blue", "red"]);
  await page.getByText("162 calls").waitFor();
  await page.getByRole("option", { name: "red" }).click();
  await page.getByText("72 calls").waitFor();
  await page.waitForURL((url) => has(url, { tag: "team:red" }));
  await value.fill("blue");
  await value.press("Enter");
  await page.getByText("90 calls").waitFor();
  await page.reload();
  await page.getByText("90 calls").waitFor();
  expect(await value.inputValue()).toBe("blue");
  // Of keyboards it is the chosen option that takes the choice back.
  await page.locator("button[aria-label='Any tag']").click();
  await page.getByText("162 calls").waitFor();
  expect(new URL(page.url()).searchParams.has("tag")).toBe(false);
  expect(faults).toEqual([]);
  await close();
});

test("sixty models and two years are a dozen bars' worth of colours, and still add up", async () => {
  const path = "/usage?span=24m&by=model";
  const { page, faults, close } = await stage.open({ key: zoe }, path);
  await expect.poll(() => figuresOf(page, "Total")).toEqual(["$120.00", "120", "12K", "100%"]);
  expect(await figuresOf(page, "All others")).toEqual(["$22.00", "22", "2,200", "18.3%"]);
  const chart = page.getByRole("img", { name: /^Cost by month/ });
  await chart.waitFor();
  await expect.poll(() => chart.locator(".recharts-bar").count()).toBe(8);
  expect(faults).toEqual([]);
  await close();
});

test("chart and table fill a wide window, and each scrolls in its own card", async () => {
  const { page, close } = await stage.open({ key: zoe }, "/usage");
  const table = page.getByRole("region", { name: "By model" });
  // With and without the way back above them.
  for (const [provider, height] of [
    ["&provider=openai", 800],
    ["", 1_100],
  ] as const) {
    await page.setViewportSize({ width: 1_280, height });
    await page.goto(`/usage?span=24m&by=model${provider}`);
    await page.getByRole("img", { name: /^Cost by month/ }).waitFor();
    const box = await table.boundingBox();
    const left = height - ((box?.y ?? 0) + (box?.height ?? 0));
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThanOrEqual(20);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(height);
  }
  await close();
});

test("the table, and every call in it, come out as files", async () => {
  const { page, close } = await stage.open(
    { key: stage.keys.ada },
    "/usage?provider=openai&by=model",
  );
  await expect.poll(() => figuresOf(page, "Total")).toEqual(["$6.30", "54", "45K", "100%"]);
  const table = (await saved(page, "This table, CSV")).split("\r\n");
  expect(table[0]).toMatch(/^model,name,calls,tokens,input_tokens,output_tokens,cost,/);
  expect(table[1]).toMatch(/^gpt-4o,gpt-4o,54,45000,45000,0,6\.3,/);
  const csv = (await saved(page, "Every call, CSV")).trim().split("\n");
  expect(csv).toHaveLength(1 + 54);
  const lines = (await saved(page, "Every call, JSON lines")).trim().split("\n");
  expect(new Set(lines.map((line) => JSON.parse(line).provider))).toEqual(new Set(["openai"]));
  expect(lines).toHaveLength(54);
  await close();
});

test("an operator who sees a customer's usage stays with that customer", async () => {
  const { page, close } = await stage.open({ key: stage.api.adminKey }, "/customers/ada/see/usage");
  await page.getByRole("link", { name: "openai" }).click();
  await page.getByRole("link", { name: "gpt-4o" }).click();
  await page.waitForURL((url) => url.pathname === "/customers/ada/see/calls");
  await page.getByText("54 calls").waitFor();
  await close();
});

function has(url: URL, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => url.searchParams.get(name) === value);
}

/** Cost, calls, tokens and share of the row with that name in the table beside the chart. */
async function figuresOf(page: Page, name: string): Promise<string[]> {
  const table = page.getByRole("group", { name: /^Usage by/ });
  return figuresIn(table.getByRole("row", { name: new RegExp(`^${name}`) }));
}

async function figuresIn(row: ReturnType<Page["getByRole"]>): Promise<string[]> {
  return (await row.first().getByRole("cell").allTextContents()).map((text) => text.trim());
}

async function saved(page: Page, item: string): Promise<string> {
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: item }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}
