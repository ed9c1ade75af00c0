/** Shows that each command does what it says, with and without a running server, and fails in plain words. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runPurser, startPurser, temporaryFolder, untilEnded } from "./run-purser.ts";

const folder = temporaryFolder();
const env = { PURSER_DATA_DIR: folder.path, PURSER_PORT: "0", OPENAI_API_KEY: "sk-test" };
const purser = (...words: string[]) => runPurser(words, env);
const resultOf = (ended: { out: string }) => JSON.parse(ended.out);

afterAll(folder.remove);

describe("without a running server", () => {
  test("the first command on a new folder shows the admin key, and no later one does", async () => {
    const first = await purser("migrate");
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining("Up to date") });
    expect(first.err).toMatch(/shown only now: purser_admin_\S+\n$/);
    expect((await purser("migrate")).err).toBe("");
  });

  test("a customer is added with a key, and has used nothing", async () => {
    const added = await purser("customer", "add", "ada", "--plan", "pro", "--with-key", "--json");
    expect(added).toMatchObject({ code: 0, err: "" });
    expect(resultOf(added)).toMatchObject({
      customer: { id: "ada", plan: { slug: "pro" } },
      key: { key: expect.stringMatching(/^purser_customer_/) },
    });

    const usage = await purser("usage", "ada");
    expect(usage.code).toBe(0);
    expect(usage.out).toContain("ada (plan Pro) has used $0.00 of $150.00");
    expect(usage.out).not.toContain("\u001B"); // A pipe gets no colour.
  });

  test("adding a customer twice fails with 1, in one line and a mend, without a stack", async () => {
    await purser("customer", "add", "bo");
    const again = await purser("customer", "add", "bo");
    expect(again.code).toBe(1);
    expect(again.out).toBe("");
    expect(again.err.trim().split("\n")).toHaveLength(2);
    expect(again.err).toMatch(/^purser: .+\n {2}→ .+\n$/);
  });

  test("with --json a failure is JSON too", async () => {
    const ended = await purser("key", "create", "nobody", "--json");
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.err)).toMatchObject({ success: false, error: "not_found" });
  });

  test("a key is made, listed and revoked", async () => {
    const limits = ["--limit", "cost=5.00/day", "--limit", "openai:calls=100/hour"];
    const made = resultOf(
      await purser("key", "create", "ada", "--name", "laptop", ...limits, "--json"),
    );
    const quiet = await purser("key", "create", "--kind", "service", "--quiet");
    expect(quiet.out).toMatch(/^purser_service_\S+\n$/);

    const listed = await purser("key", "list");
    expect(listed.out).toContain("laptop");
    expect(listed.out).not.toContain(made.key);

    expect((await purser("key", "revoke", made.id)).out).toContain("Revoked");
    expect((await purser("key", "list", "--json")).out).toMatch(/"revoked_at": "2/);
  });

  test("a plan file is compared before it is applied, and only applying changes anything", async () => {
    const file = join(folder.path, "more.yaml");
    writeFileSync(
      file,
      'plans:\n  - { id: free, name: Free, tier: free, price: { monthly: "0", yearly: "0" }, limits: [] }\n  - { id: gold, name: Gold, tier: pro, price: { monthly: "99", yearly: "990" }, limits: [] }\n',
    );
    for (const words of [["diff"], ["apply", "--json"]]) {
      const ended = await purser("plans", words[0] ?? "", file, ...words.slice(1));
      expect(ended.code).toBe(0);
      expect(ended.out).toContain("gold");
    }
    expect((await purser("plans", "list")).out).toMatch(/gold +Gold +pro +\$99\.00 +\$990\.00/);
    const same = await purser("plans", "diff", file, "--json");
    expect(resultOf(same).changes.map((change: { kind: string }) => change.kind)).not.toContain(
      "added",
    );
  });

  test("a plan file with a mistake is refused with the field, and nothing changes", async () => {
    const file = join(folder.path, "broken.yaml");
    writeFileSync(file, "plans:\n  - { id: x, name: X, tier: silver }\n");
    const ended = await purser("plans", "apply", file);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain("tier");
  });

  test("denials are none on an idle folder", async () => {
    expect((await purser("denials")).out).toContain("No call has been refused");
  });
});

describe("called wrongly", () => {
  test.each([
    [["nonsense"]],
    [["usage"]],
    [["usage", "ada", "--nonsense"]],
    [["key", "create", "ada", "--limit", "much"]],
    [["key", "create", "--kind", "owner"]],
    [["demo", "--port", "many"]],
    [[]],
  ])("purser %j ends with 2 and says how it is called", async (words) => {
    const ended = await purser(...words);
    expect(ended.code).toBe(2);
    expect(ended.err).not.toContain("    at ");
    expect(ended.err.length).toBeGreaterThan(0);
  });

  test("every command has --help with examples, and --json", async () => {
    const commands = [
      ...["serve", "demo", "verify", "migrate", "usage", "denials"].map((name) => [name]),
      ...["list", "diff", "apply"].map((name) => ["plans", name]),
      ["customer", "add"],
      ...["create", "list", "revoke"].map((name) => ["key", name]),
    ];
    const helps = await Promise.all(commands.map((words) => purser(...words, "--help")));
    for (const help of helps) {
      expect(help.code).toBe(0);
      expect(help.out).toContain("Examples:\n  $ purser ");
      expect(help.out).toContain("--json");
    }
  });

  test("a setting that cannot be used is named, with what it must be", async () => {
    const ended = await runPurser(["usage", "ada"], { ...env, PURSER_PORT: "many" });
    expect(ended.code).toBe(1);
    expect(ended.err).toContain("PURSER_PORT must be a whole number");
  });
});

describe("with a running server", () => {
  const served = temporaryFolder();
  const servedEnv = { ...env, PURSER_DATA_DIR: served.path };
  const running = startPurser(["serve", "--json"], servedEnv);
  const ended = untilEnded(running);
  let greeting: { listening: string; admin_key?: string };

  beforeAll(async () => {
    greeting = await new Promise((resolve, reject) => {
      let text = "";
      running.stdout.on("data", (more: string) => {
        text += more;
        if (text.trimEnd().endsWith("}")) resolve(JSON.parse(text));
      });
      running.on("close", () => reject(new Error(`The server ended: ${text}`)));
    });
  });
  afterAll(served.remove);

  test("commands go through its socket, which only its owner can open", async () => {
    expect(existsSync(join(served.path, "purser.sock"))).toBe(true);
    const added = await runPurser(["customer", "add", "ada", "--json"], servedEnv);
    expect(added).toMatchObject({ code: 0, err: "" });
    const over = await fetch(`${greeting.listening}/api/subscription/usage/ada`, {
      headers: { authorization: `Bearer ${greeting.admin_key}` },
    });
    expect(over.status).toBe(200);
  });

  test("the admin key of the first start opens the API, and nothing else does", async () => {
    expect(greeting.admin_key).toEqual(expect.any(String));
    const without = await fetch(`${greeting.listening}/api/admin/keys`);
    expect(without.status).toBe(401);
  });

  test("verify asks the running server, and migrate says who migrated", async () => {
    const verified = await runPurser(["verify", "--json"], servedEnv);
    expect(resultOf(verified)).toMatchObject({ ok: true, failed: 0 });
    expect((await runPurser(["migrate"], servedEnv)).out).toContain("a server is running");
  });

  test("a second server on the same folder is refused in words", async () => {
    const second = await runPurser(["serve"], servedEnv);
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/^purser: Another Purser/);
  });

  test("SIGTERM stops it with 0, and the next start shows no key again", async () => {
    running.kill("SIGTERM");
    expect((await ended).code).toBe(0);
    const again = startPurser(["serve", "--json"], servedEnv);
    const text = await new Promise<string>((resolve) =>
      again.stdout.on("data", (more: Buffer) => resolve(more.toString())),
    );
    again.kill("SIGTERM");
    expect(text).toContain("listening");
    expect(text).not.toContain("admin_key");
    expect((await untilEnded(again)).code).toBe(0);
  });
});
