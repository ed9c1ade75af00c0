/** Callers' own ids whose hold was released, windows that are younger than what they count, and work deferred while swept. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { DAY_MS, HOUR_MS, instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import {
  addCustomer,
  addPlan,
  limit,
  NOW,
  openTestLedger,
  plan,
  recordOf,
  reserveOf,
  settleOf,
  subscribe,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
let customer: CustomerId;
beforeEach(async () => {
  opened = await openTestLedger();
  customer = await addCustomer(opened.store, {
    planVersionId: await addPlan(opened.store, plan("one", [limit({ cap: 1n })])),
  });
});
afterEach(async () => {
  expect(await audit(opened.store)).toEqual([]);
  await opened.remove();
});

async function release(id: CallId): Promise<void> {
  await opened.ledger.release({ kind: "release", id, reason: "", onlyExternal: false });
}

async function onPlan(slug: string, limits: Parameters<typeof plan>[1]): Promise<void> {
  await subscribe(opened.store, customer, await addPlan(opened.store, plan(slug, limits)));
}

test("a source id whose hold was released is held anew, and only if it fits", async () => {
  const { ledger } = opened;
  const first = reserveOf(customer, { sourceId: "order-1", owner: "external" });
  expect(await ledger.reserve(first)).toMatchObject({ kind: "granted", id: first.id });
  await release(first.id);

  const second = reserveOf(customer, { sourceId: "order-1", owner: "external" });
  expect(await ledger.reserve(second)).toMatchObject({ kind: "granted", id: second.id });
  const third = reserveOf(customer, { sourceId: "order-1", owner: "external" });
  expect(await ledger.reserve(third)).toMatchObject({ kind: "granted", id: second.id });
  await release(second.id);

  await ledger.settle(settleOf((await granted()).id));
  expect(await ledger.reserve(reserveOf(customer, { sourceId: "order-1" }))).toMatchObject({
    kind: "denied",
    code: "limit_reached",
  });
});

async function granted(): Promise<{ id: CallId }> {
  const operation = reserveOf(customer);
  expect((await opened.ledger.reserve(operation)).kind).toBe("granted");
  return operation;
}

test("a source id whose hold was forgotten can be held and recorded again, and counts once", async () => {
  const { ledger } = opened;
  for (const sourceId of ["held-again", "recorded-again"]) {
    const operation = reserveOf(customer, { sourceId, owner: "external" });
    await ledger.reserve(operation);
    await release(operation.id);
  }
  opened.clock.at = instant(NOW + 25 * HOUR_MS);
  await opened.sweep();

  const again = reserveOf(customer, { sourceId: "held-again", owner: "external" });
  expect(await ledger.reserve(again)).toMatchObject({ kind: "granted", id: again.id });
  await ledger.settle(settleOf(again.id));
  const told = recordOf(customer, { sourceId: "recorded-again" });
  expect(await ledger.record(told)).toMatchObject({ duplicate: false });
  const retold = await ledger.record(recordOf(customer, { sourceId: "recorded-again" }));
  expect(retold).toMatchObject({ duplicate: true, event: { id: told.id } });
});

test("a limit per hour that comes later counts what the hour has seen, a minute's is never below nothing", async () => {
  const { ledger } = opened;
  await onPlan("open", []);
  const { event } = await ledger.record(recordOf(customer));
  await onPlan("timed", [
    limit({ meter: "tokens", per: "hour", cap: 200n }),
    limit({ meter: "tokens", per: "minute", cap: 1_000n }),
  ]);
  expect(await ledger.reserve(reserveOf(customer))).toMatchObject({
    kind: "denied",
    limit: { per: "hour" },
    used: 150n,
  });
  const correction = { kind: "correct", eventId: event.id, reason: "", costDelta: 0n } as const;
  await ledger.correct({ ...correction, sourceId: "a", usageDelta: { input: -100 } });
  expect(await ledger.reserve(reserveOf(customer))).toMatchObject({ kind: "granted" });
  const counters = await opened.store.db
    .selectFrom("counters")
    .select(["per", "used"])
    .where("meter", "=", "tokens")
    .orderBy("per")
    .execute();
  expect(counters).toEqual([
    { per: "hour", used: 50n },
    { per: "minute", used: 0n },
  ]);
});

test("work that is deferred in the batch that would sweep it waits for its provider", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer, { ttlMs: 1_000 });
  await ledger.reserve(operation);
  opened.clock.at = instant(NOW + 2_000);
  // Sent at once, so they come in one batch: the hold is due when the batch begins.
  const [deferred] = await Promise.all([
    ledger.defer({
      kind: "defer",
      id: operation.id,
      ttlMs: DAY_MS,
      object: { provider: "openai", objectId: "resp_1", kind: "response" },
      asked: "{}",
      askAfterMs: 1_000,
    }),
    opened.sweep(),
  ]);
  expect(deferred).toEqual({ kind: "deferred" });
  const [hold] = await opened.store.db.selectFrom("reservations").selectAll().execute();
  expect(hold).toMatchObject({ id: operation.id, owner: "provider", state: "pending" });
});
