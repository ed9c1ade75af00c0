/** The book that can be changed: whose price holds, from when, what a file or a newer catalogue changes, and what stays. */
import { readFileSync } from "node:fs";
import { findProvider } from "@pydantic/genai-prices";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Instant, parseInstant } from "../../src/core/instant.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { readPriceFile } from "../../src/core/pricing/read-price-file.ts";
import type { Usage } from "../../src/core/usage.ts";
import { type CatalogueProvider, catalogueOf } from "../../src/prices/catalogue.ts";
import { createLivePriceBook, type LivePriceBook } from "../../src/prices/live-price-book.ts";
import { readCatalogueFile } from "../../src/prices/read-catalogue-file.ts";
import { openTestLedger, type TestLedger } from "../ledger/support.ts";

const at = (text: string): Instant => parseInstant(`${text}T00:00:00Z`, "at");
const NOW = at("2026-10-01");
const BEFORE = at("2026-09-30");

/** One for all tests, since it takes long to open: each test has models of its own. */
let ledger: TestLedger;
let book: LivePriceBook;
beforeAll(async () => {
  ledger = await openTestLedger();
  book = await createLivePriceBook(ledger.store);
});
afterAll(() => ledger.remove());

const apply = (yaml: string, dryRun = false) =>
  book.apply(readPriceFile(`prices:\n${yaml}`), { at: NOW, dryRun });
const nano = (provider: string, model: string, usage: Usage, when = NOW) =>
  chargeFor({ usage, row: book.find({ provider, model, at: when }) }).cost;
const M = 1_000_000;

describe("a price of the operator's", () => {
  test("holds from now on, over the catalogue's, for every name of the model; what was before stays", async () => {
    const changes = await apply(
      '  - { provider: openai, model: gpt-4o, rates: { input: "2.00", output: "8.00" } }',
    );
    expect(changes.map(({ kind, words }) => [kind, words])).toEqual([
      ["changed", "from 2026-10-01: input $2.5 → $2, cache_read $1.25 → $2, output $10 → $8"],
    ]);
    expect(nano("openai", "gpt-4o-2024-08-06", { input: M })).toBe(2_000_000_000n);
    expect(nano("openai", "gpt-4o-2024-08-06", { input: M }, BEFORE)).toBe(2_500_000_000n);
  });

  test("outranks the catalogue's of a later date, until the operator enters another", async () => {
    const yaml = (from: string, dollars: string) =>
      `  - { provider: openai, model: gpt-5.6-luna, from: "${from}", rates: { input: "${dollars}" } }`;
    await apply(yaml("2020-01-01", "0.5"));
    expect(nano("openai", "gpt-5.6-luna", { input: 1000 })).toBe(500_000n);
    await apply(yaml("2026-10-01", "0.7"));
    expect(nano("openai", "gpt-5.6-luna", { input: 1000 }, BEFORE)).toBe(500_000n);
    expect(nano("openai", "gpt-5.6-luna", { input: 1000 })).toBe(700_000n);
  });

  test("for one version of a model hides nothing before its date", async () => {
    await apply('  - { provider: openai, model: gpt-4.1-2025-04-14, rates: { input: "9" } }');
    expect(nano("openai", "gpt-4.1-2025-04-14", { input: 1000 }, BEFORE)).toBe(2_000_000n);
    expect(nano("openai", "gpt-4.1-2025-04-14", { input: 1000 })).toBe(9_000_000n);
    expect(nano("openai", "gpt-4.1", { input: 1000 })).toBe(2_000_000n);
  });

  test("of 0 is a price: the model is free, and not unknown", async () => {
    await apply("  - { provider: ollama, model: llama3, rates: { input: 0, output: 0 } }");
    const row = book.find({ provider: "ollama", model: "llama3", at: NOW });
    expect(chargeFor({ usage: { input: 5, output: 5 }, row })).toMatchObject({
      cost: 0n,
      unpriced: false,
    });
  });

  test("of a model that had none holds since ever, so that its past calls can be priced", async () => {
    const [change] = await apply('  - { provider: openai, model: gpt-8, rates: { input: "1" } }');
    expect(change).toMatchObject({ kind: "added", words: "since ever: input $1" });
    expect(nano("openai", "gpt-8", { input: M }, at("2024-01-01"))).toBe(1_000_000_000n);
  });
});

describe("a fallback price", () => {
  beforeAll(async () => {
    await apply('  - { provider: cohere, model: "*", rates: { input: "15", output: "60" } }');
  });

  test("prices any unknown model of that provider, and no other's", () => {
    expect(nano("cohere", "coral-ultra", { input: M })).toBe(15_000_000_000n);
    expect(nano("cohere", "command-r", { input: M })).toBe(150_000_000n);
    expect(book.find({ provider: "anthropic", model: "claude-99", at: NOW })).toBe(null);
  });

  test("comes after the model that was asked for, where another answered that nobody knows", () => {
    const wanted = { provider: "cohere", model: "coral-internal", at: NOW };
    expect(book.find({ ...wanted, orModel: "command-r" })?.model).toBe("command-r");
    expect(book.find({ ...wanted, orModel: "coral-ultra" })?.model).toBe("*");
  });

  test("is never a free model's price for another that answered in its place", () => {
    const wanted = { provider: "openrouter", model: "x-ai/nobody-knows", at: NOW };
    const orModel = "google/gemini-2.0-flash-exp:free";
    expect(book.find({ ...wanted, model: orModel })).not.toBe(null);
    expect(book.find({ ...wanted, orModel })).toBe(null);
  });

  test("cannot be asked for by its own name, nor can a provider's fees", () => {
    expect(book.find({ provider: "anthropic", model: "fees", at: NOW })).toBe(null);
    expect(book.find({ provider: "cohere", model: "fees", at: NOW })?.model).toBe("*");
  });
});

describe("a price file", () => {
  test("applied again changes nothing", async () => {
    const yaml = readFileSync("config/prices/alwrity.yaml", "utf8");
    const first = await book.apply(readPriceFile(yaml), { at: NOW, dryRun: false });
    expect(first).toHaveLength(8);
    expect(await book.apply(readPriceFile(yaml), { at: NOW, dryRun: false })).toEqual([]);
    const later = at("2026-11-01");
    expect(await book.apply(readPriceFile(yaml), { at: later, dryRun: false })).toEqual([]);
    expect(nano("gemini", "gemini-2.5-flash", { input: M, output: M })).toBe(500_000_000n);
    expect(nano("gemini", "gemini-2.0-flash-lite-001", { input: M, output: M })).toBe(375_000_000n);
    expect(nano("gemini", "gemini-2.5-pro", { input: 300_000, output: 10 })).toBe(375_100_000n);
  });

  test("is only compared where that is all that was asked", async () => {
    const yaml = '  - { provider: openai, model: gpt-7, rates: { input: "1" } }';
    expect(await apply(yaml, true)).toHaveLength(1);
    expect(book.find({ provider: "openai", model: "gpt-7", at: NOW })).toBe(null);
  });

  test.each([
    ["{ provider: openai, model: m, rates: { input: -1 } }", "prices[0].rates.input"],
    ['{ provider: openai, model: m, rates: { input: "0.1234567891" } }', "at most 9 decimals"],
    ["{ provider: openai, model: m, rates: { inputs: 1 } }", "inputs"],
    ["{ provider: openai, model: m, rates: {} }", "at least one bucket"],
    ["{ provider: openai, model: m, rates: { input: 2000000 } }", "at most 1,000,000 dollars"],
    ["{ provider: openai, model: m, from: soon, rates: { input: 1 } }", "prices[0].from"],
    ["{ provider: openai, model: 'a b', rates: { input: 1 } }", "prices[0].model"],
    [
      "{ provider: openai, model: m, rate: { input: 1 } }",
      "prices[0].rate: there is no such field",
    ],
  ])("is refused for %s, naming the place", (line, words) => {
    expect(() => readPriceFile(`prices:\n  - ${line}\n`)).toThrow(words);
  });
});

/** The catalogue that came with the program, as its file would hold it. */
function bundled(provider: string): CatalogueProvider {
  const found = findProvider({ providerId: provider });
  if (found === undefined) throw new Error(`No ${provider} in the catalogue.`);
  return JSON.parse(JSON.stringify({ id: found.id, models: found.models }));
}
const updateTo = (providers: readonly unknown[], dryRun = false) =>
  book.update(catalogueOf(readCatalogueFile(providers).providers), {
    at: NOW,
    dryRun,
    source: "catalogue:2026-10-01",
  });

describe("a newer catalogue", () => {
  test("that says the same changes nothing", async () => {
    const same = ["openai", "google", "anthropic", "deepseek"].map(bundled);
    expect(await updateTo(same)).toEqual([]);
  });

  test("adds models with their names, prices and hours, and changes what it says otherwise", async () => {
    const { id, models } = bundled("openai");
    const newer = models.map((model) =>
      model.id === "o3"
        ? {
            ...model,
            prices: [
              ...(Array.isArray(model.prices) ? model.prices : []),
              {
                constraint: { start_date: "2026-09-01" },
                prices: { input_mtok: 1, output_mtok: 4 },
              },
            ],
          }
        : model,
    );
    const added = {
      id: "gpt-9",
      match: { or: [{ equals: "gpt-9" }, { starts_with: "gpt-9-turbo" }] },
      prices: [
        { prices: { input_mtok: 3 } },
        {
          constraint: { start_time: "00:00:00Z", end_time: "06:00:00Z" },
          prices: { input_mtok: 1.5 },
        },
      ],
    };
    const changes = await updateTo([{ id, models: [...newer, added] }]);
    expect(changes.map(({ kind, price, words }) => [kind, price.model, words])).toEqual([
      ["changed", "o3", "from 2026-09-01: input $2 → $1, cache_read $0.5 → $1, output $8 → $4"],
      ["added", "gpt-9", "since ever: input $3"],
      ["added", "gpt-9", "since ever: input $1.5"],
    ]);
    expect(nano("openai", "o3", { input: M }, at("2026-08-31"))).toBe(2_000_000_000n);
    expect(nano("openai", "o3", { input: M }, at("2026-09-01"))).toBe(1_000_000_000n);
    expect(nano("openai", "gpt-9-turbo-x", { input: M }, NOW)).toBe(1_500_000_000n);
    const noon = parseInstant("2026-10-01T12:00:00Z", "noon");
    expect(nano("openai", "gpt-9-turbo-x", { input: M }, noon)).toBe(3_000_000_000n);
    expect(await updateTo([{ id, models: [...newer, added] }])).toEqual([]);
    expect(book.find({ provider: "openai", model: "gpt-9", at: noon })?.source).toBe(
      "catalogue:2026-10-01",
    );
  });

  test("never outranks what the operator entered", async () => {
    await apply('  - { provider: openai, model: o1, from: "2026-01-01", rates: { input: "0.9" } }');
    const { id, models } = bundled("openai");
    const cheaper = models.map((model) =>
      model.id === "o1" ? { ...model, prices: { input_mtok: 0.1, output_mtok: 0.4 } } : model,
    );
    const changes = await updateTo([{ id, models: cheaper }]);
    expect(changes.map(({ price }) => price.model)).toContain("o1");
    expect(nano("openai", "o1", { input: M })).toBe(900_000_000n);
  });

  test("in which a known model has another name takes that over", async () => {
    const { id, models } = bundled("mistral");
    const renamed = models.map((model) =>
      model.id === "mistral-embed"
        ? { ...model, match: { or: [model.match, { equals: "embed-of-old" }] } }
        : model,
    );
    const changes = await updateTo([{ id, models: renamed }]);
    expect(changes.map(({ words }) => words)).toEqual(["goes by other names"]);
    expect(book.find({ provider: "mistral", model: "embed-of-old", at: NOW })?.model).toBe(
      "mistral-embed",
    );
  });

  test("written in a way not known here is skipped by name, never half read", () => {
    const models = [
      { id: "good", match: { equals: "good" }, prices: { input_mtok: 1 } },
      { id: "odd", match: { sounds_like: "odd" }, prices: { input_mtok: 1 } },
      {
        id: "flexible",
        match: { equals: "flexible" },
        prices: [{ constraint: { context: "flex" }, prices: { input_mtok: 1 } }],
      },
    ];
    const read = readCatalogueFile({ units: {}, providers: [{ id: "openai", models }] });
    expect(read.providers[0]?.models.map((model) => model.id)).toEqual(["good"]);
    expect(read.skipped).toEqual(["openai odd", "openai flexible"]);
    expect(() => readCatalogueFile({ prices: [] })).toThrow("genai-prices");
  });
});

describe("what was entered", () => {
  test("can be neither changed nor deleted in the database", async () => {
    const { store } = ledger;
    const change = store.db.updateTable("prices").set({ rates: "{}" });
    await expect(store.write([change])).rejects.toThrow("append-only");
    await expect(store.write([store.db.deleteFrom("prices")])).rejects.toThrow("append-only");
  });

  test("is there again after a restart, with the same id", async () => {
    const wanted = { provider: "openai", model: "gpt-8", at: NOW };
    const id = book.find(wanted)?.id;
    expect(id).toMatch(/^price:\d+$/);
    await ledger.reopen();
    expect((await createLivePriceBook(ledger.store)).find(wanted)?.id).toBe(id);
  });
});
