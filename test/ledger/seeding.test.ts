/** A counter is the sum it stands for from the moment a limit first asks for it, whatever plans came and went. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  countersOf,
  factsOf,
  limit,
  NOW,
  newId,
  openTestLedger,
  plan,
  reserveOf,
  settleOf,
  subscribe,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
let customer: CustomerId;
let free: number;
beforeEach(async () => {
  opened = await openTestLedger();
  free = await addPlan(opened.store, plan("none", []));
  customer = await addCustomer(opened.store, { planVersionId: free });
});
afterEach(async () => {
  expect(await audit(opened.store)).toEqual([]);
  await opened.remove();
});

async function use(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const operation = reserveOf(customer);
    expect((await opened.ledger.reserve(operation)).kind).toBe("granted");
    await opened.ledger.settle(settleOf(operation.id));
  }
}

test("a limit that comes with a change of plan counts what was used and held before", async () => {
  await use(3);
  const held = reserveOf(customer);
  await opened.ledger.reserve(held);
  const limited = await addPlan(
    opened.store,
    plan("pro", [
      limit({ cap: 6n }),
      limit({ per: "month", meter: "cost", cap: 10n ** 12n }),
      limit({ per: "day", meter: "tokens", provider: "gemini", cap: 10n ** 9n }),
    ]),
  );
  await subscribe(opened.store, customer, limited);
  await use(2);
  expect(await countersOf(opened.store, customer)).toEqual({
    "calls * period": [5n, 1n],
    "cost * month": [5_000_000n, 1_000_000n],
    "tokens gemini day": [750n, 150n],
  });
  expect(await opened.ledger.reserve(reserveOf(customer))).toMatchObject({
    kind: "denied",
    code: "limit_held",
    used: 5n,
    held: 1n,
  });
  await opened.ledger.settle(settleOf(held.id));
});

test("changing plans back and forth neither gains nor loses anything", async () => {
  const limited = await addPlan(opened.store, plan("pro", [limit({ cap: 5n })]));
  await subscribe(opened.store, customer, limited);
  await use(2);
  await subscribe(opened.store, customer, free);
  await use(2);
  await subscribe(opened.store, customer, limited);
  await use(1);
  expect(await opened.ledger.reserve(reserveOf(customer))).toMatchObject({
    kind: "denied",
    used: 5n,
  });
});

test("a limit that appears in a batch with other work counts that work too", async () => {
  const earlier = reserveOf(customer);
  await opened.ledger.reserve(earlier);
  const limited = await addPlan(opened.store, plan("pro", [limit({ cap: 5n })]));
  await subscribe(opened.store, customer, limited);
  await Promise.all([
    opened.ledger.settle(settleOf(earlier.id)),
    opened.ledger.record({
      kind: "record",
      id: newId(),
      payer: { customerId: customer },
      scope: earlier.scope,
      endpoint: "x",
      source: "event",
      streamed: false,
      facts: factsOf(),
    }),
    opened.ledger.reserve(reserveOf(customer)),
  ]);
  expect(await countersOf(opened.store, customer)).toEqual({ "calls * period": [2n, 1n] });
});

test("a key's budget and the deployment's limit begin with what was used before them", async () => {
  const keyId = await addKey(opened.store, customer, [limit({ cap: 9n })]);
  await use(2);
  const call = reserveOf(customer, { payer: { customerId: customer, keyId } });
  await opened.store.write([
    opened.store.db
      .insertInto("meta")
      .values({ name: "deployment_limits", value: '[{"meter":"calls","max":9}]' }),
  ]);
  await opened.ledger.reserve(call);
  await opened.ledger.settle(settleOf(call.id));
  expect(await countersOf(opened.store, `key:${keyId}`)).toEqual({ "calls * period": [1n, 0n] });
  expect(await countersOf(opened.store, "deployment")).toEqual({ "calls * period": [3n, 0n] });
});

test("a new period begins with nothing used, and a call that ends in it counts in the one it began in", async () => {
  const limited = await addPlan(opened.store, plan("pro", [limit({ cap: 5n })]));
  await subscribe(opened.store, customer, limited);
  const over = reserveOf(customer, { ttlMs: 1e9 });
  await opened.ledger.reserve(over);
  opened.clock.at = instant(Date.UTC(2026, 4, 1));
  await use(1);
  await opened.ledger.settle(settleOf(over.id));
  const rows = await opened.store.db
    .selectFrom("counters")
    .select(["window_start", "used", "held"])
    .orderBy("window_start")
    .execute();
  expect(rows).toEqual([
    { window_start: BigInt(Date.UTC(2026, 3, 1)), used: 1n, held: 0n },
    { window_start: BigInt(Date.UTC(2026, 4, 1)), used: 1n, held: 0n },
  ]);
});

test("a moved anchor leaves a running call in the period it began in", async () => {
  const limited = await addPlan(opened.store, plan("pro", [limit({ cap: 5n })]));
  await subscribe(opened.store, customer, limited);
  const running = reserveOf(customer);
  await opened.ledger.reserve(running);
  await opened.store.write([
    opened.store.db.updateTable("customers").set({ usage_anchor: NOW }).where("id", "=", customer),
  ]);
  await use(1);
  await opened.ledger.settle(settleOf(running.id));
  const rows = await opened.store.db.selectFrom("counters").select(["used", "held"]).execute();
  expect(rows).toEqual([
    { used: 1n, held: 0n },
    { used: 1n, held: 0n },
  ]);
});
