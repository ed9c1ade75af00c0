/** What is told after the fact counts once and where it belongs, and corrections are appended. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { instant, MINUTE_MS } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import {
  addCustomer,
  addPlan,
  countersOf,
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

let opened: TestLedger;
let customer: CustomerId;
beforeEach(async () => {
  opened = await openTestLedger();
  const planVersionId = await addPlan(
    opened.store,
    plan("pro", [limit({ cap: 10n }), limit({ meter: "tokens", cap: 10_000n })]),
  );
  customer = await addCustomer(opened.store, { planVersionId });
});
afterEach(async () => {
  expect(await audit(opened.store)).toEqual([]);
  await opened.remove();
});

const events = () => opened.store.db.selectFrom("events").selectAll().orderBy("seq").execute();
const counters = () => countersOf(opened.store, customer);

test("an event told after the fact counts once for each id, however often and in whatever order it comes", async () => {
  const { ledger } = opened;
  const told = [1, 2, 1, 3, 2].map((n) => recordOf(customer, { sourceId: `s${n}` }));
  const answers = await Promise.all(told.map((operation) => ledger.record(operation)));
  expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, false, true, false, true]);
  expect(answers[2]?.event.id).toBe(answers[0]?.event.id);
  expect(await ledger.record(recordOf(customer, { sourceId: "s3" }))).toMatchObject({
    duplicate: true,
  });
  expect((await events()).length).toBe(3);
});

test("an event told after the fact is counted where it belongs, past the cap if need be, never in the future", async () => {
  const { ledger, store } = opened;
  await ledger.reserve(reserveOf(customer));
  const before = instant(Date.UTC(2026, 2, 20));
  for (let n = 0; n < 12; n += 1) await ledger.record(recordOf(customer));
  await ledger.record(recordOf(customer, { timestamp: before }));
  expect(await counters()).toMatchObject({ "calls * period": [12n, 1n] });
  const days = await store.db
    .selectFrom("rollups_day")
    .select(["period_start", "starts_at", "calls"])
    .orderBy("starts_at")
    .execute();
  expect(days).toEqual([
    { period_start: BigInt(Date.UTC(2026, 2, 1)), starts_at: BigInt(before), calls: 1n },
    {
      period_start: BigInt(Date.UTC(2026, 3, 1)),
      starts_at: BigInt(Date.UTC(2026, 3, 11)),
      calls: 12n,
    },
  ]);
  await ledger.record(recordOf(customer, { timestamp: instant(NOW + 5 * MINUTE_MS) }));
  await expect(
    ledger.record(recordOf(customer, { timestamp: instant(NOW + 5 * MINUTE_MS + 1) })),
  ).rejects.toMatchObject({ code: "invalid_request", details: { field: "timestamp" } });
});

test("an event whose id names a hold of the caller's is that hold's end", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer, { owner: "external", sourceId: "job-1" });
  await ledger.reserve(operation);
  expect(await ledger.record(recordOf(customer, { sourceId: "job-1" }))).toMatchObject({
    duplicate: false,
    event: { id: operation.id },
  });
  expect(await counters()).toMatchObject({ "calls * period": [1n, 0n] });
});

test("a correction is counted once, in the event's own windows, and cannot leave less than nothing", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer);
  await ledger.reserve(operation);
  await ledger.settle(settleOf(operation.id));
  const less = {
    kind: "correct",
    eventId: operation.id,
    reason: "refund",
    sourceId: "r1",
    usageDelta: { output: -20 },
    costDelta: -400_000n,
  } as const;
  expect(await ledger.correct(less)).toEqual({ kind: "corrected", again: false });
  expect(await ledger.correct(less)).toEqual({ kind: "corrected", again: true });
  expect(await counters()).toMatchObject({ "tokens * period": [130n, 0n] });
  await expect(
    ledger.correct({ ...less, sourceId: "r2", usageDelta: { output: -31 } }),
  ).rejects.toMatchObject({ code: "invalid_request" });
  expect(await ledger.correct({ ...less, eventId: newId() })).toEqual({ kind: "unknown" });
});
