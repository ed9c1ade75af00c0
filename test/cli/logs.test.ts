/** Shows that the commands on customers and their calls do what they say. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { purser, startPurser, temporaryFolder } from "./run-purser.ts";

const folder = temporaryFolder();
const here = ["--data-dir", folder.path];
const adminKey = "an-admin-key-of-a-test-with-enough-characters";
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(
    readConfig({
      PURSER_DATA_DIR: folder.path,
      PURSER_PORT: "0",
      PURSER_ADMIN_KEY: adminKey,
      PURSER_LOG_LEVEL: "silent",
    }),
  );
  await purser("customer", "add", "ada", "--plan", "pro", "--email", "ada@example.com", ...here);
  await purser("customer", "add", "bob", ...here);
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

async function tell(id: string, model: string, status = 200): Promise<void> {
  const event = { id, provider: "openai", model, usage: { input: 10 }, status_code: status };
  const answer = await fetch(`${server.url}/api/subscription/usage/ada/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ events: [event] }),
  });
  expect(answer.status).toBe(200);
}

test("logs shows the latest calls, the newest last, and those that failed where asked", async () => {
  await tell("one", "gpt-4o");
  await tell("two", "gpt-4o-mini", 500);
  const all = await purser("logs", "ada", ...here);
  expect(all.out).toMatch(/200 {2}openai gpt-4o .*\n.*500 {2}openai gpt-4o-mini/);
  const failed = await purser("logs", "ada", "--failed", "--json", ...here);
  expect(JSON.parse(failed.out)).toMatchObject([{ model_used: "gpt-4o-mini", status_code: 500 }]);
  expect((await purser("logs", "ada", "--lines", "0", ...here)).err).toContain("--lines");
});

test("with --follow each new call comes as it ends, once", async () => {
  const words = ["logs", "ada", "--follow", "--lines", "1", "--json"];
  const following = startPurser(words, { PURSER_DATA_DIR: folder.path });
  const lines = () => following.printed().trim().split("\n").filter(Boolean);
  await vi.waitFor(() => expect(lines()).toHaveLength(1), { timeout: 30_000 });
  await tell("three", "gpt-4.1");
  await vi.waitFor(() => expect(lines()).toHaveLength(2), { timeout: 30_000 });
  await tell("four", "gpt-4.1-mini");
  await vi.waitFor(() => expect(lines()).toHaveLength(3), { timeout: 30_000 });
  expect(lines().map((line) => JSON.parse(line).model_used)).toEqual([
    "gpt-4o-mini",
    "gpt-4.1",
    "gpt-4.1-mini",
  ]);
});

test("customers are listed, searched and shown; one that is erased is nobody's id any more", async () => {
  expect((await purser("customers", ...here)).out).toMatch(/bob.*\n.*ada/);
  expect((await purser("customers", "example.com", ...here)).out).not.toContain("bob");
  expect((await purser("customer", "show", "ada", ...here)).out).toContain(
    "ada (ada@example.com) is on Pro",
  );
  const unasked = await purser("customer", "erase", "bob", ...here);
  expect(unasked.code).toBe(1);
  expect(unasked.err).toContain("--yes");
  expect((await purser("customer", "erase", "bob", "--yes", ...here)).code).toBe(0);
  expect((await purser("customer", "show", "bob", ...here)).err).toContain("no customer");
});

test("a rotated key has the name and owner of the first, which goes on for the overlap", async () => {
  const made = await purser("key", "create", "ada", "--name", "laptop", "--json", ...here);
  const { id, key } = JSON.parse(made.out);
  const rotated = await purser("key", "rotate", id, "--overlap", "3600", "--json", ...here);
  const next = JSON.parse(rotated.out);
  expect(next.key).not.toBe(key);
  const { keys } = JSON.parse((await purser("key", "list", "--json", ...here)).out);
  const listed = (which: string) => keys.find((each: { id: string }) => each.id === which);
  expect(listed(next.id)).toMatchObject({ name: "laptop", user_id: "ada", expires_at: null });
  expect(listed(id).expires_at).not.toBeNull();
  const refused = await purser("key", "rotate", id, "--overlap", "-1", ...here);
  expect(refused.err).toContain("--overlap");
});
