/** An alert in the API says what happened, what comes next and what to do: the same words on every page and in the stream. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { listenAt } from "./live-reader.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
let danKey: string;
let told = 0;

beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
  const top = {
    ...{ id: "top", name: "Top", tier: "enterprise", price: { monthly: 999, yearly: 9990 } },
    limits: [
      { meter: "cost", max: "1.00" },
      { meter: "calls", provider: "gemini", max: 5_000 },
      { meter: "images", max: 10, at_cap: "allow" },
    ],
  };
  await api.ask("POST", "/api/admin/plans", { key: api.adminKey, body: top });
  for (const id of ["ada", "bob", "cem"]) await api.addCustomer(id, "top");
  danKey = await api.addCustomer("dan", "top");
  await api.addCustomer("eve", "pro");
});
afterAll(() => api.close());

async function use(userId: string, count: number, event: Record<string, unknown>): Promise<void> {
  const events = Array.from({ length: count }, () => {
    told += 1;
    return { id: `e-${told}`, provider: "gemini", model: "gemini-2.5-flash", ...event };
  });
  const path = `/api/subscription/usage/${userId}/events`;
  const { body } = await api.ask("POST", path, { key: by.service, body: { events } });
  expect(body.data.rejected).toEqual([]);
}

const alertsOf = async (userId: string, query = "") =>
  (await by.read(`alerts/@${query}`, userId)).alerts;

test("the upgrade is named with its price, in words and in fields", async () => {
  await use("eve", 20, { cost_usd: "6.00", usage: { requests: 1 } });
  const [alert] = await alertsOf("eve");
  expect(alert).toMatchObject({
    type: "cost_threshold",
    kind: "threshold",
    message: "You have used $120.00 of $150.00 of provider cost",
    next: "At $150.00, further calls are refused until 1 May 2026, 00:00 (UTC), when counting starts anew.",
    action: "Enterprise has $500 of provider cost and costs $199 a month.",
    used: 120,
    cap: 150,
    resets_at: "2026-05-01T00:00:00.000Z",
    limit: { meter: "cost", per: "period", max: "150", at_cap: "deny" },
    upgrade: { plan_name: "Enterprise", price_monthly: 199 },
  });
  expect(alert).not.toHaveProperty("provider");
});

test("who is on the highest plan is told of the cheaper model", async () => {
  const usage = { input: 60_000, output: 2_000 };
  await use("ada", 40, { usage });
  const [alert] = await alertsOf("ada");
  expect(alert).toMatchObject({ type: "cost_threshold", used: 0.92, cap: 1 });
  expect(alert.action).toMatch(
    /^gemini-2\.5-flash-lite costs \d\d % less for the same use than gemini-2\.5-flash\.$/,
  );
  expect(alert).not.toHaveProperty("upgrade");
});

test("times are in the reader's own zone, and a window that is over says so", async () => {
  for (let more = 0; more < 4; more += 1) {
    await use("bob", 1_000, { usage: { requests: 1 }, cost_usd: 0 });
  }
  const path = "/api/subscription/alert-preferences/bob";
  const body = { time_zone: "Europe/Berlin" };
  await api.ask("PUT", path, { key: by.service, body });
  const [before] = await alertsOf("bob");
  expect(before).toMatchObject({
    title: "API Usage Notice - Gemini",
    message: "You have used 4,000 of 5,000 Gemini API calls",
    next: "At 5,000 calls, further Gemini calls are refused until 1 May 2026, 02:00 (Europe/Berlin), when counting starts anew.",
    action: "Make fewer or smaller calls, or ask for a higher limit.",
  });
  await by.setClock("2026-05-01T00:00:00Z");
  const [after] = await alertsOf("bob");
  expect(after.next).toBe(
    "Counting started anew on 1 May 2026, 02:00 (Europe/Berlin), so nothing more comes of this.",
  );
  await by.setClock("2026-04-01T00:00:00Z");
});

test("a soft limit's alert says that calls go on", async () => {
  await use("cem", 9, { model: "imagen", usage: { images: 1 }, cost_usd: 0 });
  const [alert] = await alertsOf("cem");
  expect(alert).toMatchObject({
    title: "API Usage Warning - All providers",
    message: "You have used 9 of 10 images",
    next: "Calls go on beyond the limit, and what they use is counted; counting starts anew on 1 May 2026, 00:00 (UTC).",
  });
});

test("the list, the usage page, the dashboard and the live stream say the same", async () => {
  const stream = await listenAt(api.url, { key: danKey, userId: "dan" });
  await use("dan", 1, { usage: { requests: 1 }, cost_usd: "0.95" });
  const streamed = [await stream.next(), await stream.next()].find(
    (block) => block?.event === "alert",
  );
  stream.leave();
  const [listed] = await alertsOf("dan");
  const wordsOf = ({ title, message, next, action, limit, used }: Record<string, unknown>) => ({
    ...{ title, message, next, action, limit, used },
  });
  expect(listed).toMatchObject({
    title: "API Usage Warning - All providers",
    message: "You have used $0.95 of $1.00 of provider cost",
    action: expect.stringMatching(/\.$/),
  });
  expect(wordsOf(streamed?.data)).toEqual(wordsOf(listed));
  const [used] = (await by.read("usage/@", "dan")).alerts;
  const [shown] = (await by.read("dashboard/@", "dan")).alerts;
  expect(wordsOf(used)).toEqual(wordsOf(listed));
  expect(wordsOf(shown)).toEqual(wordsOf(listed));
});

test("the operator's alerts name their command", async () => {
  await use("cem", 1, { model: "never-heard-of", usage: { input: 10 } });
  const { body } = await api.ask("GET", "/api/admin/alerts", { key: api.adminKey });
  expect(body.data.alerts[0]).toMatchObject({
    kind: "unpriced",
    message: "No price is known for never-heard-of at Gemini, so its calls are counted at $0.",
    action: expect.stringContaining("`purser prices add gemini never-heard-of input=… output=…`"),
  });
});
