import { afterAll, beforeAll, expect, test } from "vitest";
import { setClock, tellUse } from "../api/usage-teller.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  const { api, service } = stage;
  // Nobody knows what they cost.
  const models = ["gpt-98-unheard", "gpt-99-unheard"];
  await api.ask("POST", "/api/subscription/usage/ada/events", {
    key: service,
    body: {
      events: models.map((model) => ({
        id: model,
        provider: "openai",
        model,
        usage: { input: 9 },
      })),
    },
  });
});
afterAll(() => stage.close());

const asOperator = (path: string, options = {}) =>
  stage.open({ key: stage.api.adminKey }, path, options);

const overviewOf = async (query: string) =>
  (await stage.api.ask("GET", `/api/admin/overview${query}`, { key: stage.api.adminKey })).body
    .data;

test("says in a sentence and in figures what the API says, over the range in the address", async () => {
  const { page, faults, close } = await asOperator("/overview?range=30d");
  const { cost, revenue, calls } = await overviewOf("");
  const dollars = (amount: number) =>
    amount.toLocaleString("en-US", { style: "currency", currency: "USD" });
  await page
    .getByText(
      `${dollars(cost)} of provider cost against ${dollars(revenue)} of plan income in the last 30 days; 1 customer has used up a limit.`,
    )
    .waitFor();
  const figures = page.getByRole("region", { name: "Figures" });
  await figures.getByText(calls.toLocaleString("en-US"), { exact: true }).waitFor();
  await page.getByRole("img", { name: /^Provider cost by day, .* together, at most/ }).waitFor();
  await page.getByRole("switch", { name: "Show as table" }).click();
  const total = page.getByRole("row", { name: /^Total/ }).first();
  expect(await total.textContent()).toContain(dollars(cost));
  await page.getByRole("combobox", { name: "Range" }).click();
  await page.getByRole("option", { name: "Last 7 days" }).click();
  await page.waitForURL(/range=7d/);
  await page.getByText(/of plan income in the last 7 days/).waitFor();
  // What was chosen before stays.
  expect(page.url()).toContain("show=table");
  expect(faults).toEqual([]);
  await close();
});

test("shows what needs a hand, leads to it, and forgets an alert that was marked as read", async () => {
  const { page, faults, close } = await asOperator("/overview");
  const hands = page.getByRole("region", { name: "Needs a hand" });
  const unpriced = hands.getByRole("listitem").filter({ hasText: "gpt-99-unheard" });
  await unpriced.waitFor();
  // What is stopped comes first.
  expect(await hands.getByRole("listitem").first().textContent()).toContain("bob: Gemini calls");
  await unpriced.getByRole("button", { name: "Mark read: Price missing" }).click();
  await hands.getByRole("status").getByText("Marked as read.").waitFor();
  await unpriced.waitFor({ state: "detached" });
  await hands.getByRole("link", { name: "Customer" }).first().click();
  await page.getByRole("heading", { level: 1, name: "bob" }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("a model without a price and a provider in trouble are a click from where they are mended", async () => {
  for (const userId of ["ada", stage.longId]) await tellFailures(userId);
  // Then it is looked at what fails.
  await setClock(stage.api, new Date(Date.now() + 1_000).toISOString());
  const { page, faults, close } = await asOperator("/overview");
  const hand = (words: string) =>
    page
      .getByRole("region", { name: "Needs a hand" })
      .getByRole("listitem")
      .filter({ hasText: words });
  await hand("gpt-98-unheard").getByRole("link", { name: "Prices" }).click();
  await page.waitForURL("**/prices?tab=unpriced");
  await page.getByRole("row", { name: /gpt-98-unheard/ }).waitFor();
  await page.goBack();
  await hand("Provider trouble").getByRole("link", { name: "Mistral" }).click();
  await page.waitForURL("**/providers?provider=mistral");
  await page.getByRole("heading", { name: "Mistral by model, this month" }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

const tellFailures = (userId: string) =>
  tellUse(stage.api, { service: stage.service, userId }, [
    { provider: "mistral", model: "magistral", calls: 15, cost: 0n, tokens: 0, statusCode: 503 },
  ]);

test("lists customers by cost or by margin, the rows adding up", async () => {
  const { page, faults, close } = await asOperator("/overview?range=30d");
  const { top_customers: costly, lowest_margins: low } = await overviewOf("");
  const table = page.getByRole("region", { name: "Top customers" }).getByRole("table");
  const names = async () =>
    (await table.locator("tbody th").allTextContents()).map((name) => name.trim());
  const ids = (rows: { user_id: string }[]) => rows.map(({ user_id: id }) => id);
  await table.waitFor();
  expect(await names()).toEqual(ids(costly));
  await page.getByText("Lowest margin").click();
  await page.waitForURL(/customers=margin/);
  await expect.poll(names).toEqual(ids(low));
  // Ada costs the most, and bob brings in nothing.
  expect(ids(low)).not.toEqual(ids(costly));
  await page.getByRole("link", { name: stage.longId }).click();
  await page.waitForURL(`**/customers/${encodeURIComponent(stage.longId)}`);
  expect(faults).toEqual([]);
  await close();
});
