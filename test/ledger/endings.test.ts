/** A hold ends once, what was used is never dropped, and everything can be sent twice. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { HOUR_MS, instant } from "../../src/core/instant.ts";
import { nanoUsd } from "../../src/core/money.ts";
import { startSweeper } from "../../src/jobs/sweeper.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import {
  addCustomer,
  addPlan,
  countersOf,
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

test("a second settle returns the first answer and changes nothing", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer);
  await ledger.reserve(operation);
  const tags = { team: "a" };
  const first = await ledger.settle(settleOf(operation.id, { tags, errorMessage: "slow" }));
  const again = await ledger.settle(settleOf(operation.id, { usage: { input: 9_999 } }));
  expect(first).toMatchObject({
    kind: "settled",
    again: false,
    event: { seq: 1, overrun: false, unconfirmed: false },
  });
  expect(again).toEqual({ ...first, again: true });
  expect((await events()).length).toBe(1);
  expect(await counters()).toEqual({ "calls * period": [1n, 0n], "tokens * period": [150n, 0n] });
});

test("a reserve sent twice holds once, also in one batch, and by the caller's own id", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer);
  const [one, two] = await Promise.all([ledger.reserve(operation), ledger.reserve(operation)]);
  expect(two).toEqual(one);
  expect(await ledger.reserve(operation)).toEqual(one);

  const named = { owner: "external", sourceId: "mine-1" } as const;
  const first = await ledger.reserve(reserveOf(customer, named));
  expect(await ledger.reserve(reserveOf(customer, named))).toEqual(first);
  expect(await counters()).toMatchObject({ "calls * period": [0n, 2n] });
});

test("what was used beyond the hold is recorded, marked as an overrun, and blocks the next call", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer);
  await ledger.reserve(operation);
  const settled = await ledger.settle(
    settleOf(operation.id, { usage: { input: 100, output: 11_000 } }),
  );
  expect(settled).toMatchObject({ event: { overrun: true } });
  expect(await counters()).toMatchObject({ "tokens * period": [11_100n, 0n] });
  expect(await ledger.reserve(reserveOf(customer))).toMatchObject({
    kind: "denied",
    code: "limit_reached",
    used: 11_100n,
    requested: 150n,
  });
});

test("a released hold frees what it held, once; a settle that comes late is recorded all the same", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer);
  await ledger.reserve(operation);
  const release = {
    kind: "release",
    id: operation.id,
    reason: "not sent",
    onlyExternal: false,
  } as const;
  expect(await ledger.release(release)).toEqual({ kind: "released", again: false });
  expect(await ledger.release(release)).toEqual({ kind: "released", again: true });
  expect(await counters()).toEqual({ "calls * period": [0n, 0n], "tokens * period": [0n, 0n] });

  expect(await ledger.settle(settleOf(operation.id))).toMatchObject({
    kind: "settled",
    again: false,
  });
  expect(await counters()).toEqual({ "calls * period": [1n, 0n], "tokens * period": [150n, 0n] });
  expect(await ledger.release(release)).toMatchObject({ kind: "conflict" });
});

test("over HTTP only a hold made over HTTP can be ended, and nobody learns of another", async () => {
  const { ledger } = opened;
  const inner = reserveOf(customer);
  const outer = reserveOf(customer, { owner: "external" });
  await ledger.reserve(inner);
  await ledger.reserve(outer);
  const http = { onlyExternal: true, source: "reservation" } as const;
  expect(await ledger.settle(settleOf(inner.id, {}, http))).toEqual({ kind: "unknown" });
  expect(
    await ledger.release({ kind: "release", id: inner.id, reason: "", onlyExternal: true }),
  ).toEqual({ kind: "unknown" });
  expect(await ledger.settle(settleOf(newId(), {}, http))).toEqual({ kind: "unknown" });
  expect(await ledger.settle(settleOf(outer.id, {}, http))).toMatchObject({
    kind: "settled",
    again: false,
  });
  expect(await ledger.settle(settleOf(outer.id, {}, http))).toMatchObject({
    kind: "settled",
    again: true,
  });
  await ledger.settle(settleOf(inner.id));
  expect(await ledger.settle(settleOf(inner.id, {}, http))).toEqual({ kind: "unknown" });
});

test("a hold past its deadline becomes an unconfirmed event at its expected usage; the first settle after it corrects it", async () => {
  const { ledger } = opened;
  const operation = reserveOf(customer, {
    expected: { usage: { input: 70, output: 20 }, cost: nanoUsd(500_000n) },
  });
  await ledger.reserve(operation);
  expect(await opened.sweep()).toBe(0);
  opened.clock.at = instant(NOW + 60_000);
  expect(await opened.sweep()).toBe(1);
  expect(await opened.sweep()).toBe(0);
  expect(await counters()).toEqual({ "calls * period": [1n, 0n], "tokens * period": [90n, 0n] });
  expect(await events()).toMatchObject([
    {
      id: operation.id,
      unconfirmed: 1n,
      cost: 500_000n,
      calls: 1n,
      estimated: 1n,
      at: BigInt(NOW),
    },
  ]);

  const late = await ledger.settle(settleOf(operation.id));
  expect(late).toMatchObject({
    kind: "settled",
    again: false,
    event: { unconfirmed: false, facts: { usage: { input: 100, output: 50 }, cost: 1_000_000n } },
  });
  expect(await counters()).toEqual({ "calls * period": [1n, 0n], "tokens * period": [150n, 0n] });
  expect(await ledger.settle(settleOf(operation.id, { usage: { input: 1 } }))).toMatchObject({
    again: true,
    event: { facts: { usage: { input: 100, output: 50 } } },
  });
  expect((await events()).length).toBe(1);
});

test("a starting node ends the holds of its earlier boots, and no others", async () => {
  const boot = reserveOf(customer, { ttlMs: HOUR_MS });
  const external = reserveOf(customer, { owner: "external", ttlMs: HOUR_MS });
  await opened.ledger.reserve(boot);
  await opened.ledger.reserve(external);
  await opened.reopen({ bootId: "second" });
  const mine = reserveOf(customer, { ttlMs: HOUR_MS });
  await opened.ledger.reserve(mine);
  expect(await opened.recover()).toBe(1);
  expect(await counters()).toMatchObject({ "calls * period": [1n, 2n] });
  expect(await opened.ledger.settle(settleOf(mine.id))).toMatchObject({
    again: false,
    event: { unconfirmed: false },
  });
  await opened.reopen({ nodeId: "other" });
  expect(await opened.recover()).toBe(0);
});

test("an operation that cannot be applied fails alone, and its batch is committed without it", async () => {
  const { ledger } = opened;
  const nobody = "nobody" as CustomerId;
  const answers = await Promise.allSettled([
    ...Array.from({ length: 5 }, () => ledger.reserve(reserveOf(customer))),
    ledger.reserve(reserveOf(nobody)),
    ledger.record(recordOf(customer, { facts: factsOf({ cost: nanoUsd(1n << 70n) }) })),
    ...Array.from({ length: 4 }, () => ledger.reserve(reserveOf(customer))),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 5 }, () => "fulfilled"),
    "rejected",
    "rejected",
    ...Array.from({ length: 4 }, () => "fulfilled"),
  ]);
  expect(await counters()).toMatchObject({ "calls * period": [0n, 9n] });
});

test("the sweeper ends what is due, goes on after a fault, and stops", async () => {
  await opened.ledger.reserve(reserveOf(customer, { ttlMs: 1 }));
  opened.clock.at = instant(NOW + 10);
  const faults: unknown[] = [];
  let turn = 0;
  const swept = Promise.withResolvers<number>();
  const sweeper = startSweeper({
    everyMs: 5,
    onFault: (fault) => faults.push(fault),
    sweep: async () => {
      turn += 1;
      if (turn === 1) throw new Error("once");
      const count = await opened.sweep();
      if (count > 0) swept.resolve(count);
      return count;
    },
  });
  expect(await swept.promise).toBe(1);
  await sweeper.stop();
  const turns = turn;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(turn).toBe(turns);
  expect(faults.length).toBe(1);
});

test("released holds are forgotten after a day", async () => {
  const operation = reserveOf(customer);
  await opened.ledger.reserve(operation);
  await opened.ledger.release({
    kind: "release",
    id: operation.id,
    reason: "",
    onlyExternal: false,
  });
  opened.clock.at = instant(NOW + 23 * HOUR_MS);
  await opened.sweep();
  expect((await opened.store.db.selectFrom("reservations").selectAll().execute()).length).toBe(1);
  opened.clock.at = instant(NOW + 25 * HOUR_MS);
  await opened.sweep();
  expect(await opened.store.db.selectFrom("reservations").selectAll().execute()).toEqual([]);
});
