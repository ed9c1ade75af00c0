/** A receiver that is down: for a day, for good, and for so long that its channel is removed. */
import { expect, test } from "vitest";
import { type NoticeStage, stageNotices, toldIn } from "./receivers/notice-stage.ts";
import type { WebhookReceiver } from "./receivers/webhook-receiver.ts";
import { countWaiting } from "./receivers/what-arrived.ts";

const PLANS = `plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    alert_at: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    limits: [{ meter: tokens, max: 1000 }]
`;
const HOUR_MS = 3_600_000;

test("what a receiver that is down for a day should have had comes when it is up, all of it, in order, once", async () => {
  const { stage, receiver, after } = await downReceiver();
  for (let alert = 1; alert <= 9; alert += 1) {
    await stage.use("ann", 100);
    await after(alert * 2.5);
    // Nobody else waits for it.
    await expect.poll(() => stage.mail.mails.length).toBe(alert);
  }
  await after(24);
  expect(await states(stage)).toMatchObject({ pending: 9 });
  expect(receiver.taken).toEqual([]);

  await receiver.comeBack();
  for (let hour = 25; (await countWaiting(stage.api.rows)) > 0; hour += 1) {
    expect(hour).toBeLessThan(24 + 13);
    await after(hour);
  }
  const told = receiver.posts.map((post) => toldIn(post).data.facts.threshold);
  expect(told).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(await states(stage)).toEqual({ sent: 18 });
});

test("after about three days the operator is told by another channel what was given up, and a retry by hand delivers it", async () => {
  const { stage, receiver } = await downReceiver();
  await stage.channel({ kind: "email", to: "ops@acme.example", events: ["operator.*"] });
  await stage.use("ann", 100);
  await expect.poll(() => states(stage)).toEqual({ pending: 1, sent: 1 });
  const opsMails = () => stage.mail.mails.filter(({ to }) => to === "ops@acme.example");
  // From attempt to attempt, as it would go by itself.
  const triedAt: number[] = [];
  for (;;) {
    const { deliveries: waiting } = await stage.admin("GET", "/api/admin/outbox?state=pending");
    if (waiting.length === 0) break;
    expect(opsMails()).toEqual([]);
    triedAt.push(Date.parse(waiting[0].next_attempt_at));
    await stage.setClock(new Date(waiting[0].next_attempt_at));
  }
  const [first = 0] = triedAt;
  const days = ((triedAt.at(-1) ?? 0) - first) / (24 * HOUR_MS);
  expect(days).toBeGreaterThan(2);
  expect(days).toBeLessThan(4);

  const { deliveries } = await stage.admin("GET", "/api/admin/outbox?state=dead");
  expect(deliveries).toHaveLength(1);
  await expect.poll(() => opsMails().length).toBe(1);
  expect(opsMails()[0]?.text).toContain(receiver.host);

  await receiver.comeBack();
  await stage.admin("POST", `/api/admin/outbox/${deliveries[0].id}/retry`);
  await expect
    .poll(() => receiver.taken.map((post) => toldIn(post).data.facts.threshold))
    .toEqual([10]);
  await expect.poll(() => states(stage)).toEqual({ sent: 3 });
  await stage.use("ann", 100);
  await expect.poll(() => receiver.posts.length).toBe(2);
  expect(opsMails()).toHaveLength(1);
});

test("what waits for a channel that is removed is dropped, and nothing more goes there", async () => {
  const { stage, receiver, after, channelId } = await downReceiver();
  await stage.use("ann", 100);
  await stage.use("ann", 100);
  await after(1);
  expect(await states(stage)).toEqual({ pending: 2, sent: 2 });
  await stage.admin("DELETE", `/api/admin/channels/${channelId}`);
  await receiver.comeBack();
  await after(25);
  await expect.poll(() => states(stage)).toEqual({ dropped: 2, sent: 2 });
  await stage.use("ann", 100);
  await expect.poll(() => states(stage)).toEqual({ dropped: 2, sent: 3 });
  expect(stage.mail.mails).toHaveLength(3);
  expect(receiver.posts).toEqual([]);
});

/** A customer, and a webhook to a receiver that is away. `after`: hours after the beginning. */
async function downReceiver(): Promise<{
  readonly stage: NoticeStage;
  readonly receiver: WebhookReceiver;
  readonly channelId: number;
  readonly after: (hours: number) => Promise<void>;
}> {
  const stage = await stageNotices({ plans: PLANS, receivers: 1 });
  const [receiver] = stage.receivers;
  if (receiver === undefined) throw new Error("There is no receiver.");
  const start = Date.now();
  await stage.customer("ann", "free");
  const events = ["alert.*"];
  const { id } = await stage.channel({ kind: "webhook", url: receiver.url, events });
  await receiver.leave();
  const after = (hours: number) => stage.setClock(new Date(start + hours * HOUR_MS));
  return { stage, receiver, channelId: id, after };
}

/** How many messages are in which state. */
async function states({ api }: NoticeStage): Promise<Record<string, number>> {
  const rows = await api.rows("select state, count(*) as messages from deliveries group by state");
  return Object.fromEntries(rows.map(({ state, messages }) => [state, Number(messages)]));
}
