/** The usage log once a month has left it: what is listed is what is counted. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DrawnCall, drawCalls, inOrder, tellCalls } from "./drawn-logs.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { setClock } from "./usage-teller.ts";

const CALLS = drawCalls({ seed: 31, count: 900, from: "2026-01-03T00:00:00Z", days: 80 });

let api: RunningApi;
let fay: string;
let service: string;

beforeAll(async () => {
  api = await runApi();
  await setClock(api, "2026-01-20T10:00:00Z");
  fay = await api.addCustomer("fay", "enterprise");
  service = await api.serviceKey();
  await setClock(api, "2026-06-05T00:00:00Z");
  await tellCalls(api, { service, userId: "fay" }, CALLS);
});
afterAll(() => api.close());

const logs = async (query: string) =>
  (await api.ask("GET", `/api/subscription/usage-logs?${query}`, { key: fay })).body;

async function detach(month: string): Promise<void> {
  const ask = (body: unknown) =>
    api.ask("POST", "/api/admin/events/detach", { key: api.adminKey, body });
  let answer = await ask({ month });
  while (answer.body.data?.has_more === true) {
    answer = await ask({ month, cursor: answer.body.data.next_cursor });
  }
  expect(answer.body.data).toMatchObject({ detached: true });
}

const FILTERS = [
  "",
  "&provider=openai",
  "&status=failed&operation=chat",
  "&billing_period=2026-01-20",
  "&from=2026-01-10T05:00:00Z",
  "&from=2026-01-10T05:00:00Z&to=2026-02-10T07:00:00Z&provider=gemini",
  "&to=2026-01-25T00:00:00Z",
];

async function expectCounted(calls: readonly DrawnCall[]): Promise<void> {
  expect(inOrder(calls, (await logs("limit=5000")).logs)).toHaveLength(calls.length);
  for (const filter of FILTERS) {
    const page = await logs(`limit=5000${filter}`);
    expect([filter, page.total_count]).toEqual([filter, page.logs.length]);
  }
  const byOffset = await logs(`limit=5&offset=${calls.length - 2}`);
  expect(byOffset).toMatchObject({ has_more: false, total_count: calls.length });
  expect(byOffset.logs).toHaveLength(2);
}

test("is shorter by that month, and its counts with it", async () => {
  await expectCounted(CALLS);
  await detach("2026-01");
  await expectCounted(CALLS.filter(({ timestamp }) => timestamp >= "2026-02"));
});

test("has what is told of that month afterwards", async () => {
  const late = drawCalls({ seed: 32, count: 950, from: "2026-01-25T00:00:00Z", days: 3 }).slice(
    900,
  );
  await tellCalls(api, { service, userId: "fay" }, late);
  await expectCounted([...CALLS.filter(({ timestamp }) => timestamp >= "2026-02"), ...late]);
});

test("has no story of a call that left", async () => {
  const [kept] = (await logs("limit=1")).logs;
  expect(
    (await api.ask("GET", `/api/subscription/usage-logs/${kept.event_id}`, { key: fay })).status,
  ).toBe(200);
  const keys = await api.rows("select event_id, source_id from event_keys");
  const gone = CALLS.find(({ timestamp }) => timestamp < "2026-02");
  const id = keys.find(({ source_id }) => source_id === gone?.id)?.["event_id"];
  expect((await api.ask("GET", `/api/subscription/usage-logs/${id}`, { key: fay })).status).toBe(
    404,
  );
});
