/** What was held for a call, and expected of it, stays beside its event. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { instant, MINUTE_MS } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { amountsFrom, expectedFrom } from "../../src/ledger/read-rows.ts";
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
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
let customer: CustomerId;

beforeEach(async () => {
  opened = await openTestLedger();
  const planVersionId = await addPlan(opened.store, plan("p", [limit({ cap: 100n })]));
  customer = await addCustomer(opened.store, { planVersionId });
});
afterEach(async () => {
  expect(await audit(opened.store)).toEqual([]);
  await opened.remove();
});

async function keptFor(id: CallId) {
  const { held, expected } = await opened.store.db
    .selectFrom("events")
    .select(["held", "expected"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return {
    held: held === null ? null : amountsFrom(held),
    expected: expected === null ? null : expectedFrom(expected),
  };
}

test("of a call that was settled, whatever it then used, and settled once more", async () => {
  const call = reserveOf(customer);
  await opened.ledger.reserve(call);
  await opened.ledger.settle(settleOf(call.id, { usage: { input: 100, output: 7 } }));
  const kept = { held: call.most, expected: call.expected };
  expect(await keptFor(call.id)).toEqual(kept);
  await opened.ledger.settle(settleOf(call.id));
  expect(await keptFor(call.id)).toEqual(kept);
});

test("of a call whose end nobody heard of, and of one that was told of after its release", async () => {
  const [unheard, released] = [reserveOf(customer), reserveOf(customer)];
  await opened.ledger.reserve(unheard);
  await opened.ledger.reserve(released);
  const { id } = released;
  await opened.ledger.release({ kind: "release", id, reason: "not sent", onlyExternal: false });
  await opened.ledger.settle(settleOf(released.id));
  opened.clock.at = instant(NOW + 10 * MINUTE_MS);
  await opened.sweep();
  expect(await keptFor(unheard.id)).toEqual({ held: unheard.most, expected: unheard.expected });
  expect(await keptFor(released.id)).toEqual({ held: released.most, expected: released.expected });
});

test("an event that was told after the fact was held for by nothing", async () => {
  const told = recordOf(customer);
  await opened.ledger.record(told);
  expect(await keptFor(told.id)).toEqual({ held: null, expected: null });
});
