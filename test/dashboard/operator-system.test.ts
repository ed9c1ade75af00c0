/** The operator's Providers and System in a real browser: how things are, limits, audits, keys, who changed what. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tellUse } from "../api/usage-teller.ts";
import { openStage, type Stage } from "./stage.ts";

const CREDENTIAL = "gemini-credential-that-nobody-may-see";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ GEMINI_API_KEY: CREDENTIAL });
  const { api, service, keys, longId } = stage;
  await tellUse(api, { service, userId: longId }, [
    {
      provider: "anthropic",
      model: "claude-sonnet-4-5",
      calls: 20,
      cost: 0n,
      tokens: 0,
      statusCode: 529,
    },
  ]);
  // Bob has used up his 100 calls.
  await api.ask("POST", "/gemini/v1beta/models/gemini-2.5-flash:generateContent", {
    key: keys.bob,
    body: { contents: [{ parts: [{ text: "Hello" }] }] },
  });
});
afterAll(() => stage.close());

const open = (path: string, options?: Parameters<Stage["open"]>[2]) =>
  stage.open({ key: stage.api.adminKey }, path, options);
const rowOf = (page: Page, table: string, name: string | RegExp) =>
  page.getByRole("table", { name: table }).getByRole("row", { name });

test("each provider stands with its credential present or not, its health, its calls and its cost", async () => {
  const { page, faults, close } = await open("/providers");
  await page
    .getByText("Anthropic fails: 100% of the calls of the last hour (20 of 20). Gemini answers.")
    .waitFor();
  const cells = (name: string) =>
    rowOf(page, "Providers", name).getByRole("cell").allTextContents();
  expect((await cells("Gemini")).slice(0, 4)).toEqual(["answers", "set", "100", "0"]);
  expect((await cells("Anthropic")).slice(0, 4)).toEqual([
    "fails",
    "missingANTHROPIC_API_KEY",
    "20",
    "20 100%",
  ]);
  expect(await rowOf(page, "Providers", "Mistral").count()).toBe(0);
  await page.getByRole("button", { name: /that can be set up$/ }).click();
  await page.waitForURL(/show=all/);
  expect((await cells("Mistral"))[1]).toBe("missingMISTRAL_API_KEY");
  const { body } = await stage.api.ask("GET", "/api/admin/providers", {
    key: stage.api.adminKey,
  });
  const costs: number[] = body.data.providers.map(
    ({ month }: { month: { cost: number } }) => month.cost,
  );
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  expect((await rowOf(page, "Providers", "Total").textContent()) ?? "").toContain(
    `$${total.toFixed(2)}`,
  );
  await page.getByRole("button", { name: "Gemini" }).click();
  await page.waitForURL(/provider=gemini/);
  await rowOf(page, "Models of Gemini", "gemini-2.5-flash").waitFor();
  expect((await page.content()).includes(CREDENTIAL)).toBe(false);
  expect(faults).toEqual([]);
  await close();
});

test("the deployment's limits are changed after one has seen what changes, and the change is undone", async () => {
  const { page, close } = await open("/providers?ask=limits");
  const dialog = page.getByRole("dialog", { name: "Change the limits of the deployment" });
  await dialog.getByRole("button", { name: "Add a limit" }).click();
  const put = dialog.getByRole("button", { name: "Put these limits in force" });
  await dialog.getByLabel("At most").fill("much");
  await put.click();
  await dialog.getByText("must be", { exact: false }).first().waitFor();
  await dialog.getByLabel("At most").fill("500");
  await dialog
    .getByText("New: Provider cost: at most $500.00 in a calendar month, then calls are refused.")
    .waitFor();
  await put.click();
  await page.getByText("These limits are in force, on every node.").waitFor();
  const meter = page.getByRole("meter", { name: "Provider cost" });
  expect(await meter.getAttribute("aria-valuetext")).toMatch(/^\$[\d.]+ of \$500\.00, fine$/);
  const limits = async () =>
    (await stage.api.ask("GET", "/api/admin/limits", { key: stage.api.adminKey })).body.data.limits;
  expect(await limits()).toEqual([{ meter: "cost", per: "month", max: "500", at_cap: "deny" }]);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("The limits are again as they were.").waitFor();
  expect(await limits()).toEqual([]);
  await close();
});

test("the system says how it is, an audit run now finds what differs, and repairs it when told to", async () => {
  const { page, faults, close } = await open("/system");
  await page.getByText(/^Purser is ready, no call runs now, /).waitFor();
  await page.getByText("The test clock is on").waitFor();
  await rowOf(page, "Nodes", /answers now/)
    .getByText("alive")
    .waitFor();
  await page.getByText("SQLite", { exact: true }).waitFor();
  const run = page.getByRole("button", { name: "Run an audit now" });
  await run.click();
  await page.getByText(/^✓ Recounted 3 customers, .*: everything adds up\.$/).waitFor();
  const database = new DatabaseSync(join(stage.api.dataDir, "purser.db"));
  database.exec("update rollups_day set calls = calls + 7");
  database.close();
  await run.click();
  await page.getByText(/: \d+ numbers differ\.$/).waitFor();
  await page.getByRole("button", { name: "Repair what differs" }).click();
  await page.getByRole("button", { name: "Recount and repair" }).click();
  await page.getByText(/ repaired\.$/).waitFor();
  expect(await page.getByRole("table", { name: "Numbers that differ" }).textContent()).toContain(
    "yes",
  );
  await run.click();
  await page.getByText(/: everything adds up\.$/).waitFor();
  expect(faults).toEqual([]);
  await close();
});

const works = async (key: string) =>
  (await stage.api.ask("GET", "/api/subscription/dashboard/ada", { key })).status;

test("a key of the deployment is made, shown once, replaced and revoked", async () => {
  const { page, close } = await open("/system?tab=keys");
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("night backend");
  await page.getByRole("button", { name: "Make the key" }).click();
  const shown = page.getByTestId("shown-once");
  const first = (await shown.textContent()) ?? "";
  expect(await works(first)).toBe(200);
  await page.getByRole("button", { name: "Replace night backend" }).click();
  await page.getByRole("radio", { name: /^Not at all/ }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Replace night backend" }).click();
  await page.getByText("night backend is replaced.").waitFor();
  const second = (await shown.textContent()) ?? "";
  expect([await works(first), await works(second)]).toEqual([401, 200]);
  await page.getByRole("button", { name: "I have it, put it away" }).click();
  await shown.waitFor({ state: "detached" });
  expect((await page.content()).includes(second)).toBe(false);
  await page.getByRole("button", { name: "Revoke night backend" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke night backend" }).click();
  await page.getByText(/^✓ night backend is revoked/).waitFor();
  expect(await works(second)).toBe(401);
  await rowOf(page, "Keys of the deployment, newest first", "night backend").waitFor({
    state: "detached",
  });
  await close();
});

test("the audit log and the refusals are narrowed by what the address says", async () => {
  const { page, faults, close } = await open("/system?tab=log");
  const log = "Audit log, newest first";
  await rowOf(page, log, /customer\.create/)
    .first()
    .waitFor();
  await page.getByRole("textbox", { name: "Customer" }).fill("bob");
  await page.waitForURL(/about=bob/);
  await expect
    .poll(async () => rowOf(page, log, /customer\.create/).allTextContents())
    .toEqual([expect.stringContaining("bob")]);
  await page.getByRole("combobox", { name: "What" }).fill("key");
  await page.waitForURL(/action=key/);
  await rowOf(page, log, /customer\.create/).waitFor({ state: "detached" });
  await rowOf(page, log, /key\.create/).waitFor();
  await page.getByRole("tab", { name: "Refusals" }).click();
  await rowOf(page, "Refusals by day", /bob.*Gemini calls in a usage period/).waitFor();
  await rowOf(page, "The latest refusals", /bob.*100 of 100 calls/).waitFor();
  await page.getByRole("textbox", { name: "Customer" }).fill("ada");
  await page.getByText("No call of this customer was refused.").waitFor();
  expect(faults).toEqual([]);
  await close();
});
