/** The demo's story in a real browser, as its customers and its operator live it. */
import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPortalSession } from "../../src/api/contract/endpoints/sessions.ts";
import { mistralChat } from "../../src/demo/sample-calls.ts";
import { asRefusal, type Refusal } from "../../src/demo/send-traffic.ts";
import { violationsOn } from "./axe.ts";
import {
  DEMO_START_MS_MOST,
  type DemoOnStage,
  EVE,
  openDemoOnStage,
  PIA,
} from "./demo-on-stage.ts";

const PIAS_NAME = "Lindqvist Studio";
const HALF_A_YEAR_MS = 182 * 86_400_000;

let stage: DemoOnStage;
beforeAll(async () => {
  stage = await openDemoOnStage();
}, DEMO_START_MS_MOST);
afterAll(() => stage?.close());

const asPia = (path: string) => stage.open({ key: stage.demo.customerKey }, path);
const asOperator = (path: string) => stage.open({ key: stage.demo.adminKey }, path);
const sentenceOn = (page: Page) => page.getByTestId("sentence");

test("a portal link signs a customer in once, to their overview, and no token stays in the address", async () => {
  const params = { id: PIA };
  const link = new URL((await stage.purser.call(createPortalSession, { params, body: {} })).url);
  const { page, faults, close } = await stage.open(null, `${link.pathname}${link.hash}`);
  await sentenceOn(page).waitFor();
  await page.getByRole("button", { name: PIAS_NAME }).waitFor();
  expect(page.url()).toBe(`${stage.demo.url}/`);
  await page.goBack();
  expect(page.url()).not.toContain(link.hash.slice(1));
  expect(faults).toEqual([]);
  await close();
  const second = await stage.open(null, `${link.pathname}${link.hash}`);
  await second.page.getByText("This link does not sign you in").waitFor();
  await second.close();
});

test("half a year of a dozen customers is there, marked as made up, in every state, and some near a limit", async () => {
  const { admin } = stage.purser;
  const { customers } = await admin.customers({ limit: 100 });
  const own = customers.filter(({ id }) => id.startsWith("demo-"));
  expect(own.length).toBeGreaterThanOrEqual(12);
  expect(own.filter(({ metadata }) => metadata["demo"] !== true)).toEqual([]);
  const since = Math.min(...own.map(({ created_at }) => Date.parse(created_at)));
  expect(Date.now() - since).toBeGreaterThan(HALF_A_YEAR_MS);
  const states = new Set(own.map(({ subscription_status: status }) => status));
  expect([...states]).toEqual(expect.arrayContaining(["trialing", "active", "past_due", null]));
  const { near_limits: near } = await admin.overview();
  expect(near.map(({ user_id }) => user_id)).toEqual(
    expect.arrayContaining(["demo-ben", "demo-nora", "demo-otto"]),
  );
});

test("customer and operator are told that it is a demo", async () => {
  for (const open of [asPia, asOperator]) {
    const { page, close } = await open("/");
    await page.getByRole("banner").getByText("Demo", { exact: true }).waitFor();
    await page.getByText("People and figures are made up, providers are simulated.").waitFor();
    await close();
  }
});

test("a call by the official SDK is on the page within a second of its answer, and every sum has it", async () => {
  const { page, faults, close } = await asPia("/");
  await page.getByRole("status").getByText("live").waitFor();
  await page.getByRole("table", { name: "Last calls" }).waitFor();
  const total = page
    .getByRole("table", { name: "Cost by model" })
    .getByRole("row", { name: /^Total/ });
  const before = await total.innerText();
  const { openai } = stage.sdksFor(stage.demo.customerKey);
  const { response } = await openai.chat.completions
    .create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Good morning" }] })
    .withResponse();
  const answeredAt = Date.now();
  const id = response.headers.get("x-purser-request-id") ?? "";
  const shown = await page.waitForFunction(
    (path) => document.querySelector(`a[href="${path}"]`) !== null && Date.now(),
    `/calls/${id}`,
  );
  const tookMs = Number(await shown.jsonValue()) - answeredAt;
  process.stdout.write(`A call was on the page ${tookMs} ms after its answer.\n`);
  expect(tookMs).toBeLessThan(1_000);
  await expect.poll(() => total.innerText()).not.toBe(before);
  await page.locator(`a[href="/calls/${id}"]`).click();
  await page.getByRole("heading", { level: 1, name: "gpt-4o-mini" }).waitFor();
  expect(faults).toEqual([]);
  await close();
});

/** Mistral calls that Free has in a period. */
const CALLS_OF_FREE = 50;

test("a limit is reached while its customer watches; the operator sees it, lifts it and changes the plan, and the page follows", async () => {
  const guest = await addGuest("free");
  expect(await guest.call(CALLS_OF_FREE - 1)).toEqual([]);
  const { page, faults, close } = await stage.open({ key: guest.key }, "/");
  await sentenceOn(page).getByText("Mistral calls: 49 of 50 used.").waitFor();
  await page.evaluate(() => Object.assign(window, { isTheSame: true }));
  expect(await guest.call(1)).toEqual([]);
  await sentenceOn(page)
    .getByText(/^Mistral calls are used up until \w/)
    .first()
    .waitFor();
  await sentenceOn(page).getByText("Basic has 500; Enterprise has no limit.").waitFor();
  const link = sentenceOn(page).getByRole("link", { name: "Compare plans" });
  expect(await link.getAttribute("href")).toBe("/plan");
  const meter = page.getByRole("meter", { name: "Mistral calls" });
  expect(await meter.getAttribute("aria-valuetext")).toBe("50 of 50, used up");
  await page.getByText("API Limit Reached - Mistral").waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  expect(await violationsOn(page)).toEqual([]);
  const [refusal] = await guest.call(1);
  expect(refusal).toMatchObject({ status: 429 });
  expect(refusal?.message).toContain("50 of 50 Mistral calls are used");

  const operator = await asOperator(`/customers/${guest.userId}`);
  // So far above what is used that no alert comes of it, which would be told at once.
  await liftMistral(operator.page, 200);
  await expect.poll(() => meter.getAttribute("aria-valuetext")).toBe("50 of 200, fine");
  await sentenceOn(page).getByText("used up").first().waitFor({ state: "detached" });
  expect(await guest.call(1)).toEqual([]);
  await expect.poll(() => meter.getAttribute("aria-valuetext")).toBe("51 of 200, fine");

  await page.getByText("Free plan").waitFor();
  await changePlan(operator.page, "Basic");
  await page.getByText("Basic plan").waitFor();
  await expect.poll(() => meter.getAttribute("aria-valuetext")).toBe("51 of 500, fine");
  expect(await page.evaluate(() => Reflect.get(window, "isTheSame"))).toBe(true);
  expect([...faults, ...operator.faults]).toEqual([]);
  await Promise.all([close(), operator.close()]);
});

async function liftMistral(page: Page, max: number): Promise<void> {
  const limits = page.getByRole("region", { name: "Limits", exact: true });
  await limits.getByText("50 of 50").waitFor();
  await page.getByRole("tab", { name: "Refusals" }).click();
  await page.getByRole("cell", { name: "mistral-small-latest" }).first().waitFor();
  await page.getByRole("button", { name: "Lift a limit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("New cap").fill(String(max));
  await dialog.getByRole("button", { name: "Lift it" }).click();
  await page.getByRole("status").getByText(`Mistral calls: ${max} calls until`).waitFor();
}

async function changePlan(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Change plan" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Plan" }).click();
  await page.getByRole("option", { name: new RegExp(`^${name}`) }).click();
  await dialog.getByRole("button", { name: `Change to ${name}` }).click();
  await page.getByRole("status").getByText(`${name} holds now.`).waitFor();
}

test("who signs out is out: the way back leads nowhere, and the API answers nothing", async () => {
  const { page, close } = await asPia("/calls");
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  await page.getByRole("button", { name: PIAS_NAME }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Purser" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Sign in to Purser" }).waitFor();
  expect(await statusesOn(page, [`/api/subscription/usage/${PIA}`, "/api/session"])).toEqual([
    401, 401,
  ]);
  await close();
});

const OPERATORS_PAGES = [
  "/overview",
  "/customers",
  `/customers/${EVE}`,
  `/customers/${EVE}/see/calls`,
  "/plans",
  "/prices",
  "/providers",
  "/notifications",
  "/system",
];
const NOT_THEIRS = [
  "/api/admin/customers",
  "/api/admin/overview",
  "/api/admin/system",
  `/api/admin/customers/${EVE}`,
  `/api/admin/customers/${PIA}`,
  `/api/subscription/dashboard/${EVE}`,
  `/api/subscription/limits/${EVE}`,
  `/api/subscription/usage-logs?user_id=${EVE}`,
  `/api/subscription/keys/${EVE}`,
  `/api/subscription/stream/${EVE}`,
];

test("a customer who asks for an operator's page or another's data gets neither, and a forged request changes nothing", async () => {
  const { page, close } = await asPia("/");
  for (const path of OPERATORS_PAGES) {
    await page.goto(path);
    await page.waitForURL(`${stage.demo.url}/`);
  }
  await page.getByRole("button", { name: PIAS_NAME }).waitFor();
  expect(await page.getByRole("link", { name: "Customers" }).count()).toBe(0);
  expect(await statusesOn(page, NOT_THEIRS)).toEqual(NOT_THEIRS.map(() => 403));
  const keysBefore = (await stage.purser.keys(PIA)).keys.length;
  const forged = await page.evaluate(async (path) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: '{"name":"forged"}' });
    return { status: answer.status, text: await answer.text() };
  }, `/api/subscription/keys/${PIA}`);
  expect(forged.status).toBe(403);
  expect(forged.text).toContain("x-purser-page");
  expect((await stage.purser.keys(PIA)).keys).toHaveLength(keysBefore);
  await close();
});

function statusesOn(page: Page, paths: readonly string[]): Promise<number[]> {
  return page.evaluate(
    (asked) => Promise.all(asked.map(async (path) => (await fetch(path)).status)),
    paths,
  );
}

/** Somebody new, whom no other test has used. `call` makes so many calls, and gives what was refused. */
async function addGuest(plan: string) {
  const userId = `guest-${randomUUID()}`;
  await stage.purser.admin.createCustomer({ id: userId, plan_id: plan });
  const { key } = await stage.purser.admin.createCustomerKey(userId, { name: "app" });
  const clients = stage.sdksFor(key);
  const call = async (times: number): Promise<Refusal[]> => {
    const made = Array.from({ length: times }, (_, turn) =>
      mistralChat("mistral-small-latest", turn).make(clients),
    );
    const ended = await Promise.allSettled(made);
    return ended.flatMap((one) =>
      one.status === "rejected" ? [asRefusal("mistral", one.reason)] : [],
    );
  };
  return { userId, key, call };
}
