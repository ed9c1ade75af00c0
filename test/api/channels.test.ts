/** Channels: made, changed, tried and removed, with secrets that are seen once, and receivers that do as they like. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MailServer, startMailServer } from "../alerts/receivers/mail-server.ts";
import { type Answer, type RunningApi, runApi } from "./running-api.ts";

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let api: RunningApi;
let mail: MailServer;
let receiver: Server;
let receiverUrl: string;
let answerStatus = 200;
const received: Received[] = [];
const SLACK = "https://hooks.slack.com/services/T000/B000/XXXXsecretWXYZ";
const NOON = "2026-05-01T12:00:00.000Z";

beforeAll(async () => {
  mail = await startMailServer();
  receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(answerStatus).end("thanks");
    });
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  const { port } = receiver.address() as AddressInfo;
  receiverUrl = `http://127.0.0.1:${port}/hooks`;
  api = await runApi({
    PURSER_SMTP_URL: mail.url,
    PURSER_MAIL_FROM: "Acme <alerts@acme.example>",
    PURSER_PRIVATE_RECEIVERS: `127.0.0.1:${port},127.0.0.1:1`,
  });
  await api.addCustomer("ada", "pro");
  await setClock(NOON);
});
afterAll(async () => {
  await api.close();
  await mail.close();
  await new Promise((done) => receiver.close(done));
});

const admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
  api.ask(method, `/api/admin${path}`, {
    key: api.adminKey,
    ...(body === undefined ? {} : { body }),
  });

async function setClock(now: string): Promise<void> {
  expect((await admin("POST", "/clock", { now })).status).toBe(200);
}

async function make(body: unknown) {
  const made = await admin("POST", "/channels", body);
  expect(made.status, made.text).toBe(201);
  return made.body.data;
}

async function auditOf(id: number) {
  const log = await admin("GET", `/audit-log?subject=channel:${id}`);
  return log.body.data.entries as { action: string; details: unknown; actor: string }[];
}

describe("a webhook", () => {
  test("is made with a secret that is shown this once and kept nowhere in the clear", async () => {
    const made = await make({ kind: "webhook", url: `${receiverUrl}?token=hidden` });
    expect(made).toMatchObject({
      kind: "webhook",
      name: new URL(receiverUrl).host,
      user_id: null,
      events: ["*"],
      url: receiverUrl,
      paused: false,
      waiting: 0,
      last_message: null,
    });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const secret = made.secret.slice("whsec_".length);
    const shown = [
      await admin("GET", "/channels"),
      await admin("PATCH", `/channels/${made.id}`, { name: "ops" }),
      await admin("GET", "/audit-log"),
    ];
    for (const { text } of shown) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain("hidden");
    }
    const [row] = await api.rows(`select * from channels where id = ${made.id}`);
    const sealed = Buffer.from(row?.["sealed"] as Uint8Array).toString("latin1");
    expect(sealed).not.toContain(secret);
    expect(sealed).not.toContain("hooks");
    expect(await auditOf(made.id)).toMatchObject([
      { action: "channel.edit", details: { fields: ["name"] } },
      { action: "channel.create", details: { kind: "webhook" }, actor: "admin key" },
    ]);
  });

  test("takes a secret of one's own, in the form of the Standard Webhooks only", async () => {
    const own = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    const made = await make({ kind: "webhook", url: receiverUrl, secret: own });
    expect(made.secret).toBe(own);
    const wrong = [
      Buffer.alloc(24, 7).toString("base64"),
      `whsec_${Buffer.alloc(23, 7).toString("base64")}`,
      `whsec_${Buffer.alloc(65, 7).toString("base64")}`,
      "whsec_not base64 at all, and quite long",
    ];
    for (const secret of wrong) {
      const refused = await admin("POST", "/channels", {
        kind: "webhook",
        url: receiverUrl,
        secret,
      });
      expect(refused.status, secret).toBe(400);
      expect(refused.body).toMatchObject({
        field: "secret",
        reason: "must be whsec_ and the base64 of 24 to 64 random bytes; left out, one is made.",
      });
      expect(refused.text).not.toContain(secret);
    }
  });

  test("is tried with a message that its secret verifies, and nothing of it is kept", async () => {
    const made = await make({ kind: "webhook", url: receiverUrl, name: "ops" });
    received.length = 0;
    const tried = await admin("POST", `/channels/${made.id}/test`);
    expect(tried.body.data).toEqual({
      delivered: true,
      status: 200,
      took_ms: expect.any(Number),
    });
    const [one] = received;
    expect(received).toHaveLength(1);
    expect(new Webhook(made.secret).verify(one?.body ?? "", one?.headers ?? {})).toMatchObject({
      type: "channel.test",
      timestamp: NOON,
      data: { channel_id: made.id, channel: "ops", customer: null },
    });
    expect((await admin("GET", "/outbox")).body.data.deliveries).toEqual([]);
  });

  test("signs with the replaced secret too, until the overlap ends", async () => {
    const made = await make({ kind: "webhook", url: receiverUrl });
    const rotated = await admin("PATCH", `/channels/${made.id}`, {
      rotate_secret: true,
      overlap_seconds: 3_600,
    });
    expect(rotated.status, rotated.text).toBe(200);
    const { secret, replaced_secret_ends_at: endsAt } = rotated.body.data;
    expect(secret).toMatch(/^whsec_/);
    expect(secret).not.toBe(made.secret);
    expect(endsAt).toBe("2026-05-01T13:00:00.000Z");
    expect(await verifiedBy(made.id, made.secret, secret)).toEqual([true, true]);
    await setClock("2026-05-01T13:00:00.000Z");
    expect(await verifiedBy(made.id, made.secret, secret)).toEqual([false, true]);
    const list = await admin("GET", "/channels");
    const listed = list.body.data.channels.find(({ id }: { id: number }) => id === made.id);
    expect(listed).not.toHaveProperty("replaced_secret_ends_at");
    expect(await auditOf(made.id)).toMatchObject([
      { action: "channel.rotate", details: { overlap_seconds: 3_600 } },
      { action: "channel.create" },
    ]);
    await setClock(NOON);
  });

  test("without an overlap has one secret at once, also those of an overlap that ran", async () => {
    const made = await make({ kind: "webhook", url: receiverUrl });
    const second = await rotate(made.id, {});
    const third = await rotate(made.id, { overlap_seconds: 0 });
    expect(await verifiedBy(made.id, made.secret, second, third)).toEqual([false, false, true]);
    const own = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
    expect(await rotate(made.id, { secret: own })).toBe(own);
    expect(await verifiedBy(made.id, third, own)).toEqual([true, true]);
  });

  async function rotate(id: number, more: object): Promise<string> {
    const rotated = await admin("PATCH", `/channels/${id}`, { rotate_secret: true, ...more });
    expect(rotated.status, rotated.text).toBe(200);
    return rotated.body.data.secret;
  }

  async function verifiedBy(id: number, ...secrets: string[]): Promise<boolean[]> {
    received.length = 0;
    await admin("POST", `/channels/${id}/test`);
    const [one] = received;
    return secrets.map((secret) => {
      try {
        new Webhook(secret).verify(one?.body ?? "", one?.headers ?? {});
        return true;
      } catch {
        return false;
      }
    });
  }
});

describe("what a receiver does", () => {
  test("is in the answer of a test, never an error of ours", async () => {
    const made = await make({ kind: "webhook", url: receiverUrl });
    answerStatus = 503;
    const failed = await admin("POST", `/channels/${made.id}/test`);
    answerStatus = 200;
    expect(failed.status).toBe(200);
    expect(failed.body.data).toMatchObject({ delivered: false, status: 503 });
    expect(failed.body.data.error).toMatch(/503/);
    const away = await make({ kind: "webhook", url: "http://127.0.0.1:1/secret-path" });
    const unheard = await admin("POST", `/channels/${away.id}/test`);
    expect(unheard.status).toBe(200);
    expect(unheard.body.data).toMatchObject({ delivered: false, error: expect.any(String) });
    expect(unheard.text).not.toContain("secret-path");
  });
});

describe("a Slack channel", () => {
  test("shows no more of its address than its end, wherever it is named", async () => {
    const made = await make({ kind: "slack", url: SLACK, events: ["operator.*", "operator.*"] });
    expect(made).toMatchObject({
      name: "Slack",
      url: "https://hooks.slack.com/…WXYZ",
      events: ["operator.*"],
    });
    expect(made).not.toHaveProperty("secret");
    for (const path of ["/channels", "/audit-log", "/outbox"]) {
      expect((await admin("GET", path)).text).not.toContain("XXXXsecret");
    }
    const rotated = await admin("PATCH", `/channels/${made.id}`, { rotate_secret: true });
    expect(rotated.body).toMatchObject({ error: "invalid_request", field: "rotate_secret" });
  });
});

describe("an e-mail channel", () => {
  test("is tried with a mail at the real mail server", async () => {
    const made = await make({ kind: "email", to: "ops@acme.example", name: "people on call" });
    expect(made).toMatchObject({ to: "ops@acme.example", name: "people on call" });
    expect(made).not.toHaveProperty("url");
    const tried = await admin("POST", `/channels/${made.id}/test`);
    expect(tried.body.data, tried.text).toMatchObject({ delivered: true });
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]).toMatchObject({ to: "ops@acme.example" });
    expect(mail.mails[0]?.text).toContain("people on call");
    await mail.leave();
    const away = await admin("POST", `/channels/${made.id}/test`);
    await mail.comeBack();
    expect(away.status).toBe(200);
    expect(away.body.data).toMatchObject({ delivered: false, error: expect.any(String) });
  });

  test("is refused where no mail can be sent, with the setting's name", async () => {
    const without = await runApi();
    try {
      const refused = await without.ask("POST", "/api/admin/channels", {
        key: without.adminKey,
        body: { kind: "email", to: "ops@acme.example" },
      });
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({ error: "conflict", setting: "PURSER_SMTP_URL" });
      expect(refused.body.message).toContain("Set PURSER_SMTP_URL");
    } finally {
      await without.close();
    }
  });
});

describe("a customer's channel", () => {
  test("belongs to a customer who is there, and takes what can be about them", async () => {
    const body = { kind: "webhook", url: receiverUrl, user_id: "ada" };
    const made = await make({ ...body, events: ["alert.*"] });
    expect(made).toMatchObject({ user_id: "ada", events: ["alert.*"] });
    const own = await admin("GET", "/channels?user_id=ada");
    expect(own.body.data).toMatchObject({ total: 1, channels: [{ id: made.id }] });
    for (const [method, path, sent] of [
      ["POST", "/channels", { ...body, events: ["alert.*", "operator.unpriced"] }],
      ["PATCH", `/channels/${made.id}`, { events: ["operator.*"] }],
    ] as const) {
      const refused = await admin(method, path, sent);
      expect(refused.body).toMatchObject({ error: "invalid_request", field: "events" });
      expect(refused.body.reason).toContain("about the deployment");
    }
    expect((await admin("POST", "/channels", { ...body, user_id: "nobody" })).status).toBe(404);
    received.length = 0;
    await admin("POST", `/channels/${made.id}/test`);
    expect(JSON.parse(received[0]?.body ?? "{}").data.customer).toMatchObject({ user_id: "ada" });
  });
});
