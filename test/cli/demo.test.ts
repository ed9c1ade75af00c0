/** Shows that the demo works on a machine with no account, and that its table is what really happened. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { startPurser } from "./run-purser.ts";

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
  expect(existsSync(report.dataDir)).toBe(false);
});
