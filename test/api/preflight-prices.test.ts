/** What a preflight says that operations cost at most: by whose price, and what it does where there is none. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

const PLANS = `
plans:
  - { id: free, name: Free, tier: free, price: { monthly: 0, yearly: 0 }, limits: [] }
  - { id: capped, name: Capped, tier: basic, price: { monthly: 5, yearly: 50 },
      limits: [{ meter: cost, max: "0.01" }, { meter: calls, provider: wavespeed, max: 1 }] }
`;
const FLASH = { provider: "gemini", model: "gemini-2.5-flash", operation_type: "text_generation" };

let api: RunningApi;
let folder: string;
/** Customers' keys: one whom nothing limits, one with a limit on cost. */
let owen: string;
let cara: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "purser-plans-"));
  writeFileSync(join(folder, "plans.yaml"), PLANS);
  api = await runApi({ PURSER_PLANS: join(folder, "plans.yaml") });
  owen = await api.addCustomer("owen");
  cara = await api.addCustomer("cara", "capped");
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const check = (key: string, operations: unknown) =>
  api.ask("POST", "/api/subscription/preflight-check", { key, body: { operations } });
const costs = async (operations: object[]) =>
  (await check(owen, operations)).body.data.operations.map(({ cost }: { cost: number }) => cost);
const of = (provider: string, more: object = {}) => ({ provider, operation_type: "x", ...more });

test("a search, an image and a page are one unit of their provider", async () => {
  const providers = ["tavily", "serper", "exa", "metaphor", "firecrawl", "stability"];
  const operations = providers.map((provider) => of(provider));
  expect(await costs(operations)).toEqual([0.001, 0.001, 0.003, 0.003, 0.002, 0.04]);
  const { body } = await check(owen, operations);
  for (const { message } of body.data.operations) expect(message).toBe("It fits.");
  expect(body.data.operations[3].provider, "as it was asked").toBe("metaphor");
});

test("a model that is billed by another unit is one of it, and fees beside the call are none", async () => {
  const speech = of("openai", { model: "whisper-1" });
  expect(await costs([speech, of("openai", { model: "dall-e-3" })])).toEqual([0.0001, 0.04]);
});

test("tokens are priced as the dearer of input and output, and none cost nothing", async () => {
  const tokens = { tokens_requested: 2_000_000 };
  expect(await costs([{ ...FLASH, ...tokens }, FLASH])).toEqual([5, 0]);
  const embeddings = { model: "text-embedding-3-small", ...tokens };
  expect(await costs([of("openai", embeddings)]), "input is all it has").toEqual([0.04]);
});

test("an unknown model is priced by its provider's dearest, and the message says so", async () => {
  const unknown = of("gemini", { model: "gemini-99-ultra", tokens_requested: 1_000 });
  const known = (await api.ask("GET", "/api/subscription/pricing?provider=gemini")).body.data;
  const dearest = Math.max(
    ...known.pricing.map(
      ({ cost_per_output_token: cost }: { cost_per_output_token: number }) => cost,
    ),
  );
  const { body } = await check(owen, [unknown, of("gemini", { tokens_requested: 1_000 })]);
  const [named, unnamed] = body.data.operations;
  expect(named).toMatchObject({
    allowed: true,
    message: expect.stringMatching(/^It fits\. No price is known for gemini-99-ultra: .*Gemini/),
  });
  expect(named.cost).toBeGreaterThanOrEqual(dearest * 1_000);
  expect(unnamed).toMatchObject({
    cost: named.cost,
    message: expect.stringContaining("No model was named"),
  });
});

test("of an unknown provider the cost is 0, and the message says so", async () => {
  const { body } = await check(owen, [of("fal", { tokens_requested: 5 })]);
  expect(body.data).toMatchObject({ can_proceed: true, total_cost: 0 });
  expect(body.data.operations[0]).toMatchObject({
    provider: "fal",
    allowed: true,
    cost: 0,
    message: "It fits. No price is known for fal, so its cost is counted as $0.",
  });
  // Under a limit on cost a call of no known price is refused, and so is this.
  const capped = await check(cara, [of("fal")]);
  expect(capped.status).toBe(200);
  expect(capped.body.data.operations[0]).toMatchObject({
    allowed: false,
    message: expect.stringContaining("a limit on cost applies"),
  });
});

test("who really does it is whom it is priced and limited as", async () => {
  const ask = { provider: "stability", operation_type: "image", actual_provider_name: "WaveSpeed" };
  const price = { provider: "wavespeed", model: "wan", rates: { images: "0.001" } };
  const added = await api.ask("POST", "/api/admin/prices", { key: api.adminKey, body: price });
  expect(added.status).toBe(201);
  const { body } = await check(cara, [
    { ...ask, model: "wan" },
    { ...ask, model: "wan" },
  ]);
  expect(body.data.operations).toMatchObject([
    { provider: "stability", cost: 0.001, allowed: true },
    { allowed: false, limit_info: { current_usage: 1, limit: 1, remaining: 0 } },
  ]);
});
