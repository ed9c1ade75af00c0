/** A customer's keys in a real browser: made and shown once, used by the snippets as they stand, replaced, revoked. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import { violationsOn } from "./axe.ts";
import { openStage, type Stage } from "./stage.ts";

const run = promisify(execFile);
const SDKS = ["OpenAI", "Anthropic", "Google Gen AI", "Mistral"];

let provider: SimulatedProvider;
let stage: Stage;
beforeAll(async () => {
  provider = await startSimulatedProvider({ delays: { firstMs: 0, betweenMs: 0 } });
  const upstreams = ["openai", "anthropic", "gemini", "mistral"] as const;
  stage = await openStage(
    Object.fromEntries(
      upstreams.flatMap((name) => [
        [`PURSER_UPSTREAM_${name.toUpperCase()}`, provider.upstream(name)],
        [`${name.toUpperCase()}_API_KEY`, "the-operators-own"],
      ]),
    ),
  );
});
afterAll(async () => {
  await stage.close();
  await provider.close();
});

test("a key is made with a budget, shown once, and the page turns green when its first call arrives", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.ada }, "/keys");
  await page.getByRole("button", { name: "Make a key" }).click();
  const dialog = page.getByRole("dialog", { name: "Make a key" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("server in Falkenstein");
  await dialog.getByRole("button", { name: "Add a limit" }).click();
  await dialog.getByRole("textbox", { name: "At most" }).fill("much");
  await dialog.getByRole("combobox", { name: "Of" }).click();
  await page.getByRole("option", { name: "Calls" }).click();
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await dialog.getByRole("alert").getByText("No key was made").waitFor();
  await dialog.getByText("must be a whole number from 0 to 10^15, or unlimited.").first().waitFor();
  await dialog.getByRole("textbox", { name: "At most" }).fill("4");
  await dialog.getByRole("button", { name: "Make the key" }).click();

  const made = page.getByRole("region", { name: "New key: server in Falkenstein" });
  const text = await made.getByTestId("shown-once").innerText();
  expect(text).toMatch(/^purser_customer_/);
  await made.getByText("Waiting for the first call with it", { exact: false }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  for (const sdk of SDKS) await runSnippet(page, sdk);
  await made.getByText("The first call is here", { exact: false }).waitFor();
  await page.getByRole("meter", { name: "Calls" }).waitFor();
  await page.getByText("4 of 4 calls a usage period").waitFor();
  await page.getByText("used up").waitFor();

  await made.getByRole("button", { name: "I have it, put it away" }).click();
  await page.getByText("Its text is not shown again.", { exact: false }).waitFor();
  expect(await everythingIn(page)).not.toContain(text);
  await page.reload();
  await page.getByRole("rowheader", { name: "server in Falkenstein" }).waitFor();
  expect(await everythingIn(page)).not.toContain(text);
  expect(faults.filter((fault) => !fault.includes("400"))).toEqual([]);
  await close();
});

/** Runs the JavaScript that stands on the page, as somebody would who copies it. */
async function runSnippet(page: Page, sdk: string): Promise<void> {
  await page.getByText(sdk, { exact: true }).click();
  const snippet = page.getByRole("region", { name: "First call", exact: true });
  await snippet.getByText(`/${sdk === "Google Gen AI" ? "gemini" : sdk.toLowerCase()}`).waitFor();
  const code = await snippet.innerText();
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], {
    timeout: 30_000,
  });
  expect(stdout, sdk).toContain("simulated");
}

/** All that the page holds, shown or not, and what the browser keeps for it. */
function everythingIn(page: Page): Promise<string> {
  return page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      location.href,
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      ...[...document.querySelectorAll("input")].map(({ value }) => value),
    ].join("\n"),
  );
}

test("the calls with curl work as they stand, and those in Python name the same address and key", async () => {
  const { page, close } = await stage.open({ key: stage.keys.ada }, "/keys?lang=curl");
  for (const sdk of SDKS) {
    await page.getByText(sdk, { exact: true }).click();
    const snippet = page.getByRole("region", { name: "First call", exact: true });
    await snippet
      .getByText(`/${sdk === "Google Gen AI" ? "gemini" : sdk.toLowerCase()}/`)
      .waitFor();
    const command = (await snippet.innerText()).replace("YOUR_PURSER_KEY", stage.keys.ada);
    const { stdout } = await run("sh", ["-c", command], { timeout: 30_000 });
    expect(stdout, sdk).toContain("simulated");
  }
  await page.getByText("Python", { exact: true }).click();
  await page.getByText(`server_url="${stage.api.url}/mistral"`, { exact: false }).waitFor();
  await close();
});

test("a key is replaced with an overlap, then the old one is revoked by a button that names it", async () => {
  const { page, faults, close } = await stage.open({ key: stage.keys.bob }, "/keys", {
    colorScheme: "dark",
  });
  const own = (key: string) => stage.api.ask("GET", "/api/subscription/limits/bob", { key });
  const spare = await stage.api.ask("POST", "/api/subscription/keys/bob", {
    key: stage.keys.bob,
    body: { name: "spare" },
  });
  const oldText = spare.body.data.key;
  await page.reload();
  await page.getByRole("button", { name: "Replace spare" }).click();
  await page.getByRole("dialog").getByRole("radio", { name: "For an hour more" }).check();
  await page.getByRole("button", { name: "Replace spare" }).last().click();
  const made = page.getByRole("region", { name: "New key for spare" });
  const newText = await made.getByTestId("shown-once").innerText();
  await page.getByText("replaced, still works").waitFor();
  expect([(await own(oldText)).status, (await own(newText)).status]).toEqual([200, 200]);

  const row = page.getByRole("row").filter({ hasText: "replaced, still works" });
  await row.getByRole("button", { name: "Revoke spare" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke the key spare" });
  await dialog.getByText("is refused, everywhere", { exact: false }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Revoke spare" }).click();
  await page.getByText("spare is revoked: calls with it are refused from now on.").waitFor();
  await expect.poll(async () => (await own(oldText)).status).toBe(401);
  expect((await own(newText)).status).toBe(200);
  await page.getByRole("switch", { name: "Show ended ones (1)" }).check();
  await page.getByRole("row").filter({ hasText: "revoked" }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

test("somebody without a provider in their plan is told so, and a narrow screen shows it all", async () => {
  const narrow = { viewport: { width: 360, height: 740 } };
  const { page, close } = await stage.open({ key: stage.keys.bob }, "/keys?sdk=openai", narrow);
  await page.getByText("Your plan does not include OpenAI", { exact: false }).waitFor();
  await page.getByRole("list", { name: "Keys, newest first" }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.goto("/keys?ask=create");
  await page.getByRole("dialog").getByRole("button", { name: "Add a limit" }).click();
  expect(await violationsOn(page)).toEqual([]);
  await close();
});
