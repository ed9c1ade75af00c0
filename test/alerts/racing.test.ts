/** 1,000 calls race over the thresholds of ten limits on SQLite, and the server is killed twice while it sends. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startKillableServer } from "./receivers/killable-server.ts";
import { startMailServer } from "./receivers/mail-server.ts";
import { CALLS, raceCalls, TEN_LIMITS, wrongAlerts } from "./receivers/ten-limits.ts";
import { failsHalfOfTheTime, startWebhookReceiver } from "./receivers/webhook-receiver.ts";
import { countWaiting, wrongArrivals } from "./receivers/what-arrived.ts";

const STEP_MS = 3_600_000;
const STEPS_MOST = 200;

test("of every threshold one alert, one mail and one webhook, though the receiver fails half of the time and the sender is killed in the middle of a mail and of a webhook", {
  timeout: 120_000,
}, async () => {
  const mail = await startMailServer();
  onTestFinished(() => mail.close());
  const receiver = await startWebhookReceiver();
  onTestFinished(() => receiver.close());
  const server = await startKillableServer(TEN_LIMITS, {
    PURSER_LOG_LEVEL: "silent",
    PURSER_SMTP_URL: mail.url,
    PURSER_MAIL_FROM: "Acme <alerts@acme.example>",
    PURSER_PRIVATE_RECEIVERS: receiver.host,
  });
  onTestFinished(() => server.close());
  await server.admin("POST", "/api/admin/customers", {
    id: "racer",
    email: "racer@customer.example",
    plan_id: "ten",
  });
  const channel = await server.admin("POST", "/api/admin/channels", {
    kind: "webhook",
    url: receiver.url,
    events: ["alert.*"],
  });
  expect(channel.status).toBe(201);

  // The worst moments: it arrived, and whoever sent it does not live to hear so.
  mail.beforeAnswer = async () => {
    if (server.kills === 0 && mail.mails.length >= 3) await server.kill();
  };
  const failing = failsHalfOfTheTime(6, ["cut", "take unheard", { status: 503 }]);
  receiver.react = async (post) => {
    if (server.kills !== 1 || receiver.posts.length < 4) return failing(post);
    await server.kill();
    return "take unheard";
  };

  await raceCalls({ customer: "racer", key: server.adminKey, urlOf: () => server.url });
  let now = Date.now();
  for (let step = 0; (await countWaiting(server.rows)) > 0; step += 1) {
    expect(step).toBeLessThan(STEPS_MOST);
    now += STEP_MS;
    await server.setClock(new Date(now));
    await sleep(1);
  }

  expect(server.kills).toBe(2);
  const counted = await server.rows("select count(*) as calls from events");
  expect(Number(counted[0]?.["calls"])).toBe(CALLS);
  expect(await wrongAlerts(server.rows)).toEqual([]);
  const { mails } = mail;
  const { taken, posts } = receiver;
  expect(await wrongArrivals({ rows: server.rows, mails, taken, kills: 2 })).toEqual([]);
  // It did fail, and repeats did come.
  expect(posts.length).toBeGreaterThan(taken.length + 5);
});
