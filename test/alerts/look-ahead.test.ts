/** Looking ahead at a real database: what is found, that it is told once, and that nobody is told of the usual. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LookAheadPorts, lookAhead } from "../../src/alerts/look-ahead/look-ahead.ts";
import type { CustomerId } from "../../src/core/ids.ts";
import { DAY_MS, HOUR_MS, type Instant, instant } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { nanoUsd } from "../../src/core/money.ts";
import type { PlanDefinition } from "../../src/core/plans/plan.ts";
import { openPlanDirectory } from "../../src/server/plan-directory.ts";
import {
  ANCHOR,
  addCustomer,
  addPlan,
  factsOf,
  limit,
  NOW,
  newId,
  openTestLedger,
  plan,
  recordOf,
  reserveOf,
  type TestLedger,
} from "../ledger/support.ts";
import { IS_POSTGRES, openLedgerAt } from "../ledger/test-database.ts";

const DOLLAR = 1_000_000_000n;
const MINUTE_AGO = instant(NOW - 60_000);

let opened: TestLedger;
beforeEach(async () => {
  opened = await openTestLedger();
});
afterEach(() => opened.remove());

/** A customer since the first of April, on a plan of their own; it is the eleventh, half past ten. */
async function customerOn(
  limits: readonly Limit[],
  more: Partial<PlanDefinition> = {},
): Promise<CustomerId> {
  const slug = `plan-${newId()}`;
  const planVersionId = await addPlan(opened.store, plan(slug, limits, more));
  return addCustomer(opened.store, { planVersionId });
}

interface Use {
  readonly at: Instant;
  readonly tokens?: number;
  readonly cost?: bigint;
  readonly failed?: boolean;
  readonly provider?: string;
}

async function use(customer: CustomerId, uses: readonly Use[]): Promise<void> {
  const { ledger } = opened;
  await Promise.all(
    uses.map(({ at, tokens = 1, cost = 0n, failed = false, provider = "gemini" }) =>
      ledger.record(
        recordOf(customer, {
          timestamp: at,
          scope: { provider, model: "m", operation: "chat" },
          facts: factsOf({
            usage: { input: tokens },
            cost: nanoUsd(cost),
            statusCode: failed ? 500 : 200,
          }),
        }),
      ),
    ),
  );
}

const daysAgo = (days: number): Instant => instant(NOW - days * DAY_MS);
/** Alike on each of so many days, the last of them today, a minute ago. */
const daily = (days: number, each: Omit<Use, "at">): Use[] =>
  Array.from({ length: days }, (_, ago) => ({ ...each, at: instant(MINUTE_AGO - ago * DAY_MS) }));
const times = (count: number, each: Use): Use[] => Array.from({ length: count }, () => each);

async function ports(of: Pick<TestLedger, "store" | "ledger"> = opened): Promise<LookAheadPorts> {
  const plans = await openPlanDirectory(of.store);
  return { store: of.store, ledger: of.ledger, clock: opened.clock, plans };
}
const look = async (): Promise<void> => lookAhead(await ports());

interface Row {
  readonly who: string;
  readonly kind: string;
  readonly facts: Record<string, unknown>;
}
async function told(...kinds: string[]): Promise<Row[]> {
  const rows = await opened.store.db.selectFrom("alerts").selectAll().orderBy("id").execute();
  return rows
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ customer_id: who, kind, facts }) => ({ who, kind, facts: JSON.parse(facts) }));
}

const CALLS_AND_TOKENS = [limit({ meter: "tokens", provider: "gemini", cap: 10_000n })];

test("a limit that will be reached at this rate is told with the day, the arithmetic and what is used", async () => {
  const ada = await customerOn(CALLS_AND_TOKENS);
  await use(ada, daily(8, { tokens: 600 }));
  await look();
  // 4,800 in 10.4378 of 30 days: 13,796 at its end, and the other 5,200 in 11.3 days.
  expect(await told()).toEqual([
    {
      who: ada,
      kind: "projected",
      facts: {
        limit: {
          meter: "tokens",
          provider: "gemini",
          per: "period",
          max: 10_000,
          at_cap: "deny",
        },
        subject: "customer",
        plan: expect.stringMatching(/^plan-/),
        threshold: 100,
        used: "4800",
        cap: "10000",
        window_start: "2026-04-01T00:00:00.000Z",
        resets_at: "2026-05-01T00:00:00.000Z",
        projected: "13796",
        reached_at: expect.stringMatching(/^2026-04-22T/),
      },
    },
  ]);
  const [alert] = await opened.store.db.selectFrom("alerts").selectAll().execute();
  expect(alert).toMatchObject({
    threshold: 100n,
    meter: "tokens",
    provider: "gemini",
    period_start: BigInt(ANCHOR),
    created_at: BigInt(NOW),
  });
  expect(await opened.store.db.selectFrom("outbox").select(["kind", "payload"]).execute()).toEqual([
    { kind: "alert", payload: JSON.stringify({ alert_id: Number(alert?.id) }) },
  ]);
});

test("it is told once: twenty rounds, side by side, on another node, and after a restart", async () => {
  const ada = await customerOn([...CALLS_AND_TOKENS, limit({ meter: "tokens", cap: 9_000n })], {
    priceMonthly: nanoUsd(DOLLAR),
  });
  await use(ada, daily(8, { tokens: 600, cost: DOLLAR }));
  await use(ada, times(30, { at: MINUTE_AGO, failed: true, tokens: 0 }));
  await use(ada, [{ at: MINUTE_AGO, cost: 20n * DOLLAR, tokens: 0 }]);
  const one = await ports();
  const others: LookAheadPorts[] = [one];
  if (IS_POSTGRES) {
    const { clock, address } = opened;
    const other = await openLedgerAt(address, { clock, nodeId: "other", bootId: newId() });
    try {
      others.push(await ports(other));
      await Promise.all([...others, ...others].map((each) => lookAhead(each)));
    } finally {
      await other.stop();
    }
  }
  await Promise.all(Array.from({ length: 10 }, () => lookAhead(one)));
  for (let round = 0; round < 10; round += 1) await lookAhead(one);
  const first = await told();
  expect(first.map(({ kind, who }) => [kind, who === ada]).sort()).toEqual([
    ["error_rate", true],
    ["negative_margin", false],
    ["projected", true],
    ["projected", true],
    ["provider_outage", false],
    ["sudden_rise", true],
  ]);
  await opened.reopen();
  await look();
  opened.clock.at = instant(NOW + HOUR_MS);
  await use(ada, times(30, { at: instant(NOW + HOUR_MS), failed: true, tokens: 1 }));
  await look();
  expect(await told()).toEqual(first);
});

test("a limit is not projected where a threshold has said more, and not again in its window", async () => {
  const ninety = await customerOn([limit({ meter: "tokens", cap: 5_300n })]);
  await use(ninety, daily(8, { tokens: 600 }));
  const refused = await customerOn([limit({ meter: "tokens", cap: 6_000n })]);
  await use(refused, daily(8, { tokens: 600 }));
  const answer = await opened.ledger.reserve(
    reserveOf(refused, { most: { ...reserveOf(refused).most, tokens: 5_000n } }),
  );
  expect(answer.kind).toBe("denied");
  const slow = await customerOn([limit({ meter: "tokens", cap: 20_000n })]);
  await use(slow, daily(8, { tokens: 600 }));
  await look();
  expect(await told("projected")).toEqual([]);
  // A lower cap is another one; then the next period begins, and it is told of that one.
  const planVersionId = await addPlan(
    opened.store,
    plan("lower", [limit({ meter: "tokens", cap: 8_000n })]),
  );
  const moved = await addCustomer(opened.store, { planVersionId });
  await use(moved, daily(8, { tokens: 600 }));
  await look();
  opened.clock.at = instant(Date.UTC(2026, 4, 12, 10));
  await use(
    moved,
    Array.from({ length: 12 }, (_, day) => ({
      at: instant(Date.UTC(2026, 4, day + 1, 9, 50)),
      tokens: 400,
    })),
  );
  await look();
  await look();
  expect((await told("projected")).map(({ facts }) => facts["window_start"])).toEqual([
    "2026-04-01T00:00:00.000Z",
    "2026-05-01T00:00:00.000Z",
  ]);
});

test("limits of a day and of a month are looked at in their own windows, by the provider they name", async () => {
  const habit = Array.from({ length: 40 }, (_, ago) => ({ at: daysAgo(ago + 1), tokens: 900 }));
  const day = await customerOn([
    limit({ meter: "tokens", provider: "gemini", per: "day", cap: 1_000n }),
    limit({ meter: "tokens", provider: "openai", per: "day", cap: 1_000n }),
    limit({ meter: "tokens", per: "month", cap: 20_000n }),
    limit({ meter: "tokens", per: "hour", cap: 900n }),
  ]);
  await use(day, [...habit, { at: MINUTE_AGO, tokens: 600 }]);
  await use(day, [{ at: MINUTE_AGO, tokens: 100, provider: "openai" }]);
  await look();
  expect((await told("projected")).map(({ facts }) => facts)).toMatchObject([
    {
      limit: { per: "day", provider: "gemini" },
      used: "600",
      window_start: "2026-04-11T00:00:00.000Z",
      resets_at: "2026-04-12T00:00:00.000Z",
    },
    { limit: { per: "month" }, used: "9700", window_start: "2026-04-01T00:00:00.000Z" },
  ]);
});

test("a sudden rise is told with its arithmetic; what goes on is not told again, unless it has doubled", async () => {
  const bob = await customerOn([]);
  await use(bob, daily(15, { cost: 2n * DOLLAR }).slice(2));
  await use(bob, [{ at: MINUTE_AGO, cost: (87n * DOLLAR) / 10n }]);
  await look();
  expect(await told()).toEqual([
    {
      who: bob,
      kind: "sudden_rise",
      facts: {
        meter: "cost",
        until: new Date(NOW).toISOString(),
        amount: String((87n * DOLLAR) / 10n),
        usual: String(2n * DOLLAR),
        days: 13,
        times: 4.3,
        times_least: 3,
      },
    },
  ]);
  const onDay = async (days: number, dollars: bigint) => {
    opened.clock.at = instant(NOW + days * DAY_MS);
    await use(bob, [{ at: instant(MINUTE_AGO + days * DAY_MS), cost: dollars * DOLLAR }]);
    await look();
    return (await told("sudden_rise")).length;
  };
  expect([await onDay(1, 20n), await onDay(2, 9n), await onDay(3, 18n)]).toEqual([1, 1, 2]);
});

test("of whom more calls fail than usual is told, and the usual is their own", async () => {
  const calls = (failed: number, all: number, at: Instant): Use[] =>
    Array.from({ length: all }, (_, index) => ({ at, failed: index < failed }));
  const worse = await customerOn([]);
  await use(worse, calls(10, 100, daysAgo(2)));
  await use(worse, calls(12, 40, MINUTE_AGO));
  const asEver = await customerOn([]);
  await use(asEver, calls(30, 100, daysAgo(2)));
  await use(asEver, calls(12, 40, MINUTE_AGO));
  const hoursAgo = await customerOn([]);
  await use(hoursAgo, calls(40, 40, instant(NOW - 3 * HOUR_MS)));
  await use(hoursAgo, calls(0, 20, MINUTE_AGO));
  await look();
  expect(await told()).toEqual([
    {
      who: worse,
      kind: "error_rate",
      facts: { hour: "2026-04-11T09:00:00.000Z", calls: 40, failed: 12, rate: 30, rate_least: 25 },
    },
  ]);
  opened.clock.at = instant(NOW + DAY_MS);
  await use(worse, calls(20, 20, instant(MINUTE_AGO + DAY_MS)));
  await look();
  expect(await told("error_rate")).toHaveLength(2);
});

test("a provider that fails several customers is told to the operator, and after six hours again", async () => {
  const bad = (at: Instant): Use[] => times(12, { at, failed: true, provider: "openai" });
  const customers = [await customerOn([]), await customerOn([]), await customerOn([])];
  const [one, two, three] = customers;
  if (one === undefined || two === undefined || three === undefined) throw new Error("three");
  await use(one, bad(MINUTE_AGO));
  await use(three, times(4, { at: MINUTE_AGO, provider: "openai" }));
  // Mistakes of one customer, beside another who fares well.
  await use(three, times(30, { at: MINUTE_AGO, failed: true, provider: "exa" }));
  await use(one, times(3, { at: MINUTE_AGO, provider: "exa" }));
  await look();
  expect(await told("provider_outage")).toEqual([]);
  await use(two, bad(MINUTE_AGO));
  await look();
  const outage = { provider: "openai", calls: 28, failed: 24, rate: 85.7, rate_least: 50 };
  expect(await told("provider_outage")).toEqual([
    {
      who: "deployment",
      kind: "provider_outage",
      facts: { ...outage, hour: "2026-04-11T09:00:00.000Z" },
    },
  ]);
  const later = async (ms: number) => {
    opened.clock.at = instant(NOW + ms);
    for (const each of [one, two]) await use(each, bad(instant(MINUTE_AGO + ms)));
    await look();
    return (await told("provider_outage")).length;
  };
  expect([await later(HOUR_MS), await later(6 * HOUR_MS)]).toEqual([1, 2]);
});

test("a customer who costs more than their plan brings is told to the operator, once a period", async () => {
  const prices = { priceMonthly: nanoUsd(29n * DOLLAR), priceYearly: nanoUsd(290n * DOLLAR) };
  const dear = await customerOn([], prices);
  await use(dear, [{ at: MINUTE_AGO, cost: 29n * DOLLAR + 1n }]);
  const even = await customerOn([], prices);
  await use(even, [{ at: MINUTE_AGO, cost: 29n * DOLLAR }]);
  const yearly = await customerOn([], prices);
  await opened.store.write([
    opened.store.db
      .updateTable("subscriptions")
      .set({ billing_cycle: "yearly" })
      .where("customer_id", "=", yearly),
  ]);
  await use(yearly, [{ at: MINUTE_AGO, cost: 25n * DOLLAR }]);
  const free = await customerOn([]);
  await use(free, [{ at: MINUTE_AGO, cost: 500n * DOLLAR }]);
  await look();
  const found = await told("negative_margin");
  expect(found.map(({ who, facts }) => [who, facts["customer_id"]])).toEqual(
    [dear, yearly].sort().map((id) => ["deployment", id]),
  );
  expect(found.find(({ facts }) => facts["customer_id"] === dear)?.facts).toEqual({
    customer_id: dear,
    plan: expect.stringMatching(/^plan-/),
    period_start: "2026-04-01T00:00:00.000Z",
    period_end: "2026-05-01T00:00:00.000Z",
    cost: "29000000001",
    amount: "29000000000",
  });
  expect(found.find(({ facts }) => facts["customer_id"] === yearly)?.facts).toMatchObject({
    amount: "24166666667",
  });
  opened.clock.at = instant(NOW + 2 * DAY_MS);
  await use(dear, [{ at: opened.clock.at, cost: 29n * DOLLAR }]);
  await look();
  expect(await told("negative_margin")).toHaveLength(2);
});

test("more customers than a portion are all looked at, and who used nothing of late is not", async () => {
  const planVersionId = await addPlan(opened.store, plan("many", CALLS_AND_TOKENS));
  const many = await Promise.all(
    Array.from({ length: 120 }, () => addCustomer(opened.store, { planVersionId })),
  );
  const idle = await addCustomer(opened.store, { planVersionId });
  await Promise.all(many.map((each) => use(each, daily(4, { tokens: 1_500 }))));
  await use(idle, daily(5, { tokens: 1_500 }).slice(1));
  await look();
  const projected = await told("projected");
  expect(projected.map(({ who }) => who).sort()).toEqual([...many].sort());
});
