/** What was used for what: by provider, model, operation, key and tag. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { page, setClock, tellUse } from "./usage-teller.ts";

let api: RunningApi;
let service: string;
let ada: string;

beforeAll(async () => {
  api = await runApi({ PURSER_TAGS: "team,feature" });
  service = await api.serviceKey();
  await setClock(api, "2026-05-01T00:00:00Z");
  ada = await api.addCustomer("ada", "enterprise");
  await setClock(api, "2026-05-03T12:00:00Z");
  const use = { calls: 1, tokens: 100 };
  await tellUse(api, { service, userId: "ada" }, [
    {
      ...use,
      provider: "openai",
      model: "gpt-4o",
      cost: 6_000_000_000n,
      timestamp: "2026-05-01T10:00:00Z",
      tags: { team: "red" },
    },
    {
      ...use,
      provider: "openai",
      model: "gpt-4o-mini",
      cost: 1_000_000_000n,
      timestamp: "2026-05-02T10:00:00Z",
      tags: { team: "blue", feature: "chat" },
    },
    {
      ...use,
      provider: "gemini",
      model: "gemini-2.5-pro",
      cost: 3_000_000_000n,
      timestamp: "2026-05-02T23:00:00Z",
      tags: { team: "red", other: "x" },
    },
    {
      ...use,
      provider: "gemini",
      model: "gemini-2.5-pro",
      cost: 0n,
      timestamp: "2026-05-03T01:00:00Z",
      statusCode: 500,
    },
  ]);
});
afterAll(() => api.close());

const breakdown = (query: string) => page(api, ada, `usage/ada/breakdown?${query}`);
const brief = (rows: { name: string; calls: number; cost: number; share: number }[]) =>
  rows.map(({ name, calls, cost, share }) => [name, calls, cost, share]);

test("by provider: the dearest first, with shares that are of the whole", async () => {
  const { rows, total, steps } = await breakdown("by=provider");
  expect(brief(rows)).toEqual([
    ["openai", 2, 7, 70],
    ["gemini", 2, 3, 30],
  ]);
  expect(total).toMatchObject({ calls: 4, tokens: 400, cost: 10, error_rate: 25 });
  expect(rows[1].error_rate).toBe(50);
  expect(steps).toEqual([]);
});

test("by model within a provider, by operation, and by key with its name", async () => {
  const models = await breakdown("by=model&provider=openai");
  expect(brief(models.rows)).toEqual([
    ["gpt-4o", 1, 6, 85.7],
    ["gpt-4o-mini", 1, 1, 14.3],
  ]);
  expect(models.rows[0].title).toBe("openai");
  const operations = await breakdown("by=operation&provider=gemini");
  expect(operations.rows).toHaveLength(1);
  const keys = await breakdown("by=key");
  expect(keys.rows).toHaveLength(1);
  expect(keys.rows[0]).toMatchObject({ title: "backend", calls: 4 });
});

test("by tag: declared ones only, and what carried none is in no row", async () => {
  const teams = await breakdown("by=tag&tag=team");
  expect(brief(teams.rows)).toEqual([
    ["red", 2, 9, 90],
    ["blue", 1, 1, 10],
  ]);
  expect(teams.rows[0]).toMatchObject({ input_tokens: null, error_rate: null });
  const undeclared = await api.ask(
    "GET",
    "/api/subscription/usage/ada/breakdown?by=tag&tag=other",
    { key: ada },
  );
  expect(undeclared.body).toMatchObject({ error: "invalid_request", field: "tag" });
  expect(undeclared.body.message).toContain("team, feature");
});

test("step by step the series of each add up to its sum", async () => {
  const days = await breakdown("by=provider&granularity=day");
  expect(days.steps).toEqual(["2026-05-01", "2026-05-02", "2026-05-03"]);
  expect(days.rows[0].series.cost).toEqual([6, 1, 0]);
  expect(days.rows[1].series.calls).toEqual([0, 1, 1]);
  const hours = await breakdown(
    "by=model&granularity=hour&from=2026-05-02T22:30:00Z&to=2026-05-03T01:30:00Z",
  );
  expect(hours.steps).toEqual([
    "2026-05-02T22:00:00.000Z",
    "2026-05-02T23:00:00.000Z",
    "2026-05-03T00:00:00.000Z",
    "2026-05-03T01:00:00.000Z",
  ]);
  expect(hours.rows).toHaveLength(1);
  expect(hours.rows[0].series.calls).toEqual([0, 1, 0, 1]);
  const tagDays = await breakdown("by=tag&tag=team&granularity=day&from=2026-05-01&to=2026-05-03");
  expect(tagDays.steps).toEqual(["2026-05-01", "2026-05-02"]);
  expect(tagDays.rows[0].series.cost).toEqual([6, 3]);
});

test("all time, a period of the past, and days that are named", async () => {
  expect((await breakdown("by=provider&billing_period=all")).total.cost).toBe(10);
  expect((await breakdown("by=provider&billing_period=2026-04")).rows).toEqual([]);
  expect((await breakdown("by=provider&from=2026-05-02&to=2026-05-03")).total.cost).toBe(4);
});

test("what does not go together is refused by name", async () => {
  const refused: readonly (readonly [string, string])[] = [
    ["by=colour", "by"],
    ["", "by"],
    ["by=tag", "tag"],
    ["by=model&tag=team", "tag"],
    ["by=tag&tag=team&key_id=k", "key_id"],
    ["by=tag&tag=team&granularity=hour", "granularity"],
    ["by=model&to=2026-05-03", "from"],
    ["by=model&from=2026-05-03&to=2026-05-02", "to"],
    ["by=model&from=soon", "from"],
    ["by=model&from=2020-01-01&granularity=hour", "from"],
    ["by=model&from=2026-05-01&granularity=period", "granularity"],
    ["by=model&from=2026-05-01&billing_period=2026-05", "billing_period"],
    ["by=model&billing_period=all&granularity=day", "granularity"],
    ["by=model&limit=3", "limit"],
  ];
  for (const [query, field] of refused) {
    const path = `/api/subscription/usage/ada/breakdown?${query}`;
    const answer = await api.ask("GET", path, { key: ada });
    expect([query, answer.status, answer.body.field]).toEqual([query, 400, field]);
  }
});

test("beyond fifty names the rest is one row", async () => {
  await tellUse(
    api,
    { service, userId: "bob" },
    Array.from({ length: 60 }, (_, index) => ({
      provider: "openai",
      model: `model-${index}`,
      calls: 1,
      tokens: 1,
      cost: BigInt(index + 1) * 1_000_000_000n,
    })),
  );
  const { rows, total } = await page(api, service, "usage/bob/breakdown?by=model");
  expect(rows).toHaveLength(50);
  expect(rows[0].name).toBe("model-59");
  expect(rows.at(-1)).toMatchObject({ name: "other", calls: 11, cost: 66 });
  expect(rows.reduce((sum: number, { cost }: { cost: number }) => sum + cost, 0)).toBe(total.cost);
});

test("a model that two providers have is one row that names neither, and what is called other is in the rest", async () => {
  const use = { calls: 1, tokens: 1, cost: 1_000_000_000n };
  await tellUse(api, { service, userId: "cas" }, [
    { ...use, provider: "openai", model: "shared" },
    { ...use, provider: "mistral", model: "shared" },
    { ...use, provider: "mistral", model: "own" },
  ]);
  const { rows } = await page(api, service, "usage/cas/breakdown?by=model");
  expect(rows.map(({ name, title }: { name: string; title?: string }) => [name, title])).toEqual([
    ["shared", undefined],
    ["own", "mistral"],
  ]);
  await tellUse(api, { service, userId: "dov" }, [
    { ...use, provider: "openai", model: "other", cost: 900_000_000_000n },
    ...Array.from({ length: 50 }, (_, index) => ({
      ...use,
      provider: "openai",
      model: `m-${index}`,
    })),
  ]);
  const many = await page(api, service, "usage/dov/breakdown?by=model&granularity=day");
  const names = many.rows.map(({ name }: { name: string }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(many.rows.at(-1)).toMatchObject({ name: "other", calls: 3, cost: 902 });
  expect(many.rows.at(-1).series.calls.at(-1)).toBe(3);
});

test("the last dates there are make no fault", async () => {
  const ends = await breakdown("by=model&from=9999-12-30&to=9999-12-31T23:59:59Z&granularity=day");
  expect(ends.rows).toEqual([]);
  expect((await breakdown("by=model&billing_period=9999-12-31")).rows).toHaveLength(3);
});
