/** The demo's history: made through the real doors, so it adds up, keeps to the plans, and comes out the same again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PurserClient } from "../../src/client/client.ts";
import { DAY_MS, instant } from "../../src/core/instant.ts";
import { clientInProcess } from "../../src/demo/history/in-process.ts";
import { type History, makeHistory } from "../../src/demo/history/make-history.ts";
import { SINGLE_PEOPLE } from "../../src/demo/history/single-people.ts";
import { TEAMS } from "../../src/demo/history/teams.ts";
import {
  type SimulatedReceiver,
  startSimulatedReceiver,
} from "../../src/demo/simulated-receiver.ts";
import { readConfig } from "../../src/server/config.ts";
import { openPurser, type Purser } from "../../src/server/open-purser.ts";

const NOW = instant(Date.parse("2026-05-20T15:24:00Z"));
/** Only their present period. */
const PEOPLE = [...TEAMS, ...SINGLE_PEOPLE]
  .filter(({ userId }) => ["demo-nora", "demo-otto", "demo-leo", "demo-sol"].includes(userId))
  .map((profile) => ({ ...profile, months: 0 }));

let receiver: SimulatedReceiver;
let purser: Purser;
let client: PurserClient;
const folders: string[] = [];
const made: History[] = [];

beforeAll(async () => {
  receiver = await startSimulatedReceiver();
  const settings = await make();
  purser = await openPurser(readConfig({ ...settings, PURSER_TEST_CLOCK: "1" }));
  purser.parts.clock.set(NOW);
  client = clientInProcess(purser);
});
afterAll(async () => {
  await purser.close();
  await receiver.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Rejects where a counter or a roll-up is not what its events add up to. */
async function make(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "purser-history-"));
  folders.push(folder);
  const settings = {
    PURSER_DATA_DIR: folder,
    PURSER_ADMIN_KEY: "a".repeat(40),
    PURSER_TAGS: "team,feature",
    PURSER_PRIVATE_RECEIVERS: receiver.host,
    PURSER_LOG_LEVEL: "silent",
  };
  const options = { settings, receiverUrl: receiver.url, now: NOW, profiles: PEOPLE };
  made.push(await makeHistory({ ...options, progress: () => undefined }));
  return settings;
}

test("who is at a limit has used exactly that, is refused, and was told", async () => {
  const used = await client.usage("demo-nora");
  expect(used.usage_status).toBe("limit_reached");
  expect(used.provider_breakdown["anthropic"]?.calls).toBe(1_000);
  const { denials } = await client.admin.denials({ user_id: "demo-nora" });
  expect(denials[0]).toMatchObject({ code: "limit_reached", used: 1_000, cap: 1_000 });
  const { alerts } = await client.alerts("demo-nora", { type: "limit_reached" });
  expect(alerts).toHaveLength(1);
});

test("nobody is over a limit, and who is near one is near it", async () => {
  for (const { userId } of PEOPLE) {
    const { usage_percentages } = await client.usage(userId);
    expect(Math.max(...Object.values(usage_percentages)), userId).toBeLessThanOrEqual(100);
  }
  const { usage_percentages } = await client.usage("demo-otto");
  expect(usage_percentages["gemini_calls"]).toBeGreaterThan(85);
});

test("subscriptions changed at their time", async () => {
  const leo = await client.subscription("demo-leo");
  expect(leo.subscription?.cancel_at_period_end).toBe(true);
  const { changes } = await client.subscriptionChanges("demo-sol");
  const at = Date.parse(changes.at(-1)?.at ?? "");
  // Fifteen days on Free first, of 23.4.
  expect((NOW - at) / DAY_MS).toBeCloseTo(8.4, 1);
});

test("one channel takes all that is sent to it, and of the other's nothing arrives", async () => {
  const { channels } = await client.admin.channels();
  expect(channels.map(({ name }) => name)).toEqual(
    expect.arrayContaining([expect.stringContaining("simulated"), expect.stringContaining("down")]),
  );
  const down = channels.find(({ name }) => name.includes("down"))?.id;
  const { deliveries } = await client.admin.outbox({ limit: 1_000 });
  const states = (isDown: boolean) =>
    new Set(
      deliveries.filter((one) => (one.channel_id === down) === isDown).map((one) => one.state),
    );
  expect(states(false)).toEqual(new Set(["sent"]));
  expect(states(true)).not.toContain("sent");
  expect(states(true)).toContain("dead");
});

test("the same present gives the same past", async () => {
  const calls = (await client.usage("demo-nora")).total_cost;
  const settings = await make();
  const again = await openPurser(readConfig({ ...settings, PURSER_TEST_CLOCK: "1" }));
  again.parts.clock.set(NOW);
  const used = await clientInProcess(again).usage("demo-nora");
  await again.close();
  expect(made[1]?.calls).toBe(made[0]?.calls);
  expect(used.total_cost).toBe(calls);
  expect(used.total_cost).toBeGreaterThan(1);
});
