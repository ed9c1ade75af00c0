/** An application that opens Purser in its own process asks whether a customer has a feature. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { openPurser, type Purser } from "../../src/server/open-purser.ts";

const dataDir = mkdtempSync(join(tmpdir(), "purser-has-"));
let purser: Purser;
beforeAll(async () => {
  purser = await openPurser(
    readConfig({
      PURSER_DATA_DIR: dataDir,
      PURSER_ADMIN_KEY: randomBytes(32).toString("hex"),
      PURSER_LOG_LEVEL: "silent",
    }),
  );
});
afterAll(async () => {
  await purser.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask(method: string, path: string, body: unknown): Promise<void> {
  const { status } = await purser.request({ method, path: `/api/admin${path}`, body });
  expect(status).toBeLessThan(300);
}

test("a switch is on where the plan in force has it, from the change of plan on", async () => {
  const plan = { name: "S", tier: "pro", price: { monthly: 9, yearly: 90 }, limits: [] };
  await ask("POST", "/plans", { ...plan, id: "searching", switches: ["web_search"] });
  await ask("POST", "/plans", { ...plan, id: "plain" });
  await ask("POST", "/customers", { id: "ada", plan_id: "searching" });
  await ask("POST", "/customers", { id: "bob", plan_id: "plain" });
  expect(await purser.has("ada", "web_search")).toBe(true);
  expect(await purser.has("bob", "web_search")).toBe(false);
  expect(await purser.has("nobody-yet", "web_search")).toBe(false);
  expect(await purser.has("ada", "no-such-switch")).toBe(false);
  expect(await purser.has("ada", "constructor")).toBe(false);
  await expect(purser.has("", "web_search")).rejects.toThrow(/user_id/);

  // Subscribers keep the version they have.
  await ask("PUT", "/plans/searching", { ...plan, switches: [] });
  expect(await purser.has("ada", "web_search")).toBe(true);
  await ask("POST", "/customers/ada/payment-failed", { grace_days: 0 });
  expect(await purser.has("ada", "web_search")).toBe(false);
});
