/** Many calls at once never pass a limit, whatever is limited. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Limit } from "../../src/core/limits/limit.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import type { Reserve } from "../../src/ledger/ledger.ts";
import type { CounterRow } from "../../src/ledger/rules/rows.ts";
import {
  addCustomer,
  addPlan,
  amounts,
  countersOf,
  limit,
  openTestLedger,
  plan,
  RATE,
  reserveOf,
  settleOf,
  type TestLedger,
} from "./support.ts";

const COMMITTED: CounterRow[] = [];

// One ledger for all storms: threads that end while others compile bring down Node 24 now and then (its V8's JIT pages).
let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger({ onCommitted: (rows) => COMMITTED.push(...rows) });
});
afterAll(() => opened.remove());

async function storm(limits: readonly Limit[], call: Partial<Reserve>) {
  COMMITTED.length = 0;
  const planVersionId = await addPlan(opened.store, plan("pro", limits));
  const customer = await addCustomer(opened.store, { planVersionId });
  const answers = await Promise.all(
    Array.from({ length: 500 }, () => opened.ledger.reserve(reserveOf(customer, call))),
  );
  const granted = answers.filter((answer) => answer.kind === "granted");
  await Promise.all(granted.map(({ id }) => opened.ledger.settle(settleOf(id))));
  return { customer, answers, granted };
}

function neverAbove(meter: string, cap: bigint): void {
  const rows = COMMITTED.filter((row) => row.meter === meter);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((row) => row.used + row.held > cap)).toEqual([]);
}

test("of 500 calls at once with room for 37 calls, exactly 37 are granted", async () => {
  const { customer, answers, granted } = await storm([limit({ provider: "gemini", cap: 37n })], {});
  expect(granted.length).toBe(37);
  expect(answers.filter((a) => a.kind === "denied" && a.code === "limit_held").length).toBe(463);
  neverAbove("calls", 37n);
  expect(await countersOf(opened.store, customer)).toEqual({ "calls gemini period": [37n, 0n] });
  expect(await audit(opened.store)).toEqual([]);
});

test("of 500 calls at once with room for 37 calls' tokens, exactly 37 are granted", async () => {
  const cap = 37n * 150n + 149n;
  const { customer, granted } = await storm([limit({ meter: "tokens", cap })], {
    most: amounts({ calls: 1n, tokens: 100n, input_tokens: 100n }),
    output: { kind: "named", tokens: 50, rate: RATE, mayCap: false },
  });
  expect(granted.length).toBe(37);
  neverAbove("tokens", cap);
  expect(await countersOf(opened.store, customer)).toEqual({ "tokens * period": [37n * 150n, 0n] });
  expect(await audit(opened.store)).toEqual([]);
});

test("of 500 calls at once with room for 37 calls' cost, exactly 37 are granted", async () => {
  const { customer, granted } = await storm([limit({ meter: "cost", cap: 37_000_000n })], {});
  expect(granted.length).toBe(37);
  neverAbove("cost", 37_000_000n);
  expect(await countersOf(opened.store, customer)).toEqual({ "cost * period": [37_000_000n, 0n] });
  expect(await audit(opened.store)).toEqual([]);
});

test("a call that one of its limits refuses is held against none of them", async () => {
  const { customer } = await storm(
    [
      limit({ cap: 1_000n }),
      limit({ meter: "tokens", cap: 10n }),
      limit({ meter: "cost", cap: 1_000_000_000n }),
    ],
    {},
  );
  expect(await countersOf(opened.store, customer)).toEqual({
    "calls * period": [0n, 0n],
    "tokens * period": [0n, 0n],
    "cost * period": [0n, 0n],
  });
});

test("a soft limit counts and lets go on", async () => {
  const { customer, granted } = await storm([limit({ cap: 3n, atCap: "allow" })], {});
  expect(granted.length).toBe(500);
  expect(await countersOf(opened.store, customer)).toEqual({ "calls * period": [500n, 0n] });
});
