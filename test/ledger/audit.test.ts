/** An audit finds what is off, and only that, while calls go on; a repair posts what is lacking, and notes it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CustomerId, KeyId } from "../../src/core/ids.ts";
import { HOUR_MS, instant } from "../../src/core/instant.ts";
import { audit, auditSteps, type Difference } from "../../src/ledger/audit/audit.ts";
import { setClosedBefore } from "../../src/ledger/audit/closed-before.ts";
import { repairDifferences } from "../../src/ledger/audit/repair-differences.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  limit,
  NOW,
  newId,
  openTestLedger,
  plan,
  recordOf,
  reserveOf,
  settleOf,
  type TestLedger,
} from "./support.ts";

const HOUR = BigInt(NOW - (NOW % HOUR_MS));
const DAY = BigInt(Date.UTC(2026, 3, 11));

let opened: TestLedger;
let customer: CustomerId;
let key: KeyId;
let planVersionId: number;
beforeEach(async () => {
  opened = await openTestLedger();
  const { store } = opened;
  await store.write([
    store.db.insertInto("meta").values({
      name: "deployment_limits",
      value: '[{"meter":"calls","max":1000000},{"meter":"calls","max":1000000,"per":"minute"}]',
    }),
  ]);
  const limits = [
    limit({ cap: 1_000_000n }),
    limit({ meter: "tokens", per: "day", cap: 10n ** 12n }),
    limit({ per: "hour", provider: "gemini", cap: 1_000_000n }),
    limit({ per: "minute", cap: 1_000_000n }),
  ];
  planVersionId = await addPlan(store, plan("pro", limits));
  customer = await addCustomer(store, { planVersionId });
  key = await addKey(store, customer, [limit({ cap: 1_000_000n })]);
});
afterEach(() => opened.remove());

async function call(of: CustomerId = customer): Promise<void> {
  const operation = reserveOf(of, {
    payer: of === customer ? { customerId: of, keyId: key } : { customerId: of },
  });
  expect((await opened.ledger.reserve(operation)).kind).toBe("granted");
  await opened.ledger.settle(settleOf(operation.id));
}

/** Makes a counter of that subject, meter and window what it is not. */
async function plant(
  of: { subject: string; meter: string; per: string },
  change: { used?: bigint; held?: bigint },
): Promise<void> {
  const { db, write } = opened.store;
  await write([
    // The ledger changes a customer's counters under the lock of this row; beside it, a batch would write over ours.
    db.updateTable("customers").set(({ ref }) => ({ created_at: ref("created_at") })),
    db
      .updateTable("counters")
      .set((eb) => ({
        used: eb("used", "+", change.used ?? 0n),
        held: eb("held", "+", change.held ?? 0n),
      }))
      .where("subject", "=", of.subject)
      .where("meter", "=", of.meter)
      .where("per", "=", of.per),
  ]);
}

const shown = (differences: readonly Difference[]) =>
  differences.map(({ what, found, expected }) => `${what} ${found} not ${expected}`).sort();

/** Lets 16 callers call until the work is done. */
async function duringTraffic<Result>(work: () => Promise<Result>): Promise<Result> {
  const others = await Promise.all(
    [1, 2, 3].map(() => addCustomer(opened.store, { planVersionId })),
  );
  let isOver = false;
  let calls = 0;
  const callers = Array.from({ length: 16 }, async (_, index) => {
    while (!isOver) {
      await call([customer, ...others][index % 4]);
      calls += 1;
    }
  });
  try {
    return await work();
  } finally {
    isOver = true;
    await Promise.all(callers);
    expect(calls).toBeGreaterThan(50);
  }
}

describe("what is off is found, with what it should be", () => {
  test("in counters: of the customer, of its key, of the deployment; used and held", async () => {
    await call();
    await opened.ledger.reserve(reserveOf(customer));
    expect(await audit(opened.store)).toEqual([]);
    await plant({ subject: customer, meter: "calls", per: "period" }, { used: 3n });
    await plant({ subject: customer, meter: "tokens", per: "day" }, { used: -1n, held: 5n });
    await plant({ subject: customer, meter: "calls", per: "minute" }, { used: 1n });
    await plant({ subject: `key:${key}`, meter: "calls", per: "period" }, { used: 7n });
    await plant({ subject: "deployment", meter: "calls", per: "period" }, { used: 2n, held: 1n });
    const april = Date.UTC(2026, 3, 1);
    const minute = NOW - (NOW % 60_000);
    expect(shown(await audit(opened.store))).toEqual(
      [
        `used: ${customer} calls * * * period ${april} 4 not 1`,
        `used: ${customer} tokens * * * day ${DAY} 149 not 150`,
        `held: ${customer} tokens * * * day ${DAY} 155 not 150`,
        `used: ${customer} calls * * * minute ${minute} 2 not 1`,
        `used: key:${key} calls * * * period ${april} 8 not 1`,
        `used: deployment calls * * * period ${april} 3 not 1`,
        `held: deployment calls * * * period ${april} 2 not 1`,
      ].sort(),
    );
  });

  test("in roll-ups: a wrong sum, a row too many, a row too few", async () => {
    await call();
    const { db, write } = opened.store;
    const row = await db.selectFrom("rollups_day").selectAll().executeTakeFirstOrThrow();
    await write([
      db.updateTable("rollups_hour").set({ cost: 5 }).where("starts_at", "=", HOUR),
      db.insertInto("rollups_day").values({ ...row, model: "gemini-9", events: 0, calls: 4n }),
      db.updateTable("rollups_period").set({ tokens: 1 }),
    ]);
    const words = `${customer} ${row.period_start}`;
    const like = (model: string) => `gemini ${model} generate ${key} success`;
    const off = shown(await audit(opened.store));
    expect(off).toContain(
      `rollups_hour: ${words} ${HOUR} ${like("gemini-2.5-flash")} cost 5 not 1000000`,
    );
    expect(off).toContain(`rollups_day: ${words} ${DAY} ${like("gemini-9")} calls 4 not 0`);
    const april = Date.UTC(2026, 3, 1);
    expect(off).toContain(
      `rollups_period: ${words} ${april} ${like("gemini-2.5-flash")} tokens 1 not 150`,
    );
    await write([db.deleteFrom("rollups_day").where("model", "=", "gemini-2.5-flash")]);
    expect(shown(await audit(opened.store))).toContain(
      `rollups_day: ${words} ${DAY} ${like("gemini-2.5-flash")} events 0 not 1`,
    );
  });

  test("of a customer of whom there are only counters or roll-ups", async () => {
    const stranger = await addCustomer(opened.store, { id: "0stranger" });
    await call();
    const { db, write } = opened.store;
    const hour = await db.selectFrom("rollups_hour").selectAll().executeTakeFirstOrThrow();
    await write([db.insertInto("rollups_hour").values({ ...hour, customer_id: stranger })]);
    const off = await audit(opened.store);
    expect(off.length).toBeGreaterThan(0);
    expect(off.every(({ of }) => of.table === "rollups_hour")).toBe(true);
  });

  test("a window under a day that began late is no fault, one that counted too much is", async () => {
    for (let n = 0; n < 3; n += 1) await opened.ledger.record(recordOf(customer));
    await plant({ subject: customer, meter: "calls", per: "hour" }, { used: -2n });
    expect(await audit(opened.store)).toEqual([]);
  });
});

test("while 16 callers call, nothing is off, however often one looks, and what is planted is found", async () => {
  await call();
  const [quiet, off] = await duringTraffic(async () => {
    const looks: Difference[] = [];
    for (let n = 0; n < 12; n += 1) looks.push(...(await audit(opened.store)));
    await plant({ subject: customer, meter: "calls", per: "period" }, { used: 3n });
    await plant({ subject: "deployment", meter: "calls", per: "period" }, { used: 2n, held: 1n });
    return [looks, await audit(opened.store)];
  });
  expect(quiet).toEqual([]);
  expect(
    off.map(({ what, found, expected }) => [what.split(" ", 2).join(" "), found - expected]),
  ).toEqual([
    [`used: ${customer}`, 3n],
    ["used: deployment", 2n],
    ["held: deployment", 1n],
  ]);
  expect((await audit(opened.store)).length).toBe(3);
});

test("a month that is closed meanwhile makes no difference of what customers share", async () => {
  await call();
  await plant({ subject: "deployment", meter: "calls", per: "period" }, { used: 2n });
  const found: Difference[] = [];
  for await (const { differences } of auditSteps(opened.store)) {
    found.push(...differences);
    await opened.store.write([setClosedBefore(opened.store, NOW)]);
  }
  expect(found).toEqual([]);
  expect(await audit(opened.store)).toHaveLength(1);
});

describe("a repair", () => {
  test("posts what is lacking, beside calls that go on, and notes each; an audit then finds nothing", async () => {
    await call();
    await duringTraffic(async () => {
      const { db, write } = opened.store;
      await plant({ subject: customer, meter: "calls", per: "period" }, { used: 3n });
      await plant({ subject: "deployment", meter: "calls", per: "period" }, { held: 4n });
      await write([db.updateTable("rollups_day").set(({ eb }) => ({ cost: eb("cost", "+", 9n) }))]);
      const off = await audit(opened.store);
      expect(off.length).toBeGreaterThan(2);
      expect(await repairDifferences(opened.ledger, off, "key:k1")).toEqual([]);
      expect(await audit(opened.store)).toEqual([]);
      const notes = await db.selectFrom("audit_log").selectAll().execute();
      expect(notes.map(({ actor, action, subject }) => [actor, action, subject])).toEqual(
        off.map(({ what }) => ["key:k1", "audit.repair", what]),
      );
      expect(notes.map(({ details }) => JSON.parse(details))).toEqual(
        off.map(({ found, expected }) => ({ found: `${found}`, expected: `${expected}` })),
      );
    });
    expect(await audit(opened.store)).toEqual([]);
  });

  test("refuses what would leave less than nothing, and what is not there", async () => {
    await call();
    await plant({ subject: customer, meter: "calls", per: "period" }, { used: 3n });
    const [difference] = await audit(opened.store);
    if (difference?.of.table !== "counters") throw new Error("A counter is off.");
    const { of } = difference;
    const stale = { ...difference, found: 9n, expected: 1n };
    const elsewhere = { ...difference, of: { ...of, key: { ...of.key, meter: "pages" as const } } };
    const left = await repairDifferences(opened.ledger, [stale, elsewhere], "key:k1");
    expect(left.map(({ why }) => why)).toEqual([
      expect.stringContaining("less than nothing"),
      expect.stringContaining("no such counter"),
    ]);
    expect(await opened.store.db.selectFrom("audit_log").select("id").execute()).toEqual([]);
    expect(await audit(opened.store)).toEqual([difference]);
  });
});

test("a customer of thousands of hours is looked at month by month, in pages, corrections included", async () => {
  const hours = 5_200;
  const from = Date.UTC(2025, 7, 1);
  const told = await Promise.all(
    Array.from({ length: hours }, (_, hour) =>
      opened.ledger.record(recordOf(customer, { timestamp: instant(from + hour * HOUR_MS) })),
    ),
  );
  await opened.ledger.correct({
    kind: "correct",
    eventId: told[7]?.event.id ?? newId(),
    reason: "refund",
    sourceId: "r1",
    usageDelta: { output: -20 },
    costDelta: -400_000n,
  });
  await call();
  const steps = [];
  for await (const step of auditSteps(opened.store)) steps.push(step);
  expect(steps.flatMap(({ differences }) => differences)).toEqual([]);
  expect(steps.at(-1)?.progress).toMatchObject({ customers: 1, events: hours + 1 });
  const { db, write } = opened.store;
  const at = BigInt(from + 4_000 * HOUR_MS);
  await write([db.updateTable("rollups_hour").set({ calls: 3 }).where("starts_at", "=", at)]);
  await plant({ subject: customer, meter: "calls", per: "period" }, { used: 1n });
  const longest = db.updateTable("rollups_period").set({ retries: 7 });
  await write([longest.where("period_start", "=", BigInt(Date.UTC(2025, 8, 1)))]);
  expect((await audit(opened.store)).map(({ found, expected }) => [found, expected])).toEqual([
    [3n, 1n],
    [7n, 0n],
    [2n, 1n],
  ]);
});
