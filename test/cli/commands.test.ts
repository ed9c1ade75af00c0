/** Shows that each command does what it says, with and without a running server, and fails in plain words. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { eventually } from "../eventually.ts";
import { purser, temporaryFolder } from "./run-purser.ts";

const resultOf = (ended: { out: string }) => JSON.parse(ended.out);
const GOLD_PLANS = `plans:
  - { id: free, name: Free, tier: free, price: { monthly: "0", yearly: "0" }, limits: [] }
  - { id: gold, name: Gold, tier: pro, price: { monthly: "99", yearly: "990" }, limits: [] }
`;

describe("without a running server", () => {
  const folder = temporaryFolder();
  const here = ["--data-dir", folder.path];
  afterAll(folder.remove);

  test("a command on a new folder leaves the admin key for the first server to show", async () => {
    const first = await purser("migrate", ...here);
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining("Up to date"), err: "" });
    const keys = JSON.parse((await purser("key", "list", "--json", ...here)).out);
    expect(keys.keys).toEqual([]);
  });

  test("what one command writes, the next one reads", async () => {
    expect((await purser("customer", "add", "ada", "--plan", "basic", ...here)).code).toBe(0);
    const usage = await purser("usage", "ada", ...here);
    expect(usage.out).toContain("ada (plan Basic) has used $0.00 of $50.00");
  });
});

describe("with a running server", () => {
  const folder = temporaryFolder();
  const here = ["--data-dir", folder.path];
  let server: RunningServer;
  beforeAll(async () => {
    const env = { PURSER_DATA_DIR: folder.path, PURSER_PORT: "0" };
    server = await startServer(readConfig(env));
  });
  afterAll(async () => {
    await server.close();
    folder.remove();
  });

  test("a customer is added with a key, and has used nothing", async () => {
    const words = ["customer", "add", "ada", "--plan", "pro", "--with-key", "--json"];
    const added = await purser(...words, ...here);
    expect(added).toMatchObject({ code: 0, err: "" });
    expect(resultOf(added)).toMatchObject({
      customer: { id: "ada", plan: { slug: "pro" } },
      key: { key: expect.stringMatching(/^purser_customer_/) },
    });

    const usage = await purser("usage", "ada", ...here);
    expect(usage.code).toBe(0);
    expect(usage.out).toContain("ada (plan Pro) has used $0.00 of $150.00");
    expect(usage.out).not.toContain("\u001B"); // What is no terminal gets no colour.
  });

  test("usage told afterwards is shown by provider, with a total", async () => {
    const told = await fetch(`${server.url}/api/subscription/usage/ada/events`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.adminKeyShownOnce}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        events: [
          {
            id: "1",
            provider: "gemini",
            model: "gemini-2.5-flash",
            usage: { input: 1200 },
            cost_usd: 1.5,
          },
          {
            id: "2",
            provider: "openai",
            model: "gpt-4o-mini",
            usage: { input: 300 },
            cost_usd: 0.25,
          },
        ],
      }),
    });
    expect(told.status).toBe(200);
    const { out } = await purser("usage", "ada", ...here);
    expect(out).toMatch(/^gemini +1 .* 1\.2k .* \$1\.50$/m);
    expect(out).toMatch(/^total +2 +1\.5k +\$1\.75$/m);
    expect(resultOf(await purser("usage", "ada", "--json", ...here)).total_cost).toBe(1.75);
  });

  test("adding a customer twice fails with 1, in one line and a mend, without a stack", async () => {
    const again = await purser("customer", "add", "ada", ...here);
    expect(again).toMatchObject({ code: 1, out: "" });
    expect(again.err).toMatch(/^purser: .+\n {2}→ .+\n$/);
  });

  test("with --json a failure is JSON too", async () => {
    const ended = await purser("key", "create", "nobody", "--json", ...here);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.err)).toMatchObject({ success: false, error: "not_found" });
  });

  test("a key is made with a budget, listed without its text, and revoked", async () => {
    const limits = ["--limit", "cost=5.00/day", "--limit", "openai:calls=100/hour"];
    const made = resultOf(await purser("key", "create", "ada", ...limits, "--json", ...here));
    const listed = await purser("key", "list", "--json", ...here);
    expect(listed.out).not.toContain(made.key);
    const shown = resultOf(listed).keys.find((key: { id: string }) => key.id === made.id);
    expect(shown.limits).toMatchObject([
      { meter: "cost", per: "day" },
      { meter: "calls", provider: "openai", per: "hour", max: 100 },
    ]);
    expect((await purser("key", "revoke", made.id, ...here)).out).toContain("Revoked");
    expect((await purser("key", "list", ...here)).out).toMatch(
      new RegExp(`^${made.id} .*revoked$`, "m"),
    );
  });

  test("a key for the backend can be had alone, for a script", async () => {
    const { out } = await purser("key", "create", "--kind", "service", "--quiet", ...here);
    expect(out).toMatch(/^purser_service_\S+\n$/);
  });

  test("denials show who was refused by what", async () => {
    expect((await purser("denials", ...here)).out).toContain("No call has been refused");
    await purser("customer", "add", "fay", "--plan", "free", ...here);
    const refused = await fetch(`${server.url}/api/subscription/reservations`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.adminKeyShownOnce}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        user_id: "fay",
        provider: "openai",
        model: "gpt-4o-mini",
        input_tokens: 9,
      }),
    });
    expect(refused.status).toBe(403);
    await eventually(async () =>
      expect((await purser("denials", ...here)).out).toMatch(/fay .*not_included +1$/m),
    );
  });

  test("a plan file is compared before it is applied, and only applying changes anything", async () => {
    const file = join(folder.path, "gold.yaml");
    writeFileSync(file, GOLD_PLANS);
    const kinds = async (verb: string) =>
      resultOf(await purser("plans", verb, file, "--json", ...here)).changes.map(
        (change: { kind: string }) => change.kind,
      );
    expect(await kinds("diff")).toContain("added");
    expect(await kinds("apply")).toContain("added");
    expect(await kinds("diff")).not.toContain("added");
    expect((await purser("plans", "list", ...here)).out).toMatch(
      /^gold +Gold +pro +\$99\.00 +\$990\.00/m,
    );
  });

  test("a plan file with a mistake is refused with the field, a missing one with its path", async () => {
    const file = join(folder.path, "broken.yaml");
    writeFileSync(file, "plans:\n  - { id: x, name: X, tier: silver }\n");
    expect(await purser("plans", "apply", file, ...here)).toMatchObject({
      code: 1,
      err: expect.stringContaining("tier"),
    });
    expect(await purser("plans", "apply", "nowhere.yaml", ...here)).toMatchObject({
      code: 1,
      err: expect.stringContaining("nowhere.yaml"),
    });
  });

  test("migrate says that the server did it, and verify asks it", async () => {
    expect((await purser("migrate", ...here)).out).toContain("a server is running");
    vi.stubEnv("OPENAI_API_KEY", "a");
    const verified = await purser("verify", "--json", ...here);
    vi.unstubAllEnvs();
    expect(resultOf(verified)).toMatchObject({ ok: true, failed: 0 });
  });
});

describe("called wrongly", () => {
  test.each([
    [["nonsense"]],
    [["usage"]],
    [["usage", "ada", "--nonsense"]],
    [["key", "create", "ada", "--limit", "much"]],
    [["key", "create", "--kind", "owner"]],
    [["key", "create"]],
    [["demo", "--port", "many"]],
    [[]],
  ])("purser %j ends with 2 and says how it is called", async (words) => {
    const ended = await purser(...words);
    expect(ended.code).toBe(2);
    expect(ended.err.length).toBeGreaterThan(0);
    expect(ended.err).not.toContain("    at ");
  });

  test("every command has --help with examples, and --json", async () => {
    const names =
      "serve,demo,verify,migrate,usage,denials,plans list,plans diff,plans apply,customer add,key create,key list,key revoke";
    for (const name of names.split(",")) {
      const help = await purser(...name.split(" "), "--help");
      expect(help.code).toBe(0);
      expect(help.out).toContain(`Examples:\n  $ purser ${name}`);
      expect(help.out).toContain("--json");
    }
  });

  test("a setting that cannot be used is named, with what it must be", async () => {
    vi.stubEnv("PURSER_PORT", "many");
    const ended = await purser("usage", "ada");
    vi.unstubAllEnvs();
    expect(ended.code).toBe(1);
    expect(ended.err).toContain("PURSER_PORT must be a whole number");
  });
});
