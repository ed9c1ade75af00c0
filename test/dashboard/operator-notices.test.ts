/** The operator's Notifications in a real browser: channels, what became of each message, and the deployment's alerts. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MailServer, startMailServer } from "../alerts/receivers/mail-server.ts";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../alerts/receivers/webhook-receiver.ts";
import { tellUse } from "../api/usage-teller.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let mail: MailServer;
let receiver: WebhookReceiver;
beforeAll(async () => {
  [mail, receiver] = await Promise.all([startMailServer(), startWebhookReceiver()]);
  stage = await openStage({
    PURSER_SMTP_URL: mail.url,
    PURSER_MAIL_FROM: "Acme <alerts@acme.example>",
    PURSER_PRIVATE_RECEIVERS: receiver.host,
  });
});
afterAll(async () => {
  await stage.close();
  await Promise.all([mail.close(), receiver.close()]);
});

const open = (path: string, options?: Parameters<Stage["open"]>[2]) =>
  stage.open({ key: stage.api.adminKey }, path, options);
const admin = async (method: string, path: string, body?: unknown) =>
  (await stage.api.ask(method, `/api/admin${path}`, { key: stage.api.adminKey, body })).body.data;
const itemOf = (page: Page, name: string): Locator =>
  page.getByRole("list", { name: "Channels" }).getByRole("listitem").filter({ hasText: name });
/** What they then have used of a limit of Pro crosses its first threshold, and they alone are told of. */
const crossThreshold = (userId: string, [provider, model, tokens]: [string, string, number]) =>
  tellUse(stage.api, { service: stage.service, userId }, [
    { provider, model, calls: 1, cost: 1_000_000n, tokens },
  ]);

/** Alerts are told once: what a test brings about has this in it, so that it comes about again when the test is tried again. */
let tries = 0;
beforeEach(async () => {
  tries += 1;
  receiver.react = () => "take";
  for (const { id } of (await admin("GET", "/channels")).channels) {
    await admin("DELETE", `/channels/${id}`);
  }
  // To nobody, so these are dropped.
  for (const { id } of (await admin("GET", "/outbox?state=dead")).deliveries) {
    await admin("POST", `/outbox/${id}/retry`);
  }
  await expect.poll(async () => (await admin("GET", "/outbox")).counts.dead).toBe(0);
  await admin("POST", "/alerts/mark-all-read");
});

test("a webhook is added with a secret shown once, tried, changed, paused, resumed and removed", async () => {
  const { page, faults, close } = await open("/notifications");
  await page.getByText("No channels yet").waitFor();
  await page.getByRole("button", { name: "Add a channel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Webhook", { exact: true }).click();
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByLabel("Name").fill("ops");
  await dialog.getByRole("radio", { name: "Only some events" }).check();
  await dialog.getByRole("button", { name: "Add the channel" }).click();
  const shown = page.getByTestId("shown-once");
  const secret = (await shown.textContent()) ?? "";
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole("button", { name: "I have it, put it away" }).click();
  expect((await page.content()).includes(secret)).toBe(false);
  const ops = itemOf(page, "ops");
  await ops.getByText("all about customers").waitFor();
  await ops.getByRole("button", { name: "Send a test to ops" }).click();
  await ops.getByText(/^✓ The test message was taken in .*, with the answer 204\.$/).waitFor();
  expect(JSON.parse(receiver.posts.at(-1)?.body ?? "{}")).toMatchObject({ type: "channel.test" });
  receiver.react = () => ({ status: 500 });
  await ops.getByRole("button", { name: "Send a test to ops" }).click();
  await ops
    .getByRole("alert")
    .getByText(/^It did not arrive: .*500/)
    .waitFor();
  receiver.react = () => "take";
  await ops.getByRole("button", { name: "Change ops" }).click();
  await dialog.getByRole("checkbox", { name: "Provider trouble" }).check();
  await dialog.getByRole("button", { name: "Change the channel" }).click();
  await ops.getByText("all about customers; about the deployment: provider trouble").waitFor();
  await ops.getByRole("button", { name: "Pause ops" }).click();
  await dialog.getByRole("button", { name: "Pause ops" }).click();
  await ops.getByText("paused", { exact: true }).waitFor();
  expect((await admin("GET", "/channels")).channels[0].paused).toBe(true);
  await ops.getByRole("button", { name: "Resume ops" }).click();
  await page.getByText(/^✓ ops takes messages again/).waitFor();
  await ops.getByRole("button", { name: "Remove ops" }).click();
  await dialog.getByRole("button", { name: "Remove ops" }).click();
  await page.getByText("No channels yet").waitFor();
  expect((await admin("GET", "/channels")).total).toBe(0);
  expect(faults).toEqual([]);
  await close();
});

test("a webhook's secret is replaced, and for the time that was chosen both sign", async () => {
  const made = await admin("POST", "/channels", {
    kind: "webhook",
    url: receiver.url,
    name: "two",
  });
  const { page, close } = await open("/notifications");
  const two = itemOf(page, "two");
  await two.getByRole("button", { name: "Replace secret of two" }).click();
  await page.getByRole("radio", { name: "For an hour more" }).check();
  await page.getByRole("button", { name: "Replace the secret", exact: true }).click();
  const secret = (await page.getByTestId("shown-once").textContent()) ?? "";
  expect(secret).toMatch(/^whsec_/);
  expect(secret).not.toBe(made.secret);
  await two.getByText(/signs beside the new one; ends/).waitFor();
  await two.getByRole("button", { name: "Send a test to two" }).click();
  await two.getByText(/^✓ The test message was taken/).waitFor();
  const signatures = receiver.posts.at(-1)?.headers["webhook-signature"] ?? "";
  expect(signatures.split(" ")).toHaveLength(2);
  await admin("DELETE", `/channels/${made.id}`);
  await close();
});

test("an address for mail is added, and its test arrives", async () => {
  const { page, close } = await open("/notifications?ask=add");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail address").fill("finance@acme.example");
  await dialog.getByLabel("Only about one customer").fill("nobody");
  await dialog.getByRole("button", { name: "Add the channel" }).click();
  await dialog.getByRole("alert").getByText("No customer", { exact: false }).waitFor();
  await dialog.getByLabel("Only about one customer").fill("");
  await dialog.getByRole("button", { name: "Add the channel" }).click();
  const item = itemOf(page, "finance@acme.example");
  await item.getByRole("button", { name: /^Send a test/ }).click();
  await item.getByText(/^✓ The test message was taken/).waitFor();
  expect(mail.mails.map(({ to }) => to)).toContain("finance@acme.example");
  await close();
});

test("what was given up is found by its link, and tried again, one and all", async () => {
  receiver.react = () => ({ status: 410 });
  const body = { kind: "webhook", url: receiver.url, name: "gone", events: ["alert.*"] };
  await admin("POST", "/channels", body);
  const userId = `dee-${tries}`;
  await stage.api.addCustomer(userId, "pro");
  await crossThreshold(userId, ["gemini", "gemini-2.5-flash", 4_200_000]);
  await crossThreshold(userId, ["openai", "gpt-4o", 2_100_000]);
  await crossThreshold(userId, ["mistral", "mistral-large-latest", 2_100_000]);
  await expect.poll(async () => (await admin("GET", "/outbox")).counts.dead).toBe(3);
  const { page, faults, close } = await open("/notifications?state=dead");
  const dead = page
    .getByRole("table", { name: "Messages, newest first" })
    .getByRole("row", { name: new RegExp(`Limit nearly used up.*Given up.*gone.*${userId}.*410`) });
  await expect.poll(() => dead.count()).toBe(3);
  const before = receiver.taken.filter(isThreshold).length;
  receiver.react = () => "take";
  await dead
    .first()
    .getByRole("button", { name: /^Try again/ })
    .click();
  await page.getByText("✓ The message to gone is tried again now.").waitFor();
  await expect.poll(() => dead.count()).toBe(2);
  await page.getByRole("button", { name: "Try all 2 again" }).click();
  await page.getByText("✓ 2 messages are tried again now.").waitFor();
  await page.getByText("No such messages").waitFor();
  await expect.poll(() => receiver.taken.filter(isThreshold).length).toBe(before + 3);
  await page.getByRole("combobox", { name: "State" }).click();
  await page.getByRole("option", { name: /^Sent/ }).click();
  await page.waitForURL(/state=sent/);
  await page
    .getByRole("row", { name: /Sent.*gone.*answered 204/ })
    .first()
    .waitFor();
  await page.goto("/notifications?tab=alerts&kind=dead_letter");
  await page.getByRole("link", { name: "Try it again" }).first().click();
  await page.waitForURL(/tab=outbox&state=dead/);
  await page.getByText("No such messages").waitFor();
  expect(faults).toEqual([]);
  await close();
});

const isThreshold = ({ body }: { readonly body: string }): boolean =>
  JSON.parse(body).type === "alert.threshold";

test("the deployment's alerts are read one by one and all at once", async () => {
  const soft = { per: "month", at_cap: "allow" };
  const limits = [
    { meter: "cost", max: `0.${10 + tries}`, ...soft },
    { meter: "calls", max: 10 + tries, ...soft },
  ];
  await admin("PUT", "/limits", { limits });
  await expect.poll(async () => (await admin("GET", "/alerts")).unread_count).toBeGreaterThan(1);
  const { page, faults, close } = await open("/notifications?tab=alerts&kind=limit_reached");
  const list = page.getByRole("list", { name: "Alerts of the deployment, newest first" });
  const unread = list.getByRole("button", { name: "Mark as read" });
  await expect.poll(() => unread.count()).toBe(2);
  await unread.first().click();
  await page.getByText("✓ The alert is marked as read.").waitFor();
  await expect.poll(() => unread.count()).toBe(1);
  await list.getByRole("link", { name: "Change the limits" }).first().click();
  await page.getByRole("dialog").getByText("Limits of the deployment").first().waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.getByText(/ marked as read\.$/).waitFor();
  await expect.poll(async () => (await admin("GET", "/alerts")).unread_count).toBe(0);
  await page.getByRole("tab", { name: "Alerts", exact: true }).waitFor();
  expect(faults).toEqual([]);
  await close();
});
