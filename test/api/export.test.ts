/** The export of the usage log: all of it, streamed, and never a part that could be taken for the whole. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IS_POSTGRES } from "../ledger/test-database.ts";
import { drawCalls, inOrder, tellCalls } from "./drawn-logs.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { setClock } from "./usage-teller.ts";

const CALLS = drawCalls({ seed: 21, count: 2_500, from: "2026-03-01T00:00:00Z", days: 30 });
const OTHERS = drawCalls({ seed: 22, count: 30, from: "2026-03-01T00:00:00Z", days: 30 });
const PATH = "/api/subscription/usage-logs/export";

let api: RunningApi;
let bea: string;
let service: string;

beforeAll(async () => {
  api = await runApi();
  await setClock(api, "2026-03-01T00:00:00Z");
  bea = await api.addCustomer("bea", "enterprise");
  await api.addCustomer('=cyd,"x"', "enterprise");
  service = await api.serviceKey();
  await setClock(api, "2026-04-05T00:00:00Z");
  await tellCalls(api, { service, userId: "bea" }, CALLS);
  await tellCalls(api, { service, userId: encodeURIComponent('=cyd,"x"') }, OTHERS);
});
afterAll(() => api.close());

const get = (query: string, key = bea) => api.ask("GET", `${PATH}${query}`, { key });
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("JSON lines are every line of the log, as its pages give them", async () => {
  const answer = await get("?format=jsonl");
  expect(answer.headers.get("content-type")).toMatch(/^application\/x-ndjson/);
  expect(answer.headers.get("content-disposition")).toContain("usage-logs.jsonl");
  const lines = linesOf(answer.text);
  expect(inOrder(CALLS, lines)).toHaveLength(CALLS.length);
  const page = await api.ask("GET", "/api/subscription/usage-logs?limit=5000", { key: bea });
  expect(lines).toEqual(page.body.logs);
});

test("CSV is a head line and every line, and the filters are those of the pages", async () => {
  const filters = "provider=openai&status=failed&tag=team:red";
  const [csv, page] = await Promise.all([
    get(`?${filters}`),
    api.ask("GET", `/api/subscription/usage-logs?format=csv&limit=5000&${filters}`, { key: bea }),
  ]);
  expect(csv.headers.get("content-type")).toMatch(/^text\/csv/);
  expect(csv.text).toBe(page.text);
  expect(csv.text.split("\r\n").length).toBeGreaterThan(20);
  expect((await get("?provider=mistral")).text.split("\r\n")).toHaveLength(2);
  expect((await get("?provider=mistral&format=jsonl")).text).toBe("");
});

test("everybody's log is the administrator's alone, and says whose each line is", async () => {
  for (const key of [bea, service]) {
    expect(await get("?all_customers=true", key)).toMatchObject({ status: 403 });
  }
  const { text } = await get("?all_customers=true&format=jsonl", api.adminKey);
  const lines = linesOf(text);
  expect(lines).toHaveLength(CALLS.length + OTHERS.length);
  const ids = lines.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(lines.filter(({ user_id }) => user_id === "bea")).toHaveLength(CALLS.length);
  const csv = await get("?all_customers=true&provider=gemini", api.adminKey);
  expect(csv.text).toMatch(/^user_id,id,event_id,/);
  expect(csv.text).toContain('\r\n"\'=cyd,""x""",');
  expect(csv.text).not.toMatch(/\r\n"?=/);
  const period = await get("?all_customers=true&billing_period=2026-03", api.adminKey);
  expect(period).toMatchObject({ status: 400, body: { field: "billing_period" } });
});

test("an export whose reader leaves ends, and the next ones are not kept waiting", async () => {
  for (let tries = 0; tries < 25; tries += 1) {
    const answer = await begin("?format=jsonl");
    await new Promise((resolve) => answer.once("data", resolve));
    answer.destroy();
  }
  await expect.poll(async () => (await get("?provider=mistral")).status).toBe(200);
});

test.runIf(IS_POSTGRES)("an export that breaks off does not end as a whole one does", async () => {
  // Takes the table away while the export waits for its reader.
  const sql = postgres(api.databaseUrl ?? "", { max: 1 });
  await tellCalls(
    api,
    { service, userId: "bea" },
    drawCalls({ seed: 23, count: 15_000, from: "2026-03-01T00:00:00Z", days: 30 }),
  );
  const answer = await begin("?format=jsonl");
  const outcome = new Promise<string>((resolve) => {
    answer.once("end", () => resolve("ended as a whole"));
    answer.once("error", () => resolve("broken off"));
  });
  await new Promise((resolve) => answer.once("readable", resolve));
  await sql`alter table corrections rename to corrections_away`;
  answer.resume();
  try {
    expect(await outcome).toBe("broken off");
  } finally {
    await sql`alter table corrections_away rename to corrections`;
    await sql.end();
  }
});

function begin(query: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(`${api.url}${PATH}${query}`, {
      headers: { authorization: `Bearer ${bea}` },
    });
    asked.on("error", reject);
    asked.on("response", (answer) => resolve(answer));
    asked.end();
  });
}
