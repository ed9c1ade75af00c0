/** The preflight: would these calls be let through, judged as one batch, and what would they cost at most. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, type RunningApi, runApi } from "./running-api.ts";

const PLANS = `
plans:
  - { id: free, name: Free, tier: free, price: { monthly: 0, yearly: 0 }, providers: [gemini, tavily, serper, exa, firecrawl, stability],
      limits: [{ meter: calls, max: 3 }, { meter: tokens, provider: gemini, max: 10000 }] }
  - { id: open, name: Open, tier: pro, price: { monthly: 10, yearly: 100 }, limits: [] }
  - { id: capped, name: Capped, tier: basic, price: { monthly: 5, yearly: 50 },
      limits: [{ meter: cost, max: "0.01" }, { meter: calls, operation: video, max: 1 }] }
`;
const PATH = "/api/subscription/preflight-check";
const FLASH = { provider: "gemini", model: "gemini-2.5-flash", operation_type: "text_generation" };

let api: RunningApi;
let folder: string;
/** Customers' keys. */
let fay: string;
let owen: string;
let cara: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "purser-plans-"));
  writeFileSync(join(folder, "plans.yaml"), PLANS);
  api = await runApi({ PURSER_PLANS: join(folder, "plans.yaml") });
  fay = await api.addCustomer("fay");
  owen = await api.addCustomer("owen", "open");
  cara = await api.addCustomer("cara", "capped");
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const check = (key: string, operations: unknown, more: { path?: string; headers?: object } = {}) =>
  api.ask("POST", more.path ?? PATH, {
    key,
    body: { operations },
    headers: { ...more.headers },
  });

/** The answer's operations in short. */
function verdicts({ body }: Answer): [allowed: boolean, usage: number | null][] {
  return body.data.operations.map(
    (one: { allowed: boolean; limit_info: { current_usage: number } | null }) => [
      one.allowed,
      one.limit_info?.current_usage ?? null,
    ],
  );
}

test("the answer has exactly the fields of the contract", async () => {
  const answer = await check(fay, [{ ...FLASH, tokens_requested: 1_000 }]);
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.body).toEqual({
    success: true,
    data: {
      can_proceed: true,
      estimated_cost: 0.0025,
      total_cost: 0.0025,
      cached: false,
      usage_summary: { current_calls: 0, limit: 3, remaining: 3 },
      operations: [
        {
          provider: "gemini",
          operation_type: "text_generation",
          cost: 0.0025,
          allowed: true,
          limit_info: { current_usage: 0, limit: 3, remaining: 3 },
          message: "It fits.",
        },
      ],
    },
  });
});

test("operations are judged together: what comes before counts, what is refused does not", async () => {
  const dear = { ...FLASH, tokens_requested: 9_000 };
  const cheap = { ...FLASH, tokens_requested: 500 };
  const answer = await check(fay, [dear, dear, cheap, cheap, cheap]);
  expect(verdicts(answer)).toEqual([
    [true, 0],
    [false, 9_000],
    [true, 9_000],
    [true, 9_500],
    [false, 3],
  ]);
  const { data } = answer.body;
  expect(data).toMatchObject({ can_proceed: false, estimated_cost: 0.04875, total_cost: 0.04875 });
  expect(data.operations[1]).toMatchObject({
    limit_info: { current_usage: 9_000, limit: 10_000, remaining: 1_000 },
    message: expect.stringContaining("9,000 of 10,000 Gemini tokens are used"),
  });
  // The limit that refused, and the plan that would help.
  expect(data.operations[4]).toMatchObject({
    limit_info: { current_usage: 3, limit: 3, remaining: 0 },
    message: expect.stringContaining("Capped has no limit on calls."),
  });
});

test("it holds nothing, counts nothing as refused, and real use shows in the next answer", async () => {
  const key = await api.addCustomer("gil");
  await check(
    key,
    Array.from({ length: 5 }, () => FLASH),
  );
  const service = await api.serviceKey();
  const held = await api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: { user_id: "gil", provider: "gemini", model: "gemini-2.5-flash", input_tokens: 10 },
  });
  expect(held.status).toBe(200);
  const { body } = await check(key, [FLASH]);
  // A call that runs takes room as one that has ended does.
  expect(body.data.usage_summary).toEqual({ current_calls: 1, limit: 3, remaining: 2 });
  const denials = await api.ask("GET", "/api/admin/denials", { key: api.adminKey });
  expect(denials.body.data).toEqual({ counts: [], denials: [] });
});

test("where nothing limits an operation, limit_info and usage_summary are null", async () => {
  const { body } = await check(owen, [{ ...FLASH, tokens_requested: 1_000_000_000 }]);
  expect(body.data).toMatchObject({ can_proceed: true, usage_summary: null, total_cost: 2_500 });
  expect(body.data.operations[0]).toMatchObject({ allowed: true, limit_info: null });
});

test("cost counts: in dollars, and for all operations together", async () => {
  const { body } = await check(cara, [
    { ...FLASH, tokens_requested: 3_000 },
    { ...FLASH, tokens_requested: 3_000 },
  ]);
  expect(body.data).toMatchObject({ can_proceed: false, total_cost: 0.015 });
  expect(body.data.operations).toMatchObject([
    { allowed: true, limit_info: { current_usage: 0, limit: 0.01, remaining: 0.01 } },
    {
      allowed: false,
      limit_info: { current_usage: 0.0075, limit: 0.01, remaining: 0.0025 },
      message: expect.stringContaining("$0.0075 of $0.01 of provider cost is used"),
    },
  ]);
});

test("a limit on an operation counts the operations of that name; any other text is as good", async () => {
  const ask = (operation_type: string) => ({ provider: "stability", operation_type });
  const video = { ...ask("video"), ...FLASH, operation_type: "video" };
  const { body } = await check(cara, [video, video, { ...FLASH, operation_type: "a story, éh" }]);
  expect(body.data.operations).toMatchObject([
    { allowed: true, limit_info: { current_usage: 0, limit: 1 } },
    { allowed: false, limit_info: { current_usage: 1, limit: 1 } },
    { allowed: true, operation_type: "a story, éh" },
  ]);
});

test("what the plan does not include is not allowed, and no failure", async () => {
  const { status, body } = await check(fay, [
    { provider: "openai", model: "gpt-4o", tokens_requested: 10, operation_type: "x" },
  ]);
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ can_proceed: false });
  expect(body.data.operations[0]).toMatchObject({
    allowed: false,
    limit_info: null,
    message: expect.stringContaining("This plan does not include OpenAI."),
  });
});

test("a customer asks for themself; a service key for whom it names, there or not", async () => {
  const service = await api.serviceKey();
  const another = await check(fay, [FLASH], { path: `${PATH}?user_id=owen` });
  expect(another).toMatchObject({ status: 403, body: { error: "forbidden" } });
  expect((await check(fay, [FLASH], { path: `${PATH}?user_id=fay` })).status).toBe(200);
  expect((await api.ask("POST", PATH, { body: { operations: [FLASH] } })).status).toBe(401);

  const header = await check(service, [FLASH], { headers: { "x-purser-customer": "owen" } });
  expect(header.body.data.operations[0].limit_info).toBeNull();
  const named = await check(service, [FLASH], { path: `${PATH}?user_id=fay` });
  expect(named.body.data.usage_summary).toMatchObject({ limit: 3 });
  expect(await check(service, [FLASH])).toMatchObject({ status: 400, body: { field: "user_id" } });

  const stranger = { headers: { "x-purser-customer": "nobody-yet" } };
  const four = await check(service, [FLASH, FLASH, FLASH, FLASH], stranger);
  expect(four.body.data).toMatchObject({
    usage_summary: { current_calls: 0, limit: 3, remaining: 3 },
    can_proceed: false,
  });
  expect(verdicts(four).map(([allowed]) => allowed)).toEqual([true, true, true, false]);
  const unmade = await api.ask("GET", "/api/admin/customers/nobody-yet", { key: api.adminKey });
  expect(unmade.status, "asking made nobody a customer").toBe(404);
});

test("the budget of the key that asks counts", async () => {
  const made = await api.ask("POST", "/api/admin/customers/owen/keys", {
    key: api.adminKey,
    body: { name: "tight", limits: [{ meter: "calls", per: "day", max: 1 }] },
  });
  expect(verdicts(await check(made.body.data.key, [FLASH, FLASH]))).toEqual([
    [true, 0],
    [false, 1],
  ]);
  expect(verdicts(await check(owen, [FLASH, FLASH]))).toEqual([
    [true, null],
    [true, null],
  ]);
});

test.each([
  ["no list", { operations: "all" }, "operations"],
  ["none", { operations: [] }, "operations"],
  ["101", { operations: Array.from({ length: 101 }, () => FLASH) }, "operations"],
  ["no provider", { operations: [{ operation_type: "x" }] }, "operations[0].provider"],
  [
    "an empty type",
    { operations: [{ ...FLASH, operation_type: " " }] },
    "operations[0].operation_type",
  ],
  [
    "negative",
    { operations: [{ ...FLASH, tokens_requested: -1 }] },
    "operations[0].tokens_requested",
  ],
  [
    "huge",
    { operations: [{ ...FLASH, tokens_requested: 1e20 }] },
    "operations[0].tokens_requested",
  ],
  [
    "text",
    { operations: [FLASH, { ...FLASH, tokens_requested: "5" }] },
    "operations[1].tokens_requested",
  ],
  ["unknown", { operations: [{ ...FLASH, tokens: 5 }] }, "operations[0].tokens"],
  ["beside it", { operations: [FLASH], user_id: "fay" }, "user_id"],
])("a body that cannot be one is 400 with the field's name: %s", async (_what, body, field) => {
  const answer = await api.ask("POST", PATH, { key: fay, body });
  expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request", field } });
});

test("a hundred operations are judged, and nulls stand for what is left out", async () => {
  const plain = { ...FLASH, tokens_requested: null, actual_provider_name: null };
  const { body } = await check(
    owen,
    Array.from({ length: 100 }, () => plain),
  );
  expect(body.data).toMatchObject({ can_proceed: true, total_cost: 0 });
  expect(body.data.operations).toHaveLength(100);
});
