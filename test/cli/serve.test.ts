/** Shows how `purser serve` begins and ends, as the process that an operator runs. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { startPurser, temporaryFolder } from "./run-purser.ts";

const folder = temporaryFolder();
const env = { PURSER_DATA_DIR: folder.path, PURSER_PORT: "0" };
afterAll(folder.remove);

async function serve() {
  const running = startPurser(["serve", "--json"], env);
  const ended = running.ended.then(({ err }) => Promise.reject(new Error(`It ended: ${err}`)));
  ended.catch(() => undefined); // It ends at last, and then nobody waits for the greeting any more.
  const greeted = vi.waitFor(() => JSON.parse(running.printed()), { timeout: 30_000 });
  const greeting = await Promise.race([greeted, ended]);
  return { ...running, greeting };
}

test("the first start shows an admin key that opens the API, a second server is refused, SIGTERM ends it with 0", async () => {
  const first = await serve();
  const { listening, admin_key } = first.greeting;
  const authorization = `Bearer ${admin_key}`;
  expect((await fetch(`${listening}/api/admin/keys`, { headers: { authorization } })).status).toBe(
    200,
  );
  expect((await fetch(`${listening}/api/admin/keys`)).status).toBe(401);
  // Whoever can open the socket is the administrator, so nobody else may.
  expect(statSync(join(folder.path, "purser.sock")).mode & 0o777).toBe(0o600);

  const second = await startPurser(["serve"], env).ended;
  expect(second.code).toBe(1);
  expect(second.err).toMatch(/^purser: Another Purser/m);

  first.process.kill("SIGTERM");
  expect((await first.ended).code).toBe(0);
});

test("the next start shows no key, and Ctrl-C ends it with 0", async () => {
  const next = await serve();
  expect(next.greeting.listening).toMatch(/^http:/);
  expect(next.greeting).not.toHaveProperty("admin_key");
  next.process.kill("SIGINT");
  expect((await next.ended).code).toBe(0);
});
