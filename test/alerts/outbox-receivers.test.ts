/** Who is told of what: by their channels, by a customer's wishes, and in the shape that is promised. */
import { expect, test } from "vitest";
import { messageIdOf } from "../../src/alerts/outbox/message-id.ts";
import { WEBHOOK_EVENTS } from "../../src/api/contract/webhook-events.ts";
import type { CustomerId, UserId } from "../../src/core/ids.ts";
import {
  type AlertPreferences,
  changeAlertPreferences,
} from "../../src/insights/alert-preferences.ts";
import { type OutboxStage, stageOutbox } from "./outbox-stage.ts";
import { toldIn } from "./receivers/notice-stage.ts";

async function wish(
  { store, clock }: OutboxStage,
  customer: CustomerId,
  wishes: Partial<AlertPreferences>,
): Promise<void> {
  const change = (before: AlertPreferences) => ({ ...before, ...wishes });
  await changeAlertPreferences(store, customer, { change, at: clock.now() });
}

const receiversOf = async (stage: OutboxStage) =>
  (await stage.deliveries()).map(([receiver]) => receiver);

test("the operator's channels, the customer's own and their address are told; another customer's and a paused one are not", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  const [ann, bob] = [await stage.customer("ann", "ann@example.com"), await stage.customer("bob")];
  await stage.webhook(receiver, ["alert.*"]);
  await stage.webhook(receiver, ["operator.*", "alert.threshold"]);
  await stage.webhook(receiver, ["*"], ann);
  await stage.webhook(receiver, ["*"], bob);
  const paused = await stage.webhook(receiver, ["*"]);
  await stage.channels.edit(paused, { paused: true }, "test");
  const { dispatcher } = stage.node({ sendsMail: true });
  await stage.raise(ann, 1);
  await dispatcher.runDue();
  expect(await receiversOf(stage)).toEqual([`customer:${ann}`, "channel:1", "channel:3"]);
  await stage.raise(bob, 2);
  await dispatcher.runDue();
  expect((await receiversOf(stage)).slice(3)).toEqual(["channel:1", "channel:4"]);
});

test("a customer's wishes are kept to: no mail, no mail of that kind, none of their webhooks; the operator hears all the same", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  const ann = await stage.customer("ann", "ann@example.com");
  await stage.webhook(receiver, ["*"]);
  await stage.webhook(receiver, ["*"], ann);
  const { dispatcher } = stage.node({ sendsMail: true });
  const told = async (n: number): Promise<string[]> => {
    const before = await receiversOf(stage);
    await stage.raise(ann, n);
    await dispatcher.runDue();
    return (await receiversOf(stage)).slice(before.length);
  };
  const channels = { email: true, webhook: true, slack: true, in_app: true };
  await wish(stage, ann, { channels: { ...channels, email: false } });
  expect(await told(1)).toEqual(["channel:1", "channel:2"]);
  await wish(stage, ann, { channels: { ...channels, webhook: false } });
  expect(await told(2)).toEqual([`customer:${ann}`, "channel:1"]);
  await wish(stage, ann, { channels, unsubscribed: ["error_rate"] });
  expect(await told(3)).toEqual(["channel:1", "channel:2"]);
  await wish(stage, ann, { unsubscribed: ["threshold"] });
  expect(await told(4)).toEqual([`customer:${ann}`, "channel:1", "channel:2"]);
});

test("who unsubscribes while a mail waits gets it no more", async () => {
  const stage = await stageOutbox();
  const ann = await stage.customer("ann", "ann@example.com");
  const { dispatcher, counts } = stage.node({ sendsMail: true });
  await stage.raise(ann, 1);
  await dispatcher.runDue();
  expect(await stage.deliveries()).toEqual([[`customer:${ann}`, "pending", 1]]);
  await wish(stage, ann, { unsubscribed: ["error_rate"] });
  stage.later(60_000);
  await dispatcher.runDue();
  expect(await stage.deliveries()).toEqual([[`customer:${ann}`, "dropped", 1]]);
  expect(counts).toEqual({ "email failed": 1, "email dropped": 1 });
});

test("with nobody to tell, an alert counts as sent when that was found; in the app it is read where nobody wants it there", async () => {
  const stage = await stageOutbox();
  const [ann, bob] = [await stage.customer("ann"), await stage.customer("bob")];
  const channels = { email: true, webhook: true, slack: true, in_app: false };
  await wish(stage, bob, { channels });
  await stage.raise(ann, 1);
  await stage.raise(bob, 2);
  stage.later(1_000);
  const at = BigInt(stage.clock.at);
  const { dispatcher } = stage.node();
  await dispatcher.runDue();
  const alerts = await stage.rows("select sent_at, read_at, advice from alerts order by id");
  expect(alerts.map(({ sent_at, read_at }) => [sent_at, read_at].map(whole))).toEqual([
    [at, null],
    [at, at],
  ]);
  expect(alerts.map(({ advice }) => advice)).toEqual(["{}", "{}"]);
});

test("an alert counts as sent at its first delivery, not before", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  receiver.react = () => ({ status: 500 });
  await stage.webhook(receiver);
  await stage.raise(await stage.customer("ann"), 1);
  const { dispatcher } = stage.node();
  const sentAt = async () =>
    whole((await stage.rows("select sent_at from alerts"))[0]?.["sent_at"]);
  await dispatcher.runDue();
  expect(await sentAt()).toBeNull();
  receiver.react = () => "take";
  stage.later(60_000);
  await dispatcher.runDue();
  expect(await sentAt()).toBe(BigInt(stage.clock.at));
});

test("webhooks are as their schemas say, of an alert and of a subscription; ids are the same wherever they are made", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  await stage.webhook(receiver);
  const [version] = await stage.rows("select id from plan_versions");
  const subscription = { planVersionId: Number(version?.["id"]), billingCycle: "monthly" as const };
  const userId = "ann" as UserId;
  const { id } = await stage.customers.create({ userId, name: "Ann", subscription }, "test");
  await stage.raise(id, 7);
  const upgrade = { plan_id: 2, plan_name: "Pro", price_monthly: 79, reason: "Pro has more." };
  const { dispatcher } = stage.node({ advise: async () => ({ upgrade }) });
  await dispatcher.runDue();
  const told = receiver.posts.map(toldIn);
  expect(told.map(({ type }) => type)).toEqual(["subscription.changed", "alert.error_rate"]);
  for (const each of told) {
    const schema = WEBHOOK_EVENTS.find(({ type }) => type === each.type)?.schema;
    expect(schema?.safeParse(each).error).toBeUndefined();
  }
  const [changed, failing] = told;
  expect(changed?.data.message).toBe("Customer ann's subscription to free, monthly, is active.");
  expect(failing?.data).toMatchObject({
    customer: { user_id: "ann", name: "Ann" },
    facts: { calls: 7 },
    advice: { upgrade },
    link: { url: "http://purser.example" },
  });
  const installation = "0123456789abcdef0123456789abcdef";
  const ids = [1n, 2n].map((outboxId) =>
    messageIdOf({ outboxId, receiver: "channel:1", installation }),
  );
  expect(receiver.posts.map(({ id: own }) => own)).toEqual(ids);
  for (const own of ids) expect(own).toMatch(/^[a-z0-9]+\.[a-f0-9]{16}\.[a-f0-9]{32}$/);
});

/** What a database says as a whole number, which may be too small for a bigint. */
function whole(value: unknown): bigint | null {
  return value === null || value === undefined ? null : BigInt(String(value));
}
