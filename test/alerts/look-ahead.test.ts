/** Limits that will be reached at this rate, at a real database: found, told once, and not where more was said. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LookAheadPorts, lookAhead } from "../../src/alerts/look-ahead/look-ahead.ts";
import { HOUR_MS, instant } from "../../src/core/instant.ts";
import { nanoUsd } from "../../src/core/money.ts";
import {
  ANCHOR,
  addCustomer,
  addPlan,
  limit,
  NOW,
  newId,
  plan,
  reserveOf,
} from "../ledger/support.ts";
import { IS_POSTGRES, openLedgerAt } from "../ledger/test-database.ts";
import {
  DOLLAR,
  daily,
  daysAgo,
  type LookingAhead,
  MINUTE_AGO,
  openLookingAhead,
  times,
} from "./looking-ahead.ts";

let ahead: LookingAhead;
beforeEach(async () => {
  ahead = await openLookingAhead();
});
afterEach(() => ahead.opened.remove());

const CALLS_AND_TOKENS = [limit({ meter: "tokens", provider: "gemini", cap: 10_000n })];

test("a limit that will be reached at this rate is told with the day, the arithmetic and what is used", async () => {
  const ada = await ahead.customerOn(CALLS_AND_TOKENS);
  await ahead.use(ada, daily(8, { tokens: 600 }));
  await ahead.look();
  // 4,800 in 10.4378 of 30 days: 13,796 at its end, and the other 5,200 in 11.3 days.
  expect(await ahead.told()).toEqual([
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
  const [alert] = await ahead.opened.store.db.selectFrom("alerts").selectAll().execute();
  expect(alert).toMatchObject({
    threshold: 100n,
    meter: "tokens",
    provider: "gemini",
    period_start: BigInt(ANCHOR),
    created_at: BigInt(NOW),
  });
  expect(
    await ahead.opened.store.db.selectFrom("outbox").select(["kind", "payload"]).execute(),
  ).toEqual([{ kind: "alert", payload: JSON.stringify({ alert_id: Number(alert?.id) }) }]);
});

test("it is told once: twenty rounds, side by side, on another node, and after a restart", async () => {
  const ada = await ahead.customerOn(
    [...CALLS_AND_TOKENS, limit({ meter: "tokens", cap: 9_000n })],
    {
      priceMonthly: nanoUsd(DOLLAR),
    },
  );
  await ahead.use(ada, daily(8, { tokens: 600, cost: DOLLAR }));
  await ahead.use(ada, times(30, { at: MINUTE_AGO, failed: true, tokens: 0 }));
  await ahead.use(ada, [{ at: MINUTE_AGO, cost: 20n * DOLLAR, tokens: 0 }]);
  const one = await ahead.ports();
  const others: LookAheadPorts[] = [one];
  if (IS_POSTGRES) {
    const { clock, address } = ahead.opened;
    const other = await openLedgerAt(address, { clock, nodeId: "other", bootId: newId() });
    try {
      others.push(await ahead.ports(other));
      await Promise.all([...others, ...others].map((each) => lookAhead(each)));
    } finally {
      await other.stop();
    }
  }
  await Promise.all(Array.from({ length: 10 }, () => lookAhead(one)));
  for (let round = 0; round < 10; round += 1) await lookAhead(one);
  const first = await ahead.told();
  expect(first).toHaveLength(6);
  expect(new Set(first.map(({ kind, who }) => `${kind} ${who === ada ? "ada" : who}`))).toEqual(
    new Set([
      "projected ada",
      "sudden_rise ada",
      "error_rate ada",
      "negative_margin deployment",
      "provider_outage deployment",
    ]),
  );
  await ahead.opened.reopen();
  await ahead.look();
  ahead.opened.clock.at = instant(NOW + HOUR_MS);
  await ahead.use(ada, times(30, { at: instant(NOW + HOUR_MS), failed: true, tokens: 1 }));
  await ahead.look();
  expect(await ahead.told()).toEqual(first);
});

test("a limit is not projected where a threshold has said more, and not again in its window", async () => {
  const ninety = await ahead.customerOn([limit({ meter: "tokens", cap: 5_300n })]);
  await ahead.use(ninety, daily(8, { tokens: 600 }));
  const refused = await ahead.customerOn([limit({ meter: "tokens", cap: 6_000n })]);
  await ahead.use(refused, daily(8, { tokens: 600 }));
  const answer = await ahead.opened.ledger.reserve(
    reserveOf(refused, { most: { ...reserveOf(refused).most, tokens: 5_000n } }),
  );
  expect(answer.kind).toBe("denied");
  const slow = await ahead.customerOn([limit({ meter: "tokens", cap: 20_000n })]);
  await ahead.use(slow, daily(8, { tokens: 600 }));
  await ahead.look();
  expect(await ahead.told("projected")).toEqual([]);
  // A lower cap is another one; then the next period begins, and it is told of that one.
  const planVersionId = await addPlan(
    ahead.opened.store,
    plan("lower", [limit({ meter: "tokens", cap: 8_000n })]),
  );
  const moved = await addCustomer(ahead.opened.store, { planVersionId });
  await ahead.use(moved, daily(8, { tokens: 600 }));
  await ahead.look();
  ahead.opened.clock.at = instant(Date.UTC(2026, 4, 12, 10));
  await ahead.use(
    moved,
    Array.from({ length: 12 }, (_, day) => ({
      at: instant(Date.UTC(2026, 4, day + 1, 9, 50)),
      tokens: 400,
    })),
  );
  await ahead.look();
  await ahead.look();
  expect((await ahead.told("projected")).map(({ facts }) => facts["window_start"])).toEqual([
    "2026-04-01T00:00:00.000Z",
    "2026-05-01T00:00:00.000Z",
  ]);
});

test("limits of a day and of a month are looked at in their own windows, by the provider they name", async () => {
  const habit = Array.from({ length: 40 }, (_, ago) => ({ at: daysAgo(ago + 1), tokens: 900 }));
  const day = await ahead.customerOn([
    limit({ meter: "tokens", provider: "gemini", per: "day", cap: 1_000n }),
    limit({ meter: "tokens", provider: "openai", per: "day", cap: 1_000n }),
    limit({ meter: "tokens", per: "month", cap: 20_000n }),
    limit({ meter: "tokens", per: "hour", cap: 900n }),
  ]);
  await ahead.use(day, [...habit, { at: MINUTE_AGO, tokens: 600 }]);
  await ahead.use(day, [{ at: MINUTE_AGO, tokens: 100, provider: "openai" }]);
  await ahead.look();
  expect((await ahead.told("projected")).map(({ facts }) => facts)).toMatchObject([
    {
      limit: { per: "day", provider: "gemini" },
      used: "600",
      window_start: "2026-04-11T00:00:00.000Z",
      resets_at: "2026-04-12T00:00:00.000Z",
    },
    { limit: { per: "month" }, used: "9700", window_start: "2026-04-01T00:00:00.000Z" },
  ]);
});

test("more customers than a portion are all looked at, and who used nothing of late is not", async () => {
  const planVersionId = await addPlan(ahead.opened.store, plan("many", CALLS_AND_TOKENS));
  const many = await Promise.all(
    Array.from({ length: 120 }, () => addCustomer(ahead.opened.store, { planVersionId })),
  );
  const idle = await addCustomer(ahead.opened.store, { planVersionId });
  await Promise.all(many.map((each) => ahead.use(each, daily(4, { tokens: 1_500 }))));
  await ahead.use(idle, daily(5, { tokens: 1_500 }).slice(1));
  await ahead.look();
  const projected = await ahead.told("projected");
  expect(projected).toHaveLength(many.length);
  expect(new Set(projected.map(({ who }) => who))).toEqual(new Set(many));
});
