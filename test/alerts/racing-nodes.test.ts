/** 1,000 calls race over the thresholds of ten limits on three PostgreSQL nodes, and whichever node sends is killed, twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { whyNoPostgres } from "../postgres/shared-database.ts";
import { type Node, startThreeNodes, type ThreeNodes } from "../postgres/three-nodes.ts";
import { startMailServer } from "./receivers/mail-server.ts";
import { CALLS, raceCalls, TEN_LIMITS, wrongAlerts } from "./receivers/ten-limits.ts";
import { failsHalfOfTheTime, startWebhookReceiver } from "./receivers/webhook-receiver.ts";
import { countWaiting, wrongArrivals } from "./receivers/what-arrived.ts";

const missing = whyNoPostgres();
describe.skipIf(missing !== null)(
  missing === null ? "on PostgreSQL" : `skipped: ${missing}`,
  () => {
    test("of every threshold one alert, one mail and one webhook, though the receiver fails half of the time and the node that sends is killed in the middle of a mail and of a webhook", {
      timeout: 120_000,
    }, async () => {
      const mail = await startMailServer();
      onTestFinished(() => mail.close());
      const receiver = await startWebhookReceiver();
      onTestFinished(() => receiver.close());
      const three = await startThreeNodes(TEN_LIMITS, {
        PURSER_LOG_LEVEL: "silent",
        PURSER_SMTP_URL: mail.url,
        PURSER_MAIL_FROM: "Acme <alerts@acme.example>",
        PURSER_PRIVATE_RECEIVERS: receiver.host,
      });
      onTestFinished(() => three.close());
      const [{ admin, settings }] = three.nodes;
      await admin("POST", "/api/admin/customers", {
        id: "racer",
        email: "racer@customer.example",
        plan_id: "ten",
      });
      const channel = await admin("POST", "/api/admin/channels", {
        kind: "webhook",
        url: receiver.url,
        events: ["alert.*"],
      });
      expect(channel.status).toBe(201);

      // The worst moments: it arrived, and whoever sent it does not live to hear so.
      const dead: Node[] = [];
      let kills = 0;
      const killSender = async (): Promise<void> => {
        kills += 1;
        const sender = await holderOfJobs(three);
        dead.push(sender);
        await sender.end("SIGKILL");
      };
      mail.beforeAnswer = async () => {
        if (kills === 0 && mail.mails.length >= 3) await killSender();
      };
      const failing = failsHalfOfTheTime(8, ["cut", "take unheard", { status: 503 }]);
      receiver.react = async (post) => {
        const isOfSecond = kills === 1 && !dead.includes(await holderOfJobs(three));
        // Another may have come while the holder was looked up.
        if (!isOfSecond || kills > 1) return failing(post);
        await killSender();
        return "take unheard";
      };

      const urlOf = (call: number): string => {
        const nodes = three.nodes.filter((node) => !dead.includes(node));
        return nodes[call % nodes.length]?.url ?? "";
      };
      await raceCalls({
        customer: "racer",
        key: settings["PURSER_ADMIN_KEY"] ?? "",
        urlOf,
      });
      while ((await countWaiting(three.rows)) > 0) {
        const holder = await holderOfJobs(three);
        if (!dead.includes(holder)) await retryWaiting(holder);
        await sleep(50);
      }

      expect(dead.length).toBe(2);
      const counted = await three.rows("select count(*) as calls from events");
      expect(Number(counted[0]?.["calls"])).toBe(CALLS);
      expect(await wrongAlerts(three.rows)).toEqual([]);
      const { mails } = mail;
      const { taken, posts } = receiver;
      expect(await wrongArrivals({ rows: three.rows, mails, taken, kills: 2 })).toEqual([]);
      expect(posts.length).toBeGreaterThan(taken.length + 5);
    });
  },
);

/** Time is real here, so nobody waits for the end of a pause: the operator has each one tried again. */
async function retryWaiting({ admin }: Node): Promise<void> {
  try {
    const { data } = await admin("GET", "/api/admin/outbox?state=pending");
    for (const { id, attempts } of data.deliveries) {
      if (attempts > 0) await admin("POST", `/api/admin/outbox/${id}/retry`);
    }
  } catch (fault) {
    // It is killed in the middle of that.
    if (!(fault instanceof TypeError)) throw fault;
  }
}

async function holderOfJobs(three: ThreeNodes): Promise<Node> {
  const [lease] = await three.rows("select holder from leases where name = 'jobs'");
  const node = three.nodes.find(({ nodeId }) => String(lease?.["holder"]).startsWith(nodeId));
  if (node === undefined) throw new Error(`Nobody has the jobs: ${JSON.stringify(lease)}.`);
  return node;
}
