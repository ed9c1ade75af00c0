/** A model without a price, from the call to its correction: through the gateway, the API and the command. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { purser } from "../cli/run-purser.ts";
import { chat, type Json, type Stage, setStage } from "../gateway/stage.ts";

const PLANS = `
plans:
  - { id: free, name: Free, tier: free, price: { monthly: 0, yearly: 0 }, limits: [] }
  - id: capped
    name: Capped
    tier: pro
    price: { monthly: 5, yearly: 50 }
    limits:
      - { meter: cost, max: "10.00" }
  - id: watched
    name: Watched
    tier: basic
    price: { monthly: 3, yearly: 30 }
    limits:
      - { meter: cost, max: "0.01", at_cap: allow }
`;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({ plans: PLANS });
});
afterAll(() => stage.close());

const CHAT = "/openai/v1/chat/completions";
const run = (...words: string[]) => purser("prices", ...words, "--data-dir", stage.dataDir);

describe("under a hard limit on cost", () => {
  test("it is refused before anything is sent, in words that say how to add a price", async () => {
    const key = await stage.customer("capped");
    const answer = await stage.post(CHAT, key, chat("gpt-newest"));
    const body: Json = await answer.json();
    expect(answer.status).toBe(422);
    expect(body.purser).toMatchObject({ error: "price_unknown", model: "gpt-newest" });
    expect(body.error.message).toContain("purser prices add openai gpt-newest input=… output=…");
    expect(stage.reached("gpt-newest")).toBe(0);
    expect(stage.events(key)).toEqual([]);
  });

  test("it passes once a price was added with that command, at that price and held to the limit", async () => {
    const key = await stage.customer("capped");
    const added = await run("add", "openai", "gpt-newest", "input=1", "output=10");
    expect(added).toMatchObject({ code: 0, err: "" });
    expect(added.out).toContain("openai gpt-newest (new) since ever: input $1, output $10");
    expect((await stage.post(CHAT, key, chat("gpt-newest"))).status).toBe(200);
    const [event] = stage.events(key);
    const { input = 0, output = 0 } = event?.usage ?? {};
    expect(event?.cost).toBe(input * 1_000 + output * 10_000);
  });

  test("a fallback price of the provider lets every unknown model through", async () => {
    const key = await stage.customer("capped");
    expect((await stage.post("/mistral/v1/chat/completions", key, chat("brand-new"))).status).toBe(
      422,
    );
    expect((await run("add", "mistral", "*", "input=2", "output=2")).code).toBe(0);
    expect((await stage.post("/mistral/v1/chat/completions", key, chat("brand-new"))).status).toBe(
      200,
    );
    expect(stage.events(key)[0]?.cost).toBeGreaterThan(0);
  });
});

describe("without a hard limit on cost", () => {
  test("it passes unpriced, and is priced later; the counter and the usage page follow", async () => {
    const key = await stage.customer("watched");
    expect((await stage.post(CHAT, key, chat("gpt-later"))).status).toBe(200);
    const [event] = await stage.eventsOnce(key, 1);
    expect(event).toMatchObject({ cost: 0, unpriced: true });
    const { input = 0, output = 0 } = event?.usage ?? {};

    const early = await run("rerate", "--provider", "openai", "--model", "gpt-later");
    expect(early.out).toContain("1 still have no price: add one with `purser prices add`.");
    await run("add", "openai", "gpt-later", "input=100", "output=300");
    const dry = await run("rerate", "--provider", "openai", "--model", "gpt-later");
    expect(dry.out).toContain("1 of 1 calls would be corrected");
    expect(stage.counters(key).find(({ meter }) => meter === "cost")?.used).toBe(0);

    const cost = input * 100_000 + output * 300_000;
    const words = ["rerate", "--provider", "openai", "--model", "gpt-later", "--apply", "--json"];
    expect(JSON.parse((await run(...words)).out)).toMatchObject({
      dry_run: false,
      examined: 1,
      changed: 1,
      difference: cost / 1e9,
    });
    expect(stage.counters(key).find(({ meter }) => meter === "cost")?.used).toBe(cost);
    const usage = await fetch(`${stage.url}/api/subscription/usage-logs`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const page: Json = await usage.json();
    expect(page.logs[0].cost_total).toBe(cost / 1e9);
    expect(JSON.parse((await run(...words)).out)).toMatchObject({ changed: 0 });
  });
});

describe("the commands and the API", () => {
  test("list what is in force, and with --history every dated row", async () => {
    const listed = await run("list", "--provider", "openai", "--model", "o3");
    expect(listed.out).toContain("catalogue:openai:o3:2025-06-10");
    expect(listed.out).not.toContain("catalogue:openai:o3:first");
    const all = await run("list", "--provider", "openai", "--model", "o3", "--history");
    expect(all.out).toContain("catalogue:openai:o3:first");
  });

  test("diff says what apply would do, and apply does it once", async () => {
    const file = "config/prices/alwrity.yaml";
    const path = join(process.cwd(), file);
    const diff = await run("diff", path);
    expect(diff.out).toContain("gemini gemini-2.5-flash from ");
    expect(diff.out).toContain("input $0.3 → $0.125");
    expect((await run("apply", path)).out).toContain("Applied");
    expect((await run("apply", path)).out).toContain("are in force already");
    const pricing = await fetch(`${stage.url}/api/subscription/pricing?provider=gemini`);
    const { data }: Json = await pricing.json();
    const flash = data.pricing.find((row: Json) => row.model_name === "gemini-2.5-flash");
    expect(flash).toMatchObject({ cost_per_input_token: 1.25e-7, cost_per_output_token: 3.75e-7 });
  });

  test("update shows what a newer catalogue changes, and takes it over only with --yes", async () => {
    const model = { id: "gpt-next", match: { equals: "gpt-next" }, prices: { input_mtok: 4 } };
    const path = join(stage.dataDir, "data.json");
    writeFileSync(path, JSON.stringify([{ id: "openai", models: [model] }]));
    const shown = await run("update", path);
    expect(shown.out).toContain("openai gpt-next (new) since ever: input $4");
    expect(shown.out).toContain("Nothing was changed");
    expect((await run("update", path, "--yes")).out).toContain("Took over 1 price from");
    expect((await run("update", path)).out).toContain("says nothing new");
    writeFileSync(path, "prices:");
    expect(await run("update", path)).toMatchObject({ code: 1 });
  });

  test("a price that is wrongly written is refused with the field's name, and wrong words end with 2", async () => {
    const refused = await stage.admin("POST", "/api/admin/prices", {
      provider: "openai",
      model: "m",
      rates: { input: "ten" },
    });
    expect(refused.status).toBe(400);
    expect(refused.data).toMatchObject({ error: "invalid_request", field: "rates.input" });
    expect((await run("add", "openai", "m", "input")).code).toBe(2);
    expect((await run("add", "openai", "m", "input=ten")).err).toContain("rates.input");
  });

  test("each change is in the audit log, and only an administrator may make one", async () => {
    const key = await stage.customer("free");
    for (const path of ["", "/apply", "/update", "/rerate"]) {
      const answer = await stage.post(`/api/admin/prices${path}`, key, {});
      expect(answer.status).toBe(403);
    }
    const database = new DatabaseSync(join(stage.dataDir, "purser.db"), { readOnly: true });
    const noted = database.prepare("select distinct action from audit_log").all();
    database.close();
    const wanted = ["add", "apply", "update", "rerate"].map((change) => `prices.${change}`);
    expect(noted.map(({ action }) => action)).toEqual(expect.arrayContaining(wanted));
  });
});
