/** Providers that the operator adds by a file: called, metered and priced like the others. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { type Stage, setStage } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "purser-providers-"));
const file = join(folder, "providers.yaml");
let stage: Stage;

beforeAll(async () => {
  // The address is set below by PURSER_UPSTREAM_…, once the simulated provider has its port.
  writeFileSync(
    file,
    `providers:
  - { name: house-model, base_url: "http://127.0.0.1:9", free: true }
  - { name: acme, base_url: "http://127.0.0.1:9", credential: ACME_KEY, prices_of: openai }
`,
  );
  stage = await setStage({
    settings: { PURSER_PROVIDERS: file, ACME_KEY: "operators-acme-secret" },
    upstreams: ["house-model", "acme"],
  });
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

const body = {
  model: "gpt-4o-mini",
  max_tokens: 50,
  messages: [{ role: "user", content: "Hello" }],
};

test("a model said to be free costs 0, and that is a price", async () => {
  const key = await stage.customer();
  const answer = await stage.post("/house-model/v1/chat/completions", key, body);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-purser-cost-usd")).toBe("0");
  const [event] = await stage.eventsOnce(key, 1);
  expect(event).toMatchObject({ provider: "house-model", cost: 0, unpriced: false });
  expect(event?.usage.output).toBeGreaterThan(0);
});

test("a provider may have another's prices, and has a credential of its own", async () => {
  const key = await stage.customer();
  const answer = await stage.post("/acme/v1/chat/completions", key, body);
  expect(answer.status).toBe(200);
  const [event] = await stage.eventsOnce(key, 1);
  expect(event).toMatchObject({ provider: "acme", unpriced: false });
  expect(event?.cost).toBeGreaterThan(0);
  const sent = stage.provider.requests.at(-1);
  expect(sent?.headers["authorization"]).toBe("Bearer operators-acme-secret");
});

test("what was used there elsewhere, and told, has the same prices", async () => {
  const key = await stage.customer();
  const usage = { input: 1_000, output: 100 };
  const events = ["openai", "acme", "vertex"].map((provider) => {
    const model = provider === "vertex" ? "gemini-2.5-flash" : "gpt-4o-mini";
    return { id: provider, provider, model, usage };
  });
  const { data } = await stage.admin("GET", "/api/admin/keys");
  const own = data.keys.find(({ prefix }: { prefix: string }) => key.startsWith(prefix));
  await stage.admin("POST", `/api/subscription/usage/${own.user_id}/events`, { events });
  const told = await stage.eventsOnce(key, 3);
  expect(told.map(({ unpriced }) => unpriced)).toEqual([false, false, false]);
  expect(told[1]?.cost).toBe(told[0]?.cost);
});

test("a request over 1 MB to an added provider is read on the thread that knows it too", async () => {
  const key = await stage.customer();
  const long = { ...body, messages: [{ role: "user", content: "word ".repeat(300_000) }] };
  expect((await stage.post("/acme/v1/chat/completions", key, long)).status).toBe(200);
});

test("a mistake in the file is told by the setting, the provider and the field", () => {
  writeFileSync(join(folder, "bad.yaml"), "providers:\n  - { name: Bad Name, base_url: x }\n");
  const read = () => readConfig({ PURSER_PROVIDERS: join(folder, "bad.yaml") });
  expect(read).toThrow(/PURSER_PROVIDERS.*providers\[0\]\.name/);
});
