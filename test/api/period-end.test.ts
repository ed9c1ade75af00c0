/** Two hundred calls a second while the clock crosses the end of a period: each in one period, all sums alike, every refusal right. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
});
afterAll(() => api.close());

const BEGIN = Date.parse("2026-01-31T10:15:00Z");
const END = Date.parse("2026-02-28T10:15:00Z");
const CALLS = 1_000;
const CALLS_PER_TICK = 20;
const TICK_MS = 100;
const CAP = 40;

/** What becomes of each of them at the end of the period. */
const CUSTOMERS = ["capped1", "capped2", "free", "ending", "smaller", "trying"] as const;

interface Asked {
  readonly customer: (typeof CUSTOMERS)[number];
  readonly status: number;
  readonly error: string | null;
  readonly settled: number | null;
}

async function prepare(): Promise<void> {
  await by.setClock(new Date(BEGIN).toISOString());
  const plans = (await api.ask("GET", "/api/admin/plans", { key: api.adminKey })).body.data.plans;
  const definitions = plans.map((each: { definition: object }) => each.definition);
  const limits = [{ meter: "calls", provider: "openai", max: CAP }];
  const price = { monthly: "5", yearly: "50" };
  const capped = { id: "capped", name: "Capped", tier: "pro", price, limits };
  const open = { id: "open", name: "Open", tier: "enterprise", price, limits: [] };
  await api.ask("POST", "/api/admin/plans/apply", {
    key: api.adminKey,
    body: { plans: [...definitions, capped, open] },
  });
  await api.addCustomer("capped1", "capped");
  await api.addCustomer("capped2", "capped");
  await api.addCustomer("free", "open");
  await api.addCustomer("ending", "open");
  await by.change("cancel", "ending", { at: "period_end" });
  await api.addCustomer("smaller", "open");
  await by.change("change-plan", "smaller", { plan_id: "capped", when: "period_end" });
  const trial_end = new Date(END).toISOString();
  await by.change("subscribe", "trying", { plan_id: "open", trial_end, trial_then: "cancel" });
}

async function call(n: number): Promise<Asked> {
  const customer = CUSTOMERS[n % CUSTOMERS.length] ?? "free";
  const held = await by.reserve(customer);
  const { status, body } = held;
  if (status !== 200) return { customer, status, error: body.error, settled: null };
  await sleep(n % 7);
  const settle = `/api/subscription/reservations/${body.data.reservation_id}/settle`;
  const settled = await api.ask("POST", settle, {
    key: by.service,
    body: { usage: { input: 1 + (n % 3), output: 1 } },
  });
  return { customer, status, error: null, settled: settled.status };
}

/** The clock moves with the calls, so that the end of the period is in the midst of them however slow the machine is. */
async function hammer(): Promise<readonly Asked[]> {
  const ticks = CALLS / CALLS_PER_TICK;
  const calls: Promise<Asked>[] = [];
  for (let n = 0; n < CALLS; n += 1) {
    if (n % CALLS_PER_TICK === 0) {
      const at = END + (n / CALLS_PER_TICK - ticks / 2) * TICK_MS;
      // Waited for, or the calls would run ahead of a clock that a busy machine answers late.
      await by.setClock(new Date(at).toISOString());
    }
    calls.push(call(n));
    await sleep(5);
  }
  return Promise.all(calls);
}

interface Row {
  readonly [column: string]: unknown;
}

const number = (row: Row, column: string): number => Number(row[column]);

let asked: readonly Asked[] = [];
let events: readonly Row[] = [];
let denials: readonly Row[] = [];
const idOf = new Map<string, string>();

beforeAll(async () => {
  await prepare();
  await by.setClock(new Date(END - 3_000).toISOString());
  asked = await hammer();
  await by.setClock(new Date(END + 10_000).toISOString());
  events = await api.rows("select customer_id, at, period_start, cost from events");
  denials = await api.rows("select customer_id, at, code from denials");
  const customers = await api.ask("GET", "/api/admin/keys", { key: api.adminKey });
  const owners = new Map(
    customers.body.data.keys.map((key: { id: string; user_id: string }) => [key.id, key.user_id]),
  );
  for (const key of await api.rows(
    "select id, customer_id from keys where customer_id is not null",
  )) {
    idOf.set(String(owners.get(String(key["id"]))), String(key["customer_id"]));
  }
  const trying = await api.rows(
    "select customer_id from subscriptions where status = 'canceled' and trial_end is null order by id desc",
  );
  idOf.set("trying", String(trying[0]?.["customer_id"]));
});

const of = (rows: readonly Row[], customer: string): readonly Row[] =>
  rows.filter((row) => row["customer_id"] === idOf.get(customer));
const between = (rows: readonly Row[], from: number, to: number): readonly Row[] =>
  rows.filter((row) => number(row, "at") >= from && number(row, "at") < to);

test("nothing failed but for a limit or a plan, and every granted call was settled", () => {
  const granted = asked.filter(({ status }) => status === 200);
  expect(granted.map(({ settled }) => settled)).toEqual(granted.map(() => 200));
  const expected = new Set(["limit_held", "limit_reached", "not_included", null]);
  for (const { error } of asked) expect(expected).toContain(error);
  expect(granted).toHaveLength(events.length);
  expect(asked.length - granted.length).toBe(denials.length);
});

test("every call falls in exactly one period, the one its instant is in", () => {
  expect(between(events, 0, END).length).toBeGreaterThan(100);
  expect(between(events, END, Number.MAX_SAFE_INTEGER).length).toBeGreaterThan(100);
  for (const customer of CUSTOMERS) {
    if (customer === "trying") continue;
    for (const event of of(events, customer)) {
      expect(number(event, "period_start")).toBe(number(event, "at") < END ? BEGIN : END);
    }
  }
});

test("the API's sums, the roll-ups and the events agree, for each customer and period", async () => {
  for (const customer of CUSTOMERS) {
    const rows = of(events, customer);
    const byPeriod = Map.groupBy(rows, (row) => number(row, "period_start"));
    for (const [start, own] of byPeriod) {
      const day = new Date(start).toISOString().slice(0, 10);
      const usage = await by.read(`usage/@?billing_period=${day}`, customer);
      expect([customer, day, usage.total_calls]).toEqual([customer, day, own.length]);
      for (const table of ["rollups_hour", "rollups_day", "rollups_period"]) {
        const sums = await api.rows(
          `select sum(calls) as calls, sum(cost) as cost from ${table}
           where customer_id = '${idOf.get(customer)}' and period_start = ${start}`,
        );
        const cost = own.reduce((sum, row) => sum + number(row, "cost"), 0);
        expect([table, Number(sums[0]?.["calls"]), Number(sums[0]?.["cost"])]).toEqual([
          table,
          own.length,
          cost,
        ]);
      }
    }
    const all = await by.read("usage/@?billing_period=all", customer);
    expect(all.total_calls).toBe(rows.length);
  }
});

test("a capped customer has exactly the cap in each period, and was refused only once it was used up", () => {
  for (const customer of ["capped1", "capped2"]) {
    const own = of(events, customer);
    const refused = of(denials, customer);
    expect(between(own, 0, END)).toHaveLength(CAP);
    expect(between(own, END, Number.MAX_SAFE_INTEGER)).toHaveLength(CAP);
    expect(refused.length).toBeGreaterThan(0);
    for (const refusal of refused) {
      const at = number(refusal, "at");
      const before = at < END ? between(own, 0, at + 1) : between(own, END, at + 1);
      expect([customer, at, before.length]).toEqual([customer, at, CAP]);
    }
  }
});

test("without a limit nobody is refused; a plan that ends or shrinks does so at that instant, and not before", () => {
  expect(of(denials, "free")).toEqual([]);
  for (const customer of ["ending", "trying"]) {
    expect(between(of(denials, customer), 0, END)).toEqual([]);
    expect(between(of(events, customer), END, Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(of(denials, customer).length).toBeGreaterThan(0);
    expect(of(events, customer).length).toBeGreaterThan(0);
  }
  expect(between(of(denials, "smaller"), 0, END)).toEqual([]);
  expect(between(of(events, "smaller"), END, Number.MAX_SAFE_INTEGER)).toHaveLength(CAP);
});

test("each subscription was renewed once at that boundary, or ended there", async () => {
  for (const customer of ["capped1", "capped2", "free", "smaller"]) {
    const { renewals } = await by.read("renewal-history/@", customer);
    expect(
      renewals.map((each: { new_period_start: string }) => Date.parse(each.new_period_start)),
    ).toEqual([END, BEGIN]);
    expect(renewals[0].usage_before_renewal.total_calls).toBeGreaterThan(0);
  }
  for (const customer of ["ending", "trying"]) {
    expect((await by.read("user/@/subscription", customer)).subscription).toBeNull();
  }
});
