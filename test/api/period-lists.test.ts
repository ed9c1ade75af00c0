/** Lists of usage periods where the anchor has moved, and reads of more rows than a read may have; on the roll-ups themselves. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { DAY_MS, formatDate, type Instant, parseInstant } from "../../src/core/instant.ts";
import { periodFrom } from "../../src/insights/billing-period.ts";
import { breakdownStretch } from "../../src/insights/breakdown-stretch.ts";
import { listPeriods, listPeriodsWithUse } from "../../src/insights/list-periods.ts";
import { readBreakdown } from "../../src/insights/read-breakdown.ts";
import { readTrends } from "../../src/insights/read-trends.ts";
import type { Store } from "../../src/store/store.ts";
import { type EmptyDatabase, emptyDatabase, openStoreAt } from "../ledger/test-database.ts";

let database: EmptyDatabase;
let store: Store;

beforeAll(async () => {
  database = await emptyDatabase();
  store = await openStoreAt(database.address);
});
afterAll(async () => {
  await store.close();
  await database.remove();
});

const at = (text: string): Instant => parseInstant(text, "at");

/** One call in each of these periods, on the day that it starts. */
async function used(name: string, starts: readonly string[]): Promise<CustomerId> {
  const customerId = name as CustomerId;
  const rows = starts.map((start) => ({
    ...{ customer_id: name, period_start: at(start), starts_at: at(start) },
    ...{
      provider: "openai",
      model: "m",
      operation: "chat",
      key_id: "",
      outcome: "success" as const,
    },
    ...{ calls: 1, tokens: 10, input_tokens: 10, output_tokens: 0, cost: 1_000_000_000 },
    ...{ images: 0, characters: 0, seconds: 0, pages: 0, events: 1, latency_ms: 0, retries: 0 },
  }));
  const days = rows.map((row) => ({
    ...row,
    starts_at: row.period_start - (row.period_start % DAY_MS),
  }));
  await store.write([
    store.db.insertInto("rollups_period").values(rows),
    store.db.insertInto("rollups_day").values(days),
  ]);
  return customerId;
}

const trendsOf = (customerId: CustomerId, anchor: string, now: string, months: number) =>
  readTrends(store, {
    customerId,
    usageAnchor: at(anchor),
    now: at(now),
    months,
    granularity: "period",
  });

test("where the anchor moved, the periods from before are those that were, with no month left out", async () => {
  // On the 3rd until April; subscribed anew on 20 April. Nothing was used in March.
  const id = await used("moved", [
    "2026-01-03T08:00:00Z",
    "2026-02-03T08:00:00Z",
    "2026-04-03T08:00:00Z",
    "2026-04-20T12:00:00Z",
  ]);
  const trends = await trendsOf(id, "2026-04-20T12:00:00Z", "2026-05-25T00:00:00Z", 7);
  expect(trends.periods).toEqual([
    "2025-12-03",
    "2026-01-03",
    "2026-02-03",
    "2026-03-03",
    "2026-04-03",
    "2026-04-20",
    "2026-05-20",
  ]);
  expect(trends.total_calls).toEqual([0, 1, 1, 0, 1, 1, 0]);
  const fewer = await trendsOf(id, "2026-04-20T12:00:00Z", "2026-05-25T00:00:00Z", 2);
  expect([fewer.periods, fewer.total_calls]).toEqual([
    ["2026-04-20", "2026-05-20"],
    [1, 0],
  ]);
});

test("who subscribes on the day they came has that date once, with all of the day's use", async () => {
  const id = await used("same-day", ["2026-03-05T10:00:00Z", "2026-03-05T10:30:00Z"]);
  const trends = await trendsOf(id, "2026-03-05T10:30:00Z", "2026-04-06T00:00:00Z", 3);
  expect(trends.periods).toEqual(["2026-02-05", "2026-03-05", "2026-04-05"]);
  expect(trends.total_calls).toEqual([0, 2, 0]);
});

test("an old anchor on the 31st makes no period of three days after February", async () => {
  const id = await used("clipped", [
    "2026-01-31T10:00:00Z",
    "2026-02-28T10:00:00Z",
    "2026-03-31T10:00:00Z",
    "2026-04-10T00:00:00Z",
  ]);
  const asker = {
    customerId: id,
    usageAnchor: at("2026-04-10T00:00:00Z"),
    now: at("2026-04-11T00:00:00Z"),
  };
  const periods = await listPeriods(store, asker, 4);
  expect(periods.map(({ start }) => formatDate(start))).toEqual([
    "2026-01-31",
    "2026-02-28",
    "2026-03-31",
    "2026-04-10",
  ]);
  // Each ends where the next begins.
  expect(periods.slice(1).map(({ start }) => start)).toEqual(
    periods.slice(0, -1).map(({ end }) => end),
  );
  expect(await listPeriodsWithUse(store, asker)).toEqual(periods);
  const february = await periodFrom(store, asker, at("2026-02-28T10:00:00Z"));
  expect(formatDate(february.end)).toBe("2026-03-31");
  const cutShort = await periodFrom(store, asker, at("2026-03-31T10:00:00Z"));
  expect(formatDate(cutShort.end)).toBe("2026-04-10");
});

test("a breakdown of all time by period has the same periods, and adds up", async () => {
  const id = await used("stepped", ["2026-01-03T08:00:00Z", "2026-04-20T12:00:00Z"]);
  const asker = {
    customerId: id,
    usageAnchor: at("2026-04-20T12:00:00Z"),
    now: at("2026-05-25T00:00:00Z"),
  };
  const asked = { billing_period: "all", granularity: "period" } as const;
  const { stretch, steps } = await breakdownStretch(store, asker, asked);
  const { rows, steps: shown } = await readBreakdown(store, {
    customerId: id,
    by: "provider",
    stretch,
    granularity: "period",
    steps,
    only: {},
  });
  expect(shown).toEqual([
    "2026-01-03",
    "2026-02-03",
    "2026-03-03",
    "2026-04-03",
    "2026-04-20",
    "2026-05-20",
  ]);
  expect(rows[0]?.series?.calls).toEqual([1, 0, 0, 0, 1, 0]);
});

test("sixty values over eleven hundred days are more rows than a read may have, and are read all the same", async () => {
  const start = at("2024-01-01T00:00:00Z");
  const [values, days] = [60, 1_100];
  const rows = Array.from({ length: values * days }, (_, index) => {
    const startsAt = start + Math.floor(index / values) * DAY_MS;
    return {
      ...{ customer_id: "tagged", period_start: startsAt, starts_at: startsAt, tag: "team" },
      ...{ value: `v${index % values}`, provider: "openai", model: "m" },
      ...{ calls: 1, tokens: 2, cost: 1_000 * ((index % values) + 1), events: 1 },
    };
  });
  for (let from = 0; from < rows.length; from += 2_000) {
    const some = rows.slice(from, from + 2_000);
    await store.write([store.db.insertInto("rollups_tag").values(some)]);
  }
  const asker = {
    customerId: "tagged" as CustomerId,
    usageAnchor: start,
    now: at("2027-02-01T00:00:00Z"),
  };
  const asked = { from: "2024-01-01", to: "2027-01-05", granularity: "day" } as const;
  const { stretch, steps } = await breakdownStretch(store, asker, asked);
  expect(steps).toHaveLength(days);
  const breakdown = await readBreakdown(store, {
    customerId: asker.customerId,
    by: "tag",
    tag: "team",
    stretch,
    granularity: "day",
    steps,
    only: {},
  });
  expect(breakdown.rows).toHaveLength(50);
  expect(breakdown.total.calls).toBe(values * days);
  const ofOther = breakdown.rows.at(-1);
  expect(ofOther).toMatchObject({ name: "other", calls: 11 * days });
  expect(new Set(ofOther?.series?.calls)).toEqual(new Set([11]));
  for (const { calls, series } of breakdown.rows) {
    expect(series?.calls.reduce((sum, each) => sum + each, 0)).toBe(calls);
  }
});
