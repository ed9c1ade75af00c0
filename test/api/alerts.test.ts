/** A customer's alerts: listed, marked as read, and how they want to hear of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Question, type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
let ada: string;
let bob: string;

const ask = (method: string, path: string, key = ada, body?: Question["body"]) =>
  api.ask(method, `/api/subscription/${path}`, { key, body });

/** Some calls, after the fact. */
async function calls(userId: string, provider: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({
    id: `${userId}-${provider}-${n}`,
    provider,
    model: "some",
    usage: { requests: 1 },
    cost_usd: 0,
  }));
  await ask("POST", `usage/${userId}/events`, by.service, { events });
}

beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
  await api.ask("POST", "/api/admin/plans", {
    key: api.adminKey,
    body: {
      ...{ id: "small", name: "Small", tier: "pro", price: { monthly: 1, yearly: 10 } },
      limits: ["gemini", "mistral", "openai"].map((provider) => ({
        meter: "calls",
        provider,
        max: 10,
      })),
    },
  });
  ada = await api.addCustomer("ada", "small");
  bob = await api.addCustomer("bob", "small");
  await calls("ada", "gemini", 8);
  await calls("ada", "mistral", 9);
  await calls("ada", "openai", 10);
  await calls("bob", "gemini", 8);
  // Once this is answered, all that was due has been told.
  await by.setClock("2026-04-01T00:00:00Z");
});
afterAll(() => api.close());

describe("alerts", () => {
  test("are listed newest first, in their exact shape, without what is absent", async () => {
    const { data } = (await ask("GET", "alerts/ada")).body;
    expect(data).toMatchObject({ total: 3, unread_count: 3 });
    expect(data.alerts.map(({ severity }: { severity: string }) => severity)).toEqual([
      "error",
      "warning",
      "info",
    ]);
    expect(data.alerts[2]).toEqual({
      id: expect.any(Number),
      type: "usage_threshold",
      kind: "threshold",
      threshold_percentage: 80,
      provider: "gemini",
      title: "API Usage Notice - Gemini",
      message: "You have used 8 of 10 Gemini API calls",
      next: "At 10 calls, further Gemini calls are refused until 1 May 2026, 00:00 (UTC), when counting starts anew.",
      action: "Basic has 1,000 Gemini calls and costs $29 a month.",
      severity: "info",
      used: 8,
      cap: 10,
      resets_at: "2026-05-01T00:00:00.000Z",
      limit: { meter: "calls", provider: "gemini", per: "period", max: 10, at_cap: "deny" },
      upgrade: {
        plan_id: expect.any(Number),
        plan_name: "Basic",
        price_monthly: 29,
        reason: "Basic has 1,000 Gemini calls.",
      },
      is_sent: true,
      sent_at: "2026-04-01T00:00:00.000Z",
      is_read: false,
      billing_period: "2026-04-01",
      created_at: "2026-04-01T00:00:00.000Z",
    });
  });

  test("are filtered and paged; the count of unread ones is of all", async () => {
    const page = async (query: string) => (await ask("GET", `alerts/ada?${query}`)).body.data;
    expect(await page("severity=info")).toMatchObject({ total: 1, unread_count: 3 });
    expect(await page("type=limit_reached")).toMatchObject({
      total: 1,
      alerts: [{ provider: "openai" }],
    });
    expect(await page("kind=threshold")).toMatchObject({ total: 2, unread_count: 3 });
    expect(await page("limit=1&offset=1")).toMatchObject({
      total: 3,
      alerts: [{ provider: "mistral" }],
    });
    expect(await page("offset=9")).toMatchObject({ total: 3, alerts: [] });
  });

  test("are marked as read one by one, as often as one likes", async () => {
    const [newest] = (await ask("GET", "alerts/ada")).body.data.alerts;
    await by.setClock("2026-04-01T10:00:00Z");
    const marked = await ask("POST", `alerts/${newest.id}/mark-read`);
    expect(marked.body).toEqual({ success: true, message: expect.stringMatching(/\S/) });
    await by.setClock("2026-04-01T11:00:00Z");
    expect((await ask("POST", `alerts/${newest.id}/mark-read`)).status).toBe(200);
    const { data } = (await ask("GET", "alerts/ada")).body;
    expect(data).toMatchObject({ total: 3, unread_count: 2 });
    expect(data.alerts[0]).toMatchObject({ is_read: true, read_at: "2026-04-01T10:00:00.000Z" });
    const unread = (await ask("GET", "alerts/ada?unread_only=true")).body.data;
    expect(unread).toMatchObject({ total: 2, unread_count: 2 });
    expect((await ask("GET", "alerts/ada?unread_only=false")).body.data.total).toBe(3);
  });

  test("of another are 404, as those that do not exist", async () => {
    const [bobs] = (await ask("GET", "alerts/bob", bob)).body.data.alerts;
    const refused = await ask("POST", `alerts/${bobs.id}/mark-read`);
    const unknown = await ask("POST", "alerts/999999/mark-read");
    expect([refused.status, unknown.status]).toEqual([404, 404]);
    expect(refused.body.message).toBe(unknown.body.message);
    expect((await ask("GET", "alerts/bob", bob)).body.data.unread_count).toBe(1);
    for (const id of ["ada", "0", "-1", "1.5", "9007199254740993"]) {
      const wrong = await ask("POST", `alerts/${id}/mark-read`);
      expect([id, wrong.status, wrong.body.field]).toEqual([id, 400, "alert_id"]);
    }
  });

  test("a backend names the customer whose alert it is", async () => {
    const [bobs] = (await ask("GET", "alerts/bob", bob)).body.data.alerts;
    const path = `/api/subscription/alerts/${bobs.id}/mark-read`;
    const as = (who?: string) =>
      api.ask("POST", path, {
        key: by.service,
        ...(who === undefined ? {} : { headers: { "x-purser-customer": who } }),
      });
    expect(await as()).toMatchObject({ status: 400, body: { field: "user_id" } });
    expect((await as("ada")).status).toBe(404);
    expect((await as("bob")).status).toBe(200);
    expect((await ask("GET", "alerts/bob", bob)).body.data.unread_count).toBe(0);
  });

  test("are all marked at once, a customer's own only", async () => {
    expect((await ask("POST", "alerts/ada/mark-all-read", bob)).status).toBe(403);
    await calls("bob", "mistral", 8);
    expect((await ask("POST", "alerts/ada/mark-all-read")).body).toEqual({
      success: true,
      data: { marked: 2 },
    });
    expect((await ask("POST", "alerts/ada/mark-all-read")).body.data.marked).toBe(0);
    expect((await ask("GET", "alerts/bob", bob)).body.data.unread_count).toBe(1);
  });

  test("of a customer whose id is a number are told from an alert's", async () => {
    const seven = await api.addCustomer("7", "small");
    await calls("7", "gemini", 8);
    expect((await ask("POST", "alerts/7/mark-all-read", seven)).body.data.marked).toBe(1);
    expect((await ask("POST", "alerts/7/mark-read", seven)).status).toBe(404);
  });

  test("are asked for with what can be used", async () => {
    const wrong = {
      limit: "101",
      offset: "-1",
      unread_only: "maybe",
      severity: "loud",
      type: "x",
      page: "1",
    };
    for (const [field, value] of Object.entries(wrong)) {
      const refused = await ask("GET", `alerts/ada?${field}=${value}`);
      expect([field, refused.status, refused.body.field]).toEqual([field, 400, field]);
    }
    expect((await ask("GET", "alerts/bob")).status).toBe(403);
    expect((await ask("GET", "alerts/nobody-yet", by.service)).body.data).toEqual({
      alerts: [],
      total: 0,
      unread_count: 0,
    });
  });
});

describe("alert preferences", () => {
  const usual = {
    thresholds: [80, 90, 100],
    channels: { email: true, webhook: true, slack: true, in_app: true },
    time_zone: "UTC",
    unsubscribed: [],
  };

  test("are the usual ones until somebody says otherwise; what is left out stays", async () => {
    expect((await ask("GET", "alert-preferences/ada")).body.data).toEqual(usual);
    const wanted = {
      thresholds: [50, 75, 120],
      channels: { email: false, webhook: true, slack: false, in_app: true },
      time_zone: "America/Argentina/Buenos_Aires",
      unsubscribed: ["projected", "error_rate"],
    };
    const put = await ask("PUT", "alert-preferences/ada", ada, wanted);
    expect(put.body.data).toEqual(wanted);
    await ask("PUT", "alert-preferences/ada", ada, { channels: { slack: true } });
    const after = (await ask("GET", "alert-preferences/ada")).body.data;
    expect(after).toEqual({ ...wanted, channels: { ...wanted.channels, slack: true } });
    expect((await ask("GET", "alert-preferences/bob", bob)).body.data).toEqual(usual);
    expect((await ask("PUT", "alert-preferences/bob", ada, wanted)).status).toBe(403);
  });

  test("of somebody who never called are set by the backend", async () => {
    expect((await ask("GET", "alert-preferences/new", by.service)).body.data).toEqual(usual);
    await ask("PUT", "alert-preferences/new", by.service, { thresholds: [] });
    expect((await ask("GET", "alert-preferences/new", by.service)).body.data.thresholds).toEqual(
      [],
    );
  });

  test("have the plan's thresholds until the customer names their own, and again when they take them back", async () => {
    const plan = {
      ...{ id: "early", name: "Early", tier: "pro", price: { monthly: 1, yearly: 10 } },
      ...{ limits: [], alert_at: [50, 95] },
    };
    await api.ask("POST", "/api/admin/plans", { key: api.adminKey, body: plan });
    const eve = await api.addCustomer("eve", "early");
    const put = async (body: object) =>
      (await ask("PUT", "alert-preferences/eve", eve, body)).body.data;
    expect((await ask("GET", "alert-preferences/eve", eve)).body.data.thresholds).toEqual([50, 95]);
    // Something else was set, which must not fix the thresholds.
    expect((await put({ time_zone: "Asia/Tokyo" })).thresholds).toEqual([50, 95]);
    expect((await put({ thresholds: [70] })).thresholds).toEqual([70]);
    expect(await put({ thresholds: null })).toMatchObject({
      thresholds: [50, 95],
      time_zone: "Asia/Tokyo",
    });
    const rows = await api.rows(
      "select preferences from alert_preferences where preferences like '%Tokyo%'",
    );
    expect(rows).toHaveLength(1);
    expect(String(rows[0]?.["preferences"])).not.toContain("thresholds");
  });

  test("refuse what cannot be meant, by its field", async () => {
    const wrong: [object, string][] = [
      [{ thresholds: [90, 80] }, "thresholds"],
      [{ thresholds: [80, 80] }, "thresholds"],
      [{ thresholds: [0] }, "thresholds[0]"],
      [{ thresholds: [201] }, "thresholds[0]"],
      [{ thresholds: [80.5] }, "thresholds[0]"],
      [{ thresholds: ["80"] }, "thresholds[0]"],
      [{ thresholds: Array.from({ length: 11 }, (_, n) => n + 1) }, "thresholds"],
      [{ thresholds: "80" }, "thresholds"],
      [{ channels: { fax: true } }, "channels.fax"],
      [{ channels: { email: "yes" } }, "channels.email"],
      [{ time_zone: "Mars/Olympus" }, "time_zone"],
      [{ time_zone: "+02:00" }, "time_zone"],
      [{ unsubscribed: ["everything"] }, "unsubscribed[0]"],
      [{ unsubscribed: ["projected", "projected"] }, "unsubscribed"],
      [{ unsubscribed: "projected" }, "unsubscribed"],
      [{ timezone: "UTC" }, "timezone"],
    ];
    for (const [body, field] of wrong) {
      const refused = await ask("PUT", "alert-preferences/ada", ada, body);
      expect([body, refused.status, refused.body.field]).toEqual([body, 400, field]);
    }
  });
});
