/** The operator's prices in a real browser: found, added, missing ones given, past calls priced again, catalogues. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOn } from "./axe.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  const call = { provider: "gemini", model: "nano-brain", usage: { input: 1_000, output: 500 } };
  const events = [
    ...[1, 2, 3].map((number) => ({ ...call, id: `unpriced-${number}` })),
    { ...call, id: "unpriced-4", model: "other-brain" },
  ];
  await stage.api.ask("POST", "/api/subscription/usage/ada/events", {
    key: stage.service,
    body: { events },
  });
});
afterAll(() => stage.close());

const asOperator = (path: string, options = {}) =>
  stage.open({ key: stage.api.adminKey }, path, { reducedMotion: "reduce", ...options });

const said = (page: Page, words: string | RegExp) =>
  page.getByRole("status").getByText(words).waitFor();

async function pricesOf(provider: string, model: string) {
  const path = `/api/admin/prices?provider=${provider}&model=${model}&history=true`;
  return (await stage.api.ask("GET", path, { key: stage.api.adminKey })).body.data.prices;
}

test("the book is searched and filtered by the address, and a model shows its history", async () => {
  const { page, faults, close } = await asOperator("/prices?q=mini");
  const ofOthers = page.getByRole("row").filter({ hasText: "Gemini" });
  await ofOthers.first().waitFor();
  await page.getByRole("combobox", { name: "Provider" }).click();
  await page.getByRole("option", { name: "OpenAI", exact: true }).click();
  const row = page.getByRole("row", { name: /^gpt-4o-mini OpenAI/ });
  await row.getByText("$0.15", { exact: true }).waitFor();
  expect(await ofOthers.count()).toBe(0);
  expect(page.url()).toContain("provider=openai");
  await page.getByLabel("Search prices").fill("no-such-model");
  await page.getByText("No such price").waitFor();
  await page.waitForURL(/q=no-such-model/);
  await page.getByLabel("Search prices").fill("o3");
  await page.getByRole("link", { name: "o3", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Prices of o3 at OpenAI" });
  await dialog.getByText("Jun 10, 2025").waitFor();
  expect(await dialog.getByText("in force").count()).toBe(1);
  expect(await dialog.getByRole("row").count()).toBeGreaterThan(2);
  expect(faults).toEqual([]);
  await close();
});

test("a model without a price gets one by a filled-in form, and its past calls are priced after a dry run", async () => {
  const { page, faults, close } = await asOperator("/prices");
  await page.getByRole("tab", { name: "No price (2)" }).click();
  await page.getByRole("button", { name: "Add a price for nano-brain" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a price" });
  expect(await dialog.getByLabel("Provider").inputValue()).toBe("gemini");
  expect(await dialog.getByLabel("Model").inputValue()).toBe("nano-brain");
  await dialog.getByLabel("Input, dollars a million").fill("free");
  await dialog.getByRole("button", { name: "See what it changes" }).click();
  await dialog.getByText(/^Input: Must be US dollars such as 2.50/).waitFor();
  await dialog.getByText("Must say where the price is from").waitFor();
  await dialog.getByLabel("Input, dollars a million").fill("2");
  await dialog.getByLabel("Output, dollars a million").fill("8");
  await dialog.getByLabel("Source").fill("https://example.com/prices");
  await dialog.getByRole("button", { name: "See what it changes" }).click();
  await dialog.getByText("Since ever: input $2, output $8").waitFor();
  expect(await pricesOf("gemini", "nano-brain")).toEqual([]);
  await dialog.getByRole("button", { name: "Add the price" }).click();
  await said(page, "The price of nano-brain is in the book.");
  expect(await pricesOf("gemini", "nano-brain")).toMatchObject([
    { rates: { input: "2", output: "8" }, source: "https://example.com/prices" },
  ]);

  await page.getByRole("link", { name: "Price its past calls again" }).click();
  await page.getByRole("button", { name: "Dry run" }).click();
  await said(page, "3 calls looked at, 3 would change.");
  const totals = page.getByRole("row", { name: /^Total/ });
  expect(await totals.getByRole("cell").allTextContents()).toEqual(["$0.00", "$0.018", "$0.018"]);
  expect(await page.getByRole("tab", { name: "No price (2)" }).count()).toBe(1);
  await page.getByRole("button", { name: "Correct 3 calls" }).click();
  await said(page, "3 calls looked at, 3 were corrected.");
  await page.getByRole("tab", { name: "No price (1)" }).waitFor();
  await page.getByRole("button", { name: "Dry run" }).click();
  await said(page, "All of 3 calls cost what they should.");
  expect(faults).toEqual([]);
  await close();
});

test("a later price begins with the rates in force, steps too", async () => {
  const { page, faults, close } = await asOperator("/prices?of=gemini%20gemini-2.5-pro");
  await page.getByRole("button", { name: "Add a later price" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a price" });
  await dialog.getByLabel("Input, dollars a million", { exact: true }).fill("1.5");
  await dialog.getByLabel("From").fill("2031-01-01");
  await dialog.getByLabel("Source").fill("a contract");
  await dialog.getByRole("button", { name: "See what it changes" }).click();
  await dialog.getByText(/^From 2031-01-01: input \$1.25, \$2.5 above 200000 → \$1.5,/).waitFor();
  await dialog.getByRole("button", { name: "Add the price" }).click();
  await said(page, "The price of gemini-2.5-pro is in the book.");
  expect((await pricesOf("gemini", "gemini-2.5-pro")).at(-1)).toMatchObject({
    origin: "operator",
    from: "2031-01-01T00:00:00.000Z",
    in_force: false,
    rates: {
      input: { base: "1.5", tiers: [{ above: 200_000, rate: "2.5" }] },
      output: { base: "10", tiers: [{ above: 200_000, rate: "15" }] },
    },
  });
  expect(faults).toEqual([]);
  await close();
});

test("a price that was begun is not left unasked: by its dialog, by a link or by going back", async () => {
  const { page, faults, close } = await asOperator("/prices?q=o3");
  await page.getByRole("link", { name: "o3", exact: true }).click();
  await page.getByRole("button", { name: "Add a later price" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a price" });
  const source = dialog.getByLabel("Source");
  await source.fill("a contract");
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await page.keyboard.press("Escape");
  await question.getByText("The price book stays as it was.").waitFor();
  expect(await violationsOn(page)).toEqual([]);
  // The same key closes the question alone.
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  expect(await source.inputValue()).toBe("a contract");
  await page.goBack();
  await question.getByRole("button", { name: "Stay" }).click();
  expect(await source.inputValue()).toBe("a contract");
  await dialog.getByRole("button", { name: "Close" }).click();
  await question.getByRole("button", { name: "Leave" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(page.url()).not.toContain("add=");

  // What was not touched, or is given up by its button, is not asked about.
  await page.getByRole("button", { name: "Add a price" }).click();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Add a price" }).click();
  await source.fill("a contract");
  await dialog.getByRole("button", { name: "Do not add" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await question.count()).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

test("a newer catalogue says what it changes before it is taken over", async () => {
  const { page, faults, close } = await asOperator("/prices?tab=catalogue");
  const fileOf = (text: string) => ({
    name: "data.json",
    mimeType: "application/json",
    buffer: Buffer.from(text),
  });
  const file = page.locator("input[type=file]");
  await file.setInputFiles(fileOf("not a catalogue"));
  await page.getByText("data.json is not JSON.").waitFor();
  const models = [{ id: "gpt-99", match: { equals: "gpt-99" }, prices: { input_mtok: 7 } }];
  await file.setInputFiles(fileOf(JSON.stringify([{ id: "openai", models }])));
  await said(page, "1 price would be added and 0 prices changed.");
  await page.getByRole("row", { name: /gpt-99 OpenAI Added .*input \$7/ }).waitFor();
  expect(await pricesOf("openai", "gpt-99")).toEqual([]);
  await page.getByRole("button", { name: "Take over 1 price" }).click();
  await said(page, "1 price taken over.");
  expect(await pricesOf("openai", "gpt-99")).toMatchObject([{ origin: "catalogue" }]);
  expect(faults).toEqual([]);
  await close();
});
