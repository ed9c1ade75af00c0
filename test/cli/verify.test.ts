/** Shows that `purser verify` finds each thing that can be wrong with a set-up, and says what to do about it. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkClock, checkNode } from "../../src/cli/checks/machine.ts";
import { purser, temporaryFolder } from "./run-purser.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function verify(env: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries({ PURSER_DATA_DIR: folder.path, ...env })) {
    vi.stubEnv(name, value);
  }
  const { code, out } = await purser("verify", "--json");
  vi.unstubAllEnvs();
  const { checks } = JSON.parse(out);
  const named = (name: string) => checks.find((check: { name: string }) => check.name === name);
  return { code, checks, named };
}

test("a good set-up passes every check", async () => {
  const found = await verify({ OPENAI_API_KEY: "a" });
  expect(found.checks.filter((check: { state: string }) => check.state !== "ok")).toEqual([]);
  expect(found.named("credentials").found).toBe("for openai");
  expect(found.code).toBe(0);
});

test("no credential at all fails, and the mend names the settings", async () => {
  const none = await verify({});
  expect(none.named("credentials")).toMatchObject({
    state: "failed",
    mend: expect.stringContaining("OPENAI_API_KEY"),
  });
  expect(none.code).toBe(1);
});

test("a setting that cannot be used fails by its name", async () => {
  const found = await verify({ PURSER_PORT: "x" });
  expect(found.named("settings").found).toContain("PURSER_PORT");
  expect(found.code).toBe(1);
});

test("a folder that cannot be written fails", async () => {
  const file = join(folder.path, "a-file");
  writeFileSync(file, "");
  const found = await verify({ OPENAI_API_KEY: "a", PURSER_DATA_DIR: join(file, "data") });
  expect(found.named("data directory")).toMatchObject({ state: "failed" });
  expect(found.code).toBe(1);
});

test("a plan file with a mistake fails, and one that was not applied warns", async () => {
  const file = join(folder.path, "plans.yaml");
  writeFileSync(file, "plans: 3\n");
  const env = { OPENAI_API_KEY: "a", PURSER_DATA_DIR: join(folder.path, "data") };
  await verify(env);
  expect((await verify({ ...env, PURSER_PLANS: file })).named("plans")).toMatchObject({
    state: "failed",
  });
  writeFileSync(
    file,
    'plans:\n  - { id: free, name: Gratis, tier: free, price: { monthly: "0", yearly: "0" }, limits: [] }\n',
  );
  expect((await verify({ ...env, PURSER_PLANS: file })).named("plans")).toMatchObject({
    state: "warning",
  });
});

test("a foreign secret and a broken database fail, each with a mend", async () => {
  const env = { OPENAI_API_KEY: "a", PURSER_SECRET: "first-secret-of-thirty-two-letters!!" };
  await verify(env);
  const foreign = await verify({ ...env, PURSER_SECRET: "other-secret-of-thirty-two-letters!!" });
  expect(foreign.named("database")).toMatchObject({ state: "failed", mend: expect.any(String) });
  expect(foreign.named("database").found).toContain("PURSER_SECRET");
  const broken = join(folder.path, "broken");
  mkdirSync(broken);
  writeFileSync(
    join(broken, "purser.db"),
    "this is no database, whatever it is called".repeat(100),
  );
  expect((await verify({ ...env, PURSER_DATA_DIR: broken })).named("database")).toMatchObject({
    state: "failed",
  });
});

test("a secret that others can read is a warning", async () => {
  await verify({ OPENAI_API_KEY: "a" });
  chmodSync(join(folder.path, "secret"), 0o644);
  expect((await verify({ OPENAI_API_KEY: "a" })).named("secret file")).toMatchObject({
    state: "warning",
    mend: expect.stringContaining("chmod 600"),
  });
});

describe("what cannot be arranged on a machine", () => {
  test("an old Node fails", () => {
    expect(checkNode("22.11.0")).toMatchObject({ state: "failed" });
    expect(checkNode("24.0.0")).toMatchObject({ state: "ok" });
  });

  test("a clock before Purser was written, or before the newest event, fails", () => {
    const now = Date.now();
    expect(checkClock({ now: 0, newest: null, isFollowed: true }).state).toBe("failed");
    expect(checkClock({ now, newest: now + 600_000, isFollowed: true }).state).toBe("failed");
    expect(checkClock({ now, newest: now - 1, isFollowed: true }).state).toBe("ok");
  });
});
