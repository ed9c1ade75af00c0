/** The outbox as an administrator sees it: each message to each receiver in words, in pages, and tried again by hand. */
import { expect, test } from "vitest";
import { type NoticeStage, stageNotices } from "../alerts/receivers/notice-stage.ts";
import type { WebhookReceiver } from "../alerts/receivers/webhook-receiver.ts";

const PLANS = `plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    alert_at: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    limits: [{ meter: tokens, max: 1000 }]
`;

test("says of each message whom it is for, whom it is about and how far it has come", async () => {
  const { stage, receiver, channelId } = await opsChannel();
  receiver.react = () => ({ status: 500 });
  await stage.use("ann", 100);
  await expect.poll(() => outbox(stage, "")).toMatchObject({ counts: { pending: 1, sent: 1 } });
  await expect.poll(async () => (await outbox(stage, "")).deliveries[0].attempts).toBe(1);
  const page = await outbox(stage, "");
  expect(page).toMatchObject({
    counts: { pending: 1, sent: 1, dead: 0, dropped: 0 },
    limit: 100,
    has_more: false,
    deliveries: [
      {
        receiver: "ops",
        channel_id: channelId,
        user_id: "ann",
        event: "alert.threshold",
        state: "pending",
        attempts: 1,
        next_attempt_at: expect.stringMatching(/Z$/),
        last_status: 500,
        ended_at: null,
      },
      {
        receiver: "mail to customer ann",
        channel_id: null,
        user_id: "ann",
        state: "sent",
        attempts: 1,
        next_attempt_at: null,
        last_error: null,
        ended_at: expect.stringMatching(/Z$/),
      },
    ],
  });
  expect(page.deliveries[0].last_error).toContain("500");
  expect(page.deliveries[0].message_id).toBe(receiver.posts[0]?.id);
  expect(page).not.toHaveProperty("next_cursor");
  const { channels } = await stage.admin("GET", "/api/admin/channels");
  expect(channels).toMatchObject([
    {
      waiting: 1,
      last_message: { event: "alert.threshold", state: "pending", error: expect.any(String) },
    },
  ]);
  await stage.admin("DELETE", `/api/admin/channels/${channelId}`);
  expect((await outbox(stage, "")).deliveries[0].receiver).toBe(`channel ${channelId}, removed`);
});

test("is narrowed by state, channel and customer, and read in pages that hold each once", async () => {
  const { stage, channelId } = await opsChannel();
  await stage.customer("bob", "free");
  for (const customer of ["ann", "bob", "ann"]) {
    await stage.use(customer, 100);
    await expect.poll(async () => (await outbox(stage, "?state=pending")).deliveries).toEqual([]);
  }
  await expect.poll(async () => (await outbox(stage, "")).counts.sent).toBe(6);
  const ids = async (query: string) =>
    (await outbox(stage, query)).deliveries.map(({ id }: { id: number }) => id);
  const all = await ids("");
  expect(all).toEqual(all.toSorted((one: number, other: number) => other - one));
  expect(await ids("?state=dead")).toEqual([]);
  expect(await ids("?state=sent")).toEqual(all);
  expect(await ids(`?channel_id=${channelId}`)).toHaveLength(3);
  expect(await ids("?user_id=bob")).toHaveLength(2);
  expect(await ids(`?user_id=bob&channel_id=${channelId}`)).toHaveLength(1);
  const paged: number[] = [];
  for (let query = "?limit=4"; ; ) {
    const page = await outbox(stage, query);
    paged.push(...page.deliveries.map(({ id }: { id: number }) => id));
    expect(page.counts.sent).toBe(6);
    if (!page.has_more) break;
    query = `?limit=4&cursor=${page.next_cursor}`;
  }
  expect(paged).toEqual(all);
  const nobody = await ask(stage, "GET", "?user_id=nobody");
  expect(nobody.status).toBe(404);
  for (const [query, field] of [
    ["?cursor=x", "cursor"],
    ["?state=lost", "state"],
    ["?channel_id=0", "channel_id"],
  ]) {
    const refused = await ask(stage, "GET", query ?? "");
    expect(refused.body, query).toMatchObject({ error: "invalid_request", field });
  }
});

test("sends at once what is retried by hand, with all attempts anew where it was given up", async () => {
  const { stage, receiver } = await opsChannel();
  receiver.react = () => ({ status: 500 });
  await stage.use("ann", 100);
  await expect.poll(() => receiver.posts.length).toBe(1);
  const [waiting] = (await outbox(stage, "?state=pending")).deliveries;
  await stage.admin("POST", `/api/admin/outbox/${waiting.id}/retry`);
  await expect.poll(() => receiver.posts.length).toBe(2);
  // What the receiver will never take is given up.
  receiver.react = () => ({ status: 410 });
  await stage.admin("POST", `/api/admin/outbox/${waiting.id}/retry`);
  await expect.poll(async () => (await outbox(stage, "?state=dead")).deliveries.length).toBe(1);
  const [dead] = (await outbox(stage, "?state=dead")).deliveries;
  expect(dead).toMatchObject({ id: waiting.id, attempts: 3, last_status: 410 });
  receiver.react = () => "take";
  expect(await stage.admin("POST", `/api/admin/outbox/${dead.id}/retry`)).toEqual({
    queued: true,
  });
  await expect.poll(() => receiver.taken.map(({ id }) => id)).toContain(dead.message_id);
  await expect.poll(async () => (await outbox(stage, "?state=dead")).deliveries).toEqual([]);
  const sent = (await outbox(stage, "?state=sent")).deliveries;
  expect(sent.find(({ id }: { id: number }) => id === dead.id)).toMatchObject({ attempts: 1 });
});

test("sends nothing twice, and refuses ids that are none", async () => {
  const { stage, receiver } = await opsChannel();
  await stage.use("ann", 100);
  await expect.poll(async () => (await outbox(stage, "")).counts.sent).toBe(2);
  const [{ id }] = (await outbox(stage, "")).deliveries;
  const again = await ask(stage, "POST", `/${id}/retry`);
  expect(again.status).toBe(409);
  expect(again.body).toMatchObject({ error: "conflict" });
  expect((await ask(stage, "POST", "/999999/retry")).status).toBe(404);
  expect((await ask(stage, "POST", "/first/retry")).body).toMatchObject({
    error: "invalid_request",
    field: "id",
  });
  expect(receiver.posts).toHaveLength(1);
});

/** ann, who is mailed, and a webhook named ops. */
async function opsChannel(): Promise<{
  readonly stage: NoticeStage;
  readonly receiver: WebhookReceiver;
  readonly channelId: number;
}> {
  const stage = await stageNotices({ plans: PLANS, receivers: 1 });
  const [receiver] = stage.receivers;
  if (receiver === undefined) throw new Error("There is no receiver.");
  await stage.customer("ann", "free");
  const wanted = { kind: "webhook", url: receiver.url, name: "ops", events: ["alert.*"] };
  const { id } = await stage.channel(wanted);
  return { stage, receiver, channelId: id };
}

function outbox(stage: NoticeStage, query: string) {
  return stage.admin("GET", `/api/admin/outbox${query}`);
}

function ask({ api }: NoticeStage, method: string, rest: string) {
  return api.ask(method, `/api/admin/outbox${rest}`, { key: api.adminKey });
}
