/** Shows that the demo works on a machine with no account, and that what it prints is what really happened. */
import { existsSync, readdirSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { session } from "../../src/api/contract/sessions.ts";
import { createClient } from "../../src/client/client.ts";
import { startPurser, temporaryFolder } from "./run-purser.ts";

test("the demo makes its calls with the official SDKs, shows a refusal, and leaves nothing behind", async () => {
  // Real credentials must not be used, nor a real provider reached.
  const env = { OPENAI_API_KEY: "sk-real", PURSER_UPSTREAM_OPENAI: "https://api.openai.com" };
  const ended = await startPurser(["demo", "--exit", "--json", "--port", "0"], env).ended;
  expect(ended.code).toBe(0);
  const report = JSON.parse(ended.out);
  const line = (plan: string) => report.lines.find((of: { plan: string }) => of.plan === plan);
  expect(line("free")).toMatchObject({ calls: 16, refused: 0 });
  expect(line("basic")).toMatchObject({ calls: 208, refused: 4 });
  expect(line("pro")).toMatchObject({ calls: 36, refused: 0 });
  expect(line("enterprise")).toMatchObject({ calls: 43, refused: 0 });
  expect(
    report.lines.every((of: { cost: number; tokens: number }) => of.cost > 0 && of.tokens > 0),
  ).toBe(true);
  expect(report.refusal).toMatchObject({ error: "RateLimitError", status: 429 });
  expect(report.refusal.message).toContain("200 of 200 Anthropic calls are used");
  expect(report.historyCalls).toBe(0);
  expect(existsSync(report.dataDir)).toBe(false);
});

test("it stays up and says where to look, with keys and a link that work; Ctrl-C ends it, and its folder is gone", async () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const words = ["demo", "--no-history", "--port", "0"];
  const running = startPurser(words, { TMPDIR: folder.path });
  await expect.poll(running.printed, { timeout: 40_000 }).toContain("Stop: Ctrl-C");
  const printed = running.printed();
  expect(printed).not.toContain("\r");
  expect(printed).not.toContain("history");
  const told = (what: string): string =>
    new RegExp(`^${what} +(\\S+)$`, "m").exec(printed)?.[1] ?? "";
  const url = told("Dashboard");
  const kept = (): readonly string[] =>
    readdirSync(folder.path).filter((name) => name.startsWith("purser-demo-"));
  expect(kept()).toHaveLength(1);

  const purser = createClient({ baseUrl: url, key: told("Operator's key") });
  const { customers } = await purser.admin.customers();
  expect(customers).toHaveLength(4);
  expect(customers.every(({ metadata }) => metadata["demo"] === true)).toBe(true);
  expect(await signIn(url, { key: told("demo-pia's key") })).toMatchObject({ user_id: "demo-pia" });
  const portal_token = new URL(told("demo-pia's link")).hash.slice(1);
  expect(await signIn(url, { portal_token })).toMatchObject({ user_id: "demo-pia", demo: true });
  expect(await signIn(url, { portal_token })).toBe(401);

  running.process.kill("SIGINT");
  expect((await running.ended).code).toBe(0);
  expect(kept()).toEqual([]);
});

/** Who that is; the status of a refusal. */
async function signIn(url: string, body: object): Promise<unknown> {
  const answer = await fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-purser-page": "1" },
    body: JSON.stringify(body),
  });
  return answer.ok ? z.object({ data: session }).parse(await answer.json()).data : answer.status;
}
