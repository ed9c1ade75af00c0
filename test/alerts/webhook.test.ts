/** Webhooks are signed as Standard Webhooks says, carry what their schemas promise, and say what became of them. */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createDeliver } from "../../src/alerts/channels/deliver.ts";
import { WEBHOOK_EVENTS } from "../../src/api/contract/webhook-events.ts";
import { describeApi } from "../../src/api/described-api.ts";
import { EVENT_TYPES } from "../../src/core/alerts/event-types.ts";
import { type Answered, type Asked, type HttpReceiver, startReceiver } from "./bare-receiver.ts";
import { attempt } from "./delivering.ts";
import { SAMPLES } from "./sample-messages.ts";

const [FORMER, PRESENT] = [newSecret(), newSecret()];
const MESSAGE = SAMPLES["alert.threshold"];
const open: HttpReceiver[] = [];

afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close();
});

describe("signatures, by the standardwebhooks library itself", () => {
  test("one secret verifies, a foreign one does not", async () => {
    const asked = await sent({ secrets: [PRESENT] });
    expect(verify(PRESENT, asked)).toMatchObject({ type: "alert.threshold" });
    expect(() => verify(newSecret(), asked)).toThrow("No matching signature");
  });

  test("during a rotation the old secret and the new one both verify", async () => {
    const asked = await sent({ secrets: [PRESENT, FORMER] });
    expect(verify(FORMER, asked)).toEqual(verify(PRESENT, asked));
    expect(String(asked.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    expect(String(asked.headers["webhook-signature"]).split(" ")[0]).toBe(
      new Webhook(PRESENT).sign(MESSAGE.id, signedAt(asked), asked.body),
    );
  });

  test("after a rotation the old secret verifies nothing any more", async () => {
    const asked = await sent({ secrets: [PRESENT] });
    expect(() => verify(FORMER, asked)).toThrow("No matching signature");
  });

  test("a body, an id or a time that was tampered with is refused", async () => {
    const asked = await sent({ secrets: [PRESENT] });
    const dearer = asked.body.replace("4,000", "5,000");
    expect(dearer).not.toBe(asked.body);
    const later = String(Number(asked.headers["webhook-timestamp"]) + 1);
    const wrong: readonly Asked[] = [
      { ...asked, body: dearer },
      { ...asked, headers: { ...asked.headers, "webhook-id": "another" } },
      { ...asked, headers: { ...asked.headers, "webhook-timestamp": later } },
    ];
    for (const one of wrong) expect(() => verify(PRESENT, one)).toThrow("No matching signature");
  });

  test("sent again, it has the same id and the same bytes", async () => {
    const receiver = await receive();
    for (const status of [1, 2]) {
      expect(await send(receiver, [PRESENT]), String(status)).toEqual({
        kind: "sent",
        status: 200,
      });
    }
    const [first, second] = receiver.asked;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(first?.headers["webhook-id"]).toBe(MESSAGE.id);
  });

  test("says who sends it, in JSON, and keeps no connection", async () => {
    const { headers, path } = await sent({ secrets: [PRESENT] });
    expect(path).toBe("/in?who=purser");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Purser/9.8.7",
      connection: "close",
    });
  });
});

describe("bodies", () => {
  test("every event type has its schema", () => {
    expect(WEBHOOK_EVENTS.map(({ type }) => type)).toEqual([...EVENT_TYPES]);
    for (const type of EVENT_TYPES) expect(SAMPLES[type].event).toBe(type);
  });

  test.each(WEBHOOK_EVENTS)(
    "what is sent of $type is what its schema says, and nothing else",
    async ({ type, schema }) => {
      const receiver = await receive();
      const target = {
        kind: "webhook",
        url: `http://${receiver.host}/`,
        secrets: [PRESENT],
      } as const;
      await attempt(SAMPLES[type], target, { privateReceivers: [receiver.host] });
      const [asked] = receiver.asked;
      const body = asked === undefined ? null : verify(PRESENT, asked);
      // A field that no schema names would be missing here.
      expect(schema.parse(body)).toEqual(body);
    },
  );

  test("OpenAPI describes each, and the headers that verify it", () => {
    const { webhooks } = z
      .object({ webhooks: z.record(z.string(), z.object({ post: z.looseObject({}) })) })
      .parse(describeApi([], "1"));
    expect(Object.keys(webhooks)).toEqual([...EVENT_TYPES]);
    expect(JSON.stringify(webhooks["channel.test"])).toContain("webhook-signature");
  });

  test("amounts are numbers, cost in dollars, and our own id of the customer stays here", async () => {
    const bodies = await Promise.all(
      (["alert.limit_reached", "operator.negative_margin", "alert.threshold"] as const).map(
        async (type) => {
          const receiver = await receive();
          const url = `http://${receiver.host}/`;
          const target = { kind: "webhook", url, secrets: [PRESENT] } as const;
          await attempt(SAMPLES[type], target, { privateReceivers: [receiver.host] });
          return receiver.asked[0]?.body ?? "";
        },
      ),
    );
    const [limit, margin, calls] = bodies.map((body) => JSON.parse(body).data.facts);
    expect(limit).toMatchObject({ used: 150.0125, cap: 150 });
    expect(margin).toMatchObject({ cost: 91.25, amount: 79 });
    expect(calls).toMatchObject({ used: 4000, cap: 5000 });
    for (const body of bodies) expect(body).not.toContain("c-ada");
  });
});

describe("what a receiver answers", () => {
  test.each([200, 201, 202, 204])("%i is sent", async (status) => {
    expect(await send(await receive(() => ({ status })), [PRESENT])).toEqual({
      kind: "sent",
      status,
    });
  });

  test.each([400, 401, 404, 500, 502])("%i failed and may be tried again", async (status) => {
    const receiver = await receive(() => ({ status, body: "secret words of the receiver" }));
    expect(await send(receiver, [PRESENT])).toEqual({
      kind: "failed",
      status,
      reason: `${receiver.host} answered ${status}.`,
    });
  });

  test("410 is final", async () => {
    const receiver = await receive(() => ({ status: 410 }));
    expect(await send(receiver, [PRESENT])).toMatchObject({ status: 410, isFinal: true });
  });

  test.each([
    [429, "120", 120_000],
    [503, "7", 7_000],
  ])("%i with Retry-After: %s asks for a pause", async (status, pause, retryAfterMs) => {
    const receiver = await receive(() => ({ status, headers: { "retry-after": pause } }));
    expect(await send(receiver, [PRESENT])).toMatchObject({ kind: "failed", status, retryAfterMs });
  });

  test("Retry-After may be a date; one that is past or cannot be read asks for nothing", async () => {
    const pauseOf = async (header: string) => {
      const receiver = await receive(() => ({ status: 503, headers: { "retry-after": header } }));
      const attempted = await send(receiver, [PRESENT]);
      return attempted.kind === "failed" ? attempted.retryAfterMs : null;
    };
    const inTwoHours = await pauseOf(new Date(Date.now() + 7_200_000).toUTCString());
    expect(inTwoHours).toBeGreaterThan(7_100_000);
    expect(inTwoHours).toBeLessThanOrEqual(7_200_000);
    expect(await pauseOf("Thu, 01 Jan 2015 00:00:00 GMT")).toBe(0);
    expect(await pauseOf("soon")).toBeUndefined();
    expect(await pauseOf("-5")).toBeUndefined();
  });

  test("a 500 asks for no pause, whatever it says", async () => {
    const receiver = await receive(() => ({ status: 500, headers: { "retry-after": "9" } }));
    expect(await send(receiver, [PRESENT])).not.toHaveProperty("retryAfterMs");
  });
});

describe("the other targets", () => {
  test("the log gets one line at the message's level", async () => {
    const lines: unknown[] = [];
    const line =
      (level: string) =>
      (...of: unknown[]) =>
        lines.push([level, ...of]);
    const log = { info: line("info"), warn: line("warn"), error: line("error") };
    await attempt(SAMPLES["alert.limit_reached"], { kind: "log" }, { log });
    expect(lines).toEqual([
      [
        "error",
        expect.objectContaining({
          event: "alert.limit_reached",
          message_id: MESSAGE.id,
          user_id: "ada",
          percent: 100,
        }),
        SAMPLES["alert.limit_reached"].words.title,
      ],
    ]);
  });

  test("mail without PURSER_SMTP_URL fails and says so", async () => {
    const attempted = await attempt(MESSAGE, { kind: "email", to: "ada@example.com" });
    expect(attempted).toMatchObject({ kind: "failed" });
    expect(attempted).toHaveProperty("reason", expect.stringContaining("PURSER_SMTP_URL"));
  });

  test("after close no attempt is made", async () => {
    const receiver = await receive();
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const ports = { mail: null, log, privateReceivers: [receiver.host], version: "1" };
    const { deliver, close } = createDeliver(ports);
    close();
    const target = {
      kind: "webhook",
      url: `http://${receiver.host}/`,
      secrets: [PRESENT],
    } as const;
    expect(await deliver(MESSAGE, target, new AbortController().signal)).toEqual({
      kind: "failed",
      reason: "Stopped before it was answered.",
    });
    expect(receiver.asked).toEqual([]);
  });
});

async function receive(answer?: (asked: Asked) => Answered): Promise<HttpReceiver> {
  const receiver = await startReceiver(answer);
  open.push(receiver);
  return receiver;
}

function send(receiver: HttpReceiver, secrets: readonly string[]) {
  const url = `http://${receiver.host}/in?who=purser`;
  const target = { kind: "webhook", url, secrets } as const;
  return attempt(MESSAGE, target, { privateReceivers: [receiver.host] });
}

/** What the receiver got. */
async function sent({ secrets }: { secrets: readonly string[] }): Promise<Asked> {
  const receiver = await receive();
  expect(await send(receiver, secrets)).toEqual({ kind: "sent", status: 200 });
  const [asked] = receiver.asked;
  if (asked === undefined) throw new Error("Nothing arrived.");
  return asked;
}

function verify(secret: string, { body, headers }: Asked): unknown {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  return new Webhook(secret).verify(body, signed);
}

function signedAt({ headers }: Asked): Date {
  return new Date(Number(headers["webhook-timestamp"]) * 1_000);
}

function newSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}
