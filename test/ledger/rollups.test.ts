/** Roll-ups of periods, histograms of latency and sums of tags say what events and corrections say, whatever happened. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallId, CustomerId, KeyId } from "../../src/core/ids.ts";
import { DAY_MS, instant } from "../../src/core/instant.ts";
import { latencyBucket } from "../../src/core/latency-histogram.ts";
import { nanoUsd } from "../../src/core/money.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { repairDifferences } from "../../src/ledger/audit/repair-differences.ts";
import type { EventFacts } from "../../src/ledger/ledger.ts";
import { recount, storedSums } from "./recount.ts";
import {
  ANCHOR,
  addCustomer,
  addKey,
  addPlan,
  factsOf,
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
import { IS_POSTGRES } from "./test-database.ts";

const TAGS = ["team", "feature"];

let opened: TestLedger;
let customer: CustomerId;
let other: CustomerId;
let keyId: KeyId;
beforeEach(async () => {
  opened = await openTestLedger({ tags: TAGS });
  const { store } = opened;
  const planVersionId = await addPlan(store, plan("pro", [limit({ cap: 10n ** 9n })]));
  customer = await addCustomer(store, { planVersionId });
  other = await addCustomer(store, { planVersionId, anchor: instant(ANCHOR + 9.4 * DAY_MS) });
  keyId = await addKey(store, customer, []);
});
afterEach(() => opened.remove());

const told = fc.record({
  usage: fc.record({ input: fc.integer({ min: 0, max: 900 }), output: fc.constant(5_000) }),
  cost: fc.integer({ min: 1_000, max: 9_000_000 }),
  statusCode: fc.constantFrom(200, 200, 200, 429, 500),
  latencyMs: fc.constantFrom(0, 1, 2, 119, 120, 5_000, 90_000_000),
  retryCount: fc.integer({ min: 0, max: 2 }),
  tags: fc.option(
    fc.dictionary(
      fc.constantFrom("team", "feature", "other", "__proto__"),
      fc.constantFrom("red", "red blue", 'a"],["b', "", "é💰"),
      { maxKeys: 4 },
    ),
  ),
});

const step = fc.oneof(
  fc.record({ kind: fc.constant("call" as const), whose: fc.nat(2), told }),
  fc.record({ kind: fc.constant("late" as const), told }),
  fc.record({ kind: fc.constant("record" as const), daysAgo: fc.nat(70), told }),
  fc.record({ kind: fc.constant("correct" as const), which: fc.nat(1_000), at: fc.nat(1_000) }),
  fc.record({ kind: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 300 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

function factsFrom({ cost, tags, ...rest }: typeof told extends fc.Arbitrary<infer T> ? T : never) {
  const facts: Partial<EventFacts> = { ...rest, cost: nanoUsd(BigInt(cost)) };
  return factsOf(tags === null ? facts : { ...facts, tags });
}

/** Does what is drawn; `ids` are the events so far. */
async function take(one: Step, ids: CallId[]): Promise<void> {
  const { ledger, clock } = opened;
  switch (one.kind) {
    case "wait":
      clock.at = instant(clock.at + one.hours * 3_600_000);
      return;
    case "record": {
      const timestamp = instant(clock.at - one.daysAgo * DAY_MS);
      const { event } = await ledger.record(
        recordOf(other, { timestamp, facts: factsFrom(one.told) }),
      );
      ids.push(event.id);
      return;
    }
    case "correct": {
      const eventId = ids[one.which % Math.max(1, ids.length)];
      if (eventId === undefined) return;
      const usageDelta = { input: one.at, output: -1 };
      const change = { reason: "refund", usageDelta, costDelta: -10n };
      await ledger.correct({ kind: "correct", eventId, sourceId: newId(), ...change });
      return;
    }
    case "call": {
      const payer = [{ customerId: customer }, { customerId: customer, keyId }][one.whose];
      const held = reserveOf(customer, { payer: payer ?? { customerId: other } });
      await ledger.reserve(held);
      await ledger.settle(settleOf(held.id, factsFrom(one.told)));
      ids.push(held.id);
      return;
    }
    case "late": {
      const held = reserveOf(customer);
      await ledger.reserve(held);
      clock.at = instant(clock.at + 2 * held.ttlMs);
      await opened.sweep();
      await ledger.settle(settleOf(held.id, factsFrom(one.told)));
      ids.push(held.id);
    }
  }
}

async function expectSumsOfLog(): Promise<void> {
  expect(await storedSums(opened.store)).toEqual(await recount(opened.store, TAGS));
}

test("calls, late settles, corrections, and what is told of other days and periods, one by one and together", async () => {
  const ids: CallId[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
      for (const one of steps) await take(one, ids);
      // In few batches, where a row may rise several times; time stands, or what is held would expire and lose its tags.
      const atOnce = steps.filter(({ kind }) => kind !== "wait" && kind !== "late");
      await Promise.all(atOnce.map((one) => take(one, ids)));
      await expectSumsOfLog();
    }),
    // The database goes on from run to run, so fewer steps would not show what more have shown.
    { numRuns: 4, endOnFailure: true },
  );
  const {
    rollups_period: periods,
    latencies_day: latencies,
    rollups_tag: tags,
  } = await storedSums(opened.store);
  expect([periods, latencies, tags].every((sums) => Object.keys(sums).length > 5)).toBe(true);
  expect(await audit(opened.store)).toEqual([]);
});

test("a call is in the step of its latency once, and a correction in none", async () => {
  const { ledger, store } = opened;
  const { event } = await ledger.record(recordOf(customer, { facts: factsOf({ latencyMs: 120 }) }));
  await ledger.record(recordOf(customer, { facts: factsOf({ latencyMs: 0 }) }));
  const change = { usageDelta: { output: -20 }, costDelta: -400_000n };
  await ledger.correct({
    ...{ kind: "correct", eventId: event.id, reason: "refund", sourceId: "r1" },
    ...change,
  });
  expect(await store.db.selectFrom("latencies_day").selectAll().execute()).toEqual([
    {
      customer_id: customer,
      period_start: BigInt(ANCHOR),
      starts_at: BigInt(NOW - (NOW % DAY_MS)),
      provider: "gemini",
      model: "gemini-2.5-flash",
      bucket: BigInt(latencyBucket(120)),
      events: 1n,
    },
  ]);
});

describe("sums of tags", () => {
  const tagged = (tags: Record<string, string>) => factsOf({ tags });
  const correctionOf = (eventId: CallId) =>
    ({
      kind: "correct",
      eventId,
      reason: "refund",
      sourceId: newId(),
      usageDelta: { output: -20 },
      costDelta: -400_000n,
    }) as const;
  const sums = async () =>
    (await opened.store.db.selectFrom("rollups_tag").selectAll().orderBy("tag").execute()).map(
      ({ tag, value, calls, tokens, cost, events }) => [tag, value, calls, tokens, cost, events],
    );

  test("are of declared names only, and follow corrections", async () => {
    const facts = tagged({ team: "red", feature: "chat", session: "s1" });
    const { event } = await opened.ledger.record(recordOf(customer, { facts }));
    await opened.ledger.record(recordOf(customer, { facts: tagged({ session: "s2" }) }));
    await opened.ledger.correct(correctionOf(event.id));
    expect(await sums()).toEqual([
      ["feature", "chat", 1n, 130n, 600_000n, 1n],
      ["team", "red", 1n, 130n, 600_000n, 1n],
    ]);
  });

  test("are of each value by itself, whatever signs it has, also within one batch", async () => {
    const values = ["", "a", "a b", "a,b", 'a"]', "\u0000", "é💰"];
    const told = values.flatMap((team) => [team, team]).map((team) => tagged({ team }));
    await Promise.all(told.map((facts) => opened.ledger.record(recordOf(customer, { facts }))));
    const stored = (await sums()).map(([, value, calls]) => [value, calls]);
    // PostgreSQL has no NUL.
    const shown = values.map((value) => [IS_POSTGRES ? value.replace("\0", "\uFFFD") : value, 2n]);
    expect(stored).toHaveLength(values.length);
    expect(stored).toEqual(expect.arrayContaining(shown));
  });

  test("of a name that is declared later begin then: a correction of an earlier event is in none", async () => {
    await opened.reopen({ tags: [] });
    const facts = tagged({ team: "red" });
    const { event } = await opened.ledger.record(recordOf(customer, { facts }));
    await opened.reopen({ tags: ["team"] });
    await opened.ledger.correct(correctionOf(event.id));
    expect(await sums()).toEqual([]);
    await opened.ledger.record(recordOf(customer, { facts }));
    expect(await sums()).toEqual([["team", "red", 1n, 150n, 1_000_000n, 1n]]);
  });

  test("stay as they are when an event's details are deleted, and it is corrected after that", async () => {
    const facts = tagged({ team: "red" });
    const { event } = await opened.ledger.record(recordOf(customer, { facts }));
    await opened.store.write([opened.store.db.deleteFrom("event_details")]);
    await opened.ledger.correct(correctionOf(event.id));
    expect(await sums()).toEqual([["team", "red", 1n, 150n, 1_000_000n, 1n]]);
  });
});

test("an audit finds a period's row that is off, missing, or too many, and a repair puts each right", async () => {
  for (const days of [0, 40, 80]) {
    await opened.ledger.record(
      recordOf(customer, { timestamp: instant(NOW - days * DAY_MS), facts: factsOf() }),
    );
  }
  const { db, write } = opened.store;
  const before = await db.selectFrom("rollups_period").selectAll().orderBy("starts_at").execute();
  expect(before).toHaveLength(3);
  const [first, second] = before.map((row) => row.starts_at);
  const row = await db.selectFrom("rollups_period").selectAll().executeTakeFirstOrThrow();
  await write([
    db
      .updateTable("rollups_period")
      .set({ cost: 5 })
      .where("starts_at", "=", first ?? 0n),
    db.deleteFrom("rollups_period").where("starts_at", "=", second ?? 0n),
    db.insertInto("rollups_period").values({ ...row, customer_id: "0stranger", events: 3 }),
  ]);
  const off = await audit(opened.store);
  expect(off.every(({ of }) => of.table === "rollups_period")).toBe(true);
  expect(off.map(({ what, found, expected }) => [what.split(" ").at(-1), found, expected])).toEqual(
    expect.arrayContaining([
      ["cost", 5n, 1_000_000n],
      ["calls", 0n, 1n],
      ["events", 3n, 0n],
    ]),
  );
  expect(await repairDifferences(opened.ledger, off, "key:k1")).toEqual([]);
  expect(await audit(opened.store)).toEqual([]);
  await db.selectFrom("rollups_period").selectAll().orderBy("starts_at").execute();
  await write([db.deleteFrom("rollups_period").where("customer_id", "=", "0stranger")]);
  expect(await db.selectFrom("rollups_period").selectAll().orderBy("starts_at").execute()).toEqual(
    before,
  );
});

test("a limit that comes in the course of a period counts what its key has used in it, and no other key", async () => {
  const { ledger, store } = opened;
  await ledger.record(recordOf(customer, { payer: { customerId: customer, keyId } }));
  await ledger.record(recordOf(customer));
  const timestamp = instant(ANCHOR - 1);
  await ledger.record(recordOf(customer, { payer: { customerId: customer, keyId }, timestamp }));
  const limits = JSON.stringify([{ meter: "tokens", max: 1_000 }]);
  await store.write([store.db.updateTable("keys").set({ limits }).where("id", "=", keyId)]);
  await ledger.reserve(reserveOf(customer, { payer: { customerId: customer, keyId } }));
  const counters = await store.db
    .selectFrom("counters")
    .select(["used", "held"])
    .where("subject", "=", `key:${keyId}`)
    .execute();
  expect(counters).toEqual([{ used: 150n, held: 150n }]);
});
