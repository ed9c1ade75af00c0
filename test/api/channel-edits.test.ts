/** Channels are changed by who may, each change is noted once, and what cannot be is refused with its mend. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
const SLACK = "https://hooks.slack.com/services/T000/B000/XXXXsecretWXYZ";
const NOON = "2026-05-01T12:00:00.000Z";
const webhook = { kind: "webhook", url: "https://hooks.example.com/" };

beforeAll(async () => {
  api = await runApi();
  await admin("POST", "/clock", { now: NOON });
});
afterAll(() => api.close());

const admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
  api.ask(method, `/api/admin${path}`, {
    key: api.adminKey,
    ...(body === undefined ? {} : { body }),
  });

async function make(body: unknown) {
  const made = await admin("POST", "/channels", body);
  expect(made.status, made.text).toBe(201);
  return made.body.data;
}

async function auditOf(id: number) {
  const log = await admin("GET", `/audit-log?subject=channel:${id}`);
  return log.body.data.entries as { action: string }[];
}

describe("a channel", () => {
  test.each([
    [{ kind: "fax" }, "kind", "email, webhook or slack"],
    [{ kind: "webhook" }, "url", "missing"],
    [{ kind: "slack" }, "url", "missing"],
    [{ kind: "email" }, "to", "missing"],
    [{ kind: "email", to: "no address" }, "to", "e-mail address"],
    [{ kind: "email", to: "a@b.example", url: "https://x.example" }, "url", "webhook or Slack"],
    [{ kind: "slack", url: SLACK, secret: `whsec_${"A".repeat(32)}` }, "secret", "webhook only"],
    [{ ...webhook, to: "a@b.example" }, "to", "has url"],
    [{ ...webhook, url: "http://10.0.0.1/" }, "url", "PURSER_PRIVATE_RECEIVERS"],
    [{ ...webhook, url: "ftp://hooks.example.com" }, "url", "https://"],
    [{ ...webhook, events: [] }, "events", "at least"],
    [{ ...webhook, events: ["alert.nothing"] }, "events", "alert.limit_reached"],
    [{ ...webhook, events: ["channel.test"] }, "events", "alert.limit_reached"],
    [{ ...webhook, name: "" }, "name", "empty"],
    [{ ...webhook, name: "ops\nBcc: all" }, "name", "control characters"],
    [{ ...webhook, colour: "red" }, "colour", "no such field"],
  ])("like %j is refused by the field's name", async (body, field, words) => {
    const refused = await admin("POST", "/channels", body);
    expect(refused.status, refused.text).toBe(400);
    expect(String(refused.body.field).replace(/\[\d+\]$/, "")).toBe(field);
    expect(refused.body.message).toContain(words);
  });

  test.each([
    [{ secret: `whsec_${"A".repeat(32)}` }, "secret"],
    [{ overlap_seconds: 5 }, "overlap_seconds"],
    [{ to: "a@b.example" }, "to"],
    [{ url: "http://169.254.169.254/latest" }, "url"],
    [{ rotate_secret: false }, "rotate_secret"],
    [{ rotate_secret: true, name: "ops" }, "name"],
    [{ rotate_secret: true, overlap_seconds: -1 }, "overlap_seconds"],
  ])("is not changed by %j", async (body, field) => {
    const made = await make(webhook);
    const refused = await admin("PATCH", `/channels/${made.id}`, body);
    expect(refused.status, refused.text).toBe(400);
    expect(refused.body.field).toBe(field);
    expect(await auditOf(made.id)).toHaveLength(1);
  });

  test("is changed, paused and removed, each noted; nothing is left then", async () => {
    const made = await make(webhook);
    const edited = await admin("PATCH", `/channels/${made.id}`, {
      name: "books",
      url: "https://books.example.com/in?x=1",
      events: ["operator.negative_margin"],
      paused: true,
    });
    expect(edited.body.data).toMatchObject({
      name: "books",
      url: "https://books.example.com/in",
      events: ["operator.negative_margin"],
      paused: true,
      paused_at: NOON,
    });
    const resumed = await admin("PATCH", `/channels/${made.id}`, { paused: false });
    expect(resumed.body.data).toMatchObject({ paused: false, paused_at: null, name: "books" });
    const removed = await admin("DELETE", `/channels/${made.id}`);
    expect(removed.body.data).toEqual({ removed: true });
    for (const [method, path] of [
      ["DELETE", ""],
      ["PATCH", ""],
      ["POST", "/test"],
    ] as const) {
      const body = method === "PATCH" ? { name: "x" } : undefined;
      expect((await admin(method, `/channels/${made.id}${path}`, body)).status).toBe(404);
    }
    expect((await auditOf(made.id)).map(({ action }) => action)).toEqual([
      "channel.remove",
      "channel.edit",
      "channel.edit",
      "channel.create",
    ]);
  });

  test("loses no change where many change it at once, and is removed once", async () => {
    const made = await make(webhook);
    const path = `/channels/${made.id}`;
    const rotated = await Promise.all(
      Array.from({ length: 3 }, () => admin("PATCH", path, { rotate_secret: true })),
    );
    expect(rotated.map(({ status }) => status)).toEqual([200, 200, 200]);
    const moves = await Promise.all([
      admin("PATCH", path, { url: "https://other.example.com/" }),
      admin("PATCH", path, { rotate_secret: true }),
      admin("PATCH", path, { name: "renamed" }),
    ]);
    expect(moves.map(({ status }) => status)).toEqual([200, 200, 200]);
    const after = await admin("PATCH", path, {});
    expect(after.body.data).toMatchObject({ name: "renamed", url: "https://other.example.com/" });
    const removals = await Promise.all([admin("DELETE", path), admin("DELETE", path)]);
    expect(removals.map(({ status }) => status).sort()).toEqual([200, 404]);
    const actions = (await auditOf(made.id)).map(({ action }) => action);
    expect(actions.filter((action) => action === "channel.remove")).toHaveLength(1);
    expect(actions.filter((action) => action === "channel.rotate")).toHaveLength(4);
  });

  test("is the hundredth, and no more are made until one is removed", async () => {
    const before = (await admin("GET", "/channels")).body.data.total;
    for (let count = before; count < 100; count += 1) await make(webhook);
    const refused = await admin("POST", "/channels", webhook);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ error: "conflict", reason: "too_many_channels" });
    const list = await admin("GET", "/channels");
    expect(list.body.data.total).toBe(100);
    await admin("DELETE", `/channels/${list.body.data.channels.at(-1).id}`);
    await make(webhook);
  });
});
