/** Renewals by the clock: every boundary once, after any downtime, whoever else renews too, and with the clock set back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let service: string;
beforeAll(async () => {
  api = await runApi();
  service = await api.serviceKey();
});
afterAll(() => api.close());

const setClock = (now: string) =>
  api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
const subscribe = (userId: string, body: object) =>
  api.ask("POST", `/api/subscription/subscribe/${userId}`, { key: service, body });
const tell = (userId: string, id: string, timestamp: string, input: number) =>
  api.ask("POST", `/api/subscription/usage/${userId}/events`, {
    key: service,
    body: { events: [{ id, timestamp, provider: "gemini", model: "x", usage: { input } }] },
  });
const history = async (userId: string, query = "?limit=100") =>
  (await api.ask("GET", `/api/subscription/renewal-history/${userId}${query}`, { key: service }))
    .body.data;
const starts = async (userId: string): Promise<string[]> =>
  (await history(userId)).renewals
    .map((each: { new_period_start: string }) => each.new_period_start.slice(0, 16))
    .reverse();

test("fourteen months down: each boundary has its own row, with the usage before it", async () => {
  await setClock("2024-12-31T08:30:00Z");
  await api.addCustomer("long", "pro");
  await setClock("2025-01-31T08:29:59Z");
  await tell("long", "a", "2025-01-31T08:29:59Z", 1);
  await setClock("2025-02-28T08:00:00Z");
  await tell("long", "b", "2025-01-31T08:30:00Z", 2);
  await tell("long", "c", "2025-02-28T07:59:59Z", 4);
  await setClock("2026-04-30T08:30:00Z");
  expect(await starts("long")).toEqual([
    "2024-12-31T08:30",
    "2025-01-31T08:30",
    "2025-02-28T08:30",
    "2025-03-31T08:30",
    "2025-04-30T08:30",
    "2025-05-31T08:30",
    "2025-06-30T08:30",
    "2025-07-31T08:30",
    "2025-08-31T08:30",
    "2025-09-30T08:30",
    "2025-10-31T08:30",
    "2025-11-30T08:30",
    "2025-12-31T08:30",
    "2026-01-31T08:30",
    "2026-02-28T08:30",
    "2026-03-31T08:30",
    "2026-04-30T08:30",
  ]);
  const { renewals } = await history("long");
  const oldestFirst = renewals.toReversed();
  const used = oldestFirst.map(
    (each: { usage_before_renewal: { total_tokens: number } | null }) =>
      each.usage_before_renewal?.total_tokens ?? null,
  );
  expect(used).toEqual([null, 1, 6, ...Array(14).fill(0)]);
  for (const [n, each] of oldestFirst.entries()) {
    if (n > 0) expect(each.previous_period_start).toBe(oldestFirst[n - 1].new_period_start);
    if (n > 0) expect(each.previous_period_end).toBe(each.new_period_start);
    expect(each.renewal_count).toBe(n);
    expect(each.created_at).toBe(each.new_period_start);
  }
  const page = await history("long", "?limit=4&offset=14");
  expect(page).toMatchObject({ total_count: 17, limit: 4, offset: 14, has_more: false });
  expect(page.renewals).toHaveLength(3);
});

test("a paid period that does not begin with a usage period counts by the hour, and loses nothing", async () => {
  await setClock("2026-03-05T10:00:00Z");
  await api.addCustomer("odd");
  await setClock("2026-03-20T14:20:00Z");
  await subscribe("odd", { plan_id: "pro" });
  await setClock("2026-04-21T00:00:00Z");
  await tell("odd", "1", "2026-03-20T14:40:00Z", 1);
  await tell("odd", "2", "2026-03-31T00:00:00Z", 2);
  await tell("odd", "3", "2026-04-05T10:00:00Z", 4);
  await tell("odd", "4", "2026-04-20T13:59:59Z", 8);
  await tell("odd", "5", "2026-04-20T15:00:00Z", 16);
  // The first renewal ran before these were told of; the second sums only what is its own.
  await setClock("2026-05-20T14:20:00Z");
  const { renewals } = await history("odd");
  expect(
    renewals.map((each: { usage_before_renewal: unknown }) => each.usage_before_renewal),
  ).toEqual([
    { total_calls: 1, total_tokens: 16, total_cost: 0 },
    { total_calls: 0, total_tokens: 0, total_cost: 0 },
    null,
  ]);
  await setClock("2026-03-20T14:20:00Z");
  await subscribe("even", { plan_id: "pro" });
  const events: [string, number][] = [
    ["2026-03-20T14:40:00Z", 1],
    ["2026-03-20T23:59:59Z", 2],
    ["2026-04-20T14:19:59Z", 4],
  ];
  await setClock("2026-04-20T14:19:59Z");
  for (const [timestamp, input] of events) await tell("even", timestamp, timestamp, input);
  await setClock("2026-04-20T14:20:00Z");
  expect((await history("even")).renewals[0].usage_before_renewal.total_tokens).toBe(7);

  // Up to a change in mid-period, from the very instant the period began.
  await api.addCustomer("mid", "basic");
  await tell("mid", "m", "2026-04-20T14:20:00Z", 1);
  await setClock("2026-04-22T10:30:00Z");
  await tell("mid", "n", "2026-04-22T10:29:59Z", 2);
  await subscribe("mid", { plan_id: "pro" });
  expect((await history("mid")).renewals[0].usage_before_renewal.total_tokens).toBe(3);
});

test("a clock set back breaks nothing, and set forward again renews nothing twice", async () => {
  await setClock("2026-01-31T00:00:00Z");
  await api.addCustomer("back", "pro");
  await setClock("2026-04-30T00:00:00Z");
  const before = await starts("back");
  expect(before).toHaveLength(4);
  await setClock("2026-02-10T00:00:00Z");
  const read = await api.ask("GET", "/api/subscription/user/back/subscription", { key: service });
  expect(read.body.data.subscription.current_period_start).toBe("2026-04-30T00:00:00.000Z");
  const preview = await api.ask("POST", "/api/subscription/change-plan/back", {
    key: service,
    body: { plan_id: "basic", preview: true },
  });
  expect(preview.body.data).toMatchObject({
    lines: [{ amount: -79 }, { amount: 29 }, {}],
    total_due: 0,
  });
  await setClock("2026-04-30T12:00:00Z");
  expect(await starts("back")).toEqual(before);
  await setClock("2026-05-31T00:00:00Z");
  expect(await starts("back")).toEqual([...before, "2026-05-31T00:00"]);
});

test("two runs of the job at once, and readers and changes beside them: each boundary once", async () => {
  await setClock("2026-01-15T00:00:00Z");
  const ids = Array.from({ length: 10 }, (_, n) => `twin${n}`);
  for (const id of ids) await api.addCustomer(id, "basic");
  await setClock("2026-01-16T00:00:00Z");
  const change = (id: string) =>
    api.ask("POST", `/api/subscription/change-plan/${id}`, {
      key: service,
      body: { plan_id: "pro", when: "now" },
    });
  const answers = await Promise.all([
    setClock("2026-09-15T00:00:00Z"),
    setClock("2026-09-15T00:00:00Z"),
    ...ids.map(change),
    setClock("2026-09-15T00:00:00Z"),
  ]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await setClock("2026-09-15T00:00:01Z");
  for (const id of ids) {
    const { renewals } = await history(id);
    const boundaries = renewals
      .filter((each: { renewal_type: string }) => each.renewal_type !== "upgrade")
      .map((each: { new_period_start: string }) => each.new_period_start.slice(0, 10));
    expect([id, boundaries.toReversed()]).toEqual([
      id,
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((month) => `2026-0${month}-15`),
    ]);
    const log = await api.ask("GET", `/api/subscription/user/${id}/changes`, { key: service });
    expect(log.body.data.total_count).toBe(10);
    expect(log.body.data.changes[0].subscription.plan.slug).toBe("pro");
  }
});
