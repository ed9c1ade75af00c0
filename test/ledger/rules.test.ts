/** Whatever comes in whatever order, the rules keep the ledger's promises: checked against a plain recount. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { DAY_MS, instant } from "../../src/core/instant.ts";
import { covers, type Limit } from "../../src/core/limits/limit.ts";
import { nanoUsd } from "../../src/core/money.ts";
import { windowAt } from "../../src/core/periods/window.ts";
import type { PlanDefinition } from "../../src/core/plans/plan.ts";
import { amountsOf } from "../../src/core/usage.ts";
import type { Operation, Reserve } from "../../src/ledger/ledger.ts";
import { type Answer, applyOperations } from "../../src/ledger/rules.ts";
import { MemoryRows, type Posting, total } from "./memory-rows.ts";
import { ANCHOR, factsOf, limit, NOW, plan, reserveOf, settleOf } from "./support.ts";

const CUSTOMERS = ["a", "b"] as CustomerId[];
const PLANS = [
  plan("one", [
    limit({ cap: 6n }),
    limit({ meter: "tokens", provider: "gemini", cap: 900n }),
    limit({ per: "day", meter: "cost", cap: 5_000n }),
  ]),
  plan("two", [
    limit({ cap: 9n }),
    limit({ per: "day", cap: 4n }),
    limit({ meter: "tokens", cap: 700n, atCap: "allow" }),
  ]),
  plan("three", [limit({ meter: "input_tokens", cap: 500n })]),
];

function pick<Value>(list: readonly Value[], index: number): Value {
  const value = list[index];
  if (value === undefined) throw new RangeError(`No ${index}`);
  return value;
}

type Step =
  | {
      do: "reserve" | "record";
      customer: number;
      call: number;
      provider: "gemini" | "openai";
      tokens: number;
      ago: number;
    }
  | { do: "settle"; call: number; tokens: number }
  | { do: "release"; call: number }
  | { do: "correct"; call: number; tokens: number; source: number }
  | { do: "expire" }
  | { do: "switch"; customer: number; plan: number }
  | { do: "wait"; hours: number };

const call = fc.nat(11);
const tokens = fc.nat(300);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("reserve" as const),
      customer: fc.nat(1),
      call,
      provider: fc.constantFrom("gemini" as const, "openai" as const),
      tokens,
      ago: fc.constant(0),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("settle" as const), call, tokens }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), call }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("record" as const),
      customer: fc.nat(1),
      call,
      provider: fc.constantFrom("gemini" as const, "openai" as const),
      tokens,
      ago: fc.nat(60),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("correct" as const), call, tokens, source: fc.nat(1) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("expire" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("switch" as const),
      customer: fc.nat(1),
      plan: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.nat(400) }) },
);

function operationOf(from: Step, rows: MemoryRows): Operation | null {
  if (from.do === "switch" || from.do === "wait") return null;
  if (from.do === "expire") return { kind: "expire", deadBoots: false, most: 3 };
  const id = `call-${from.call}` as CallId;
  if (from.do === "release") return { kind: "release", id, reason: "", onlyExternal: false };
  const facts = { usage: { input: from.tokens }, cost: nanoUsd(BigInt(from.tokens) * 10n) };
  if (from.do === "settle") return settleOf(id, facts);
  if (from.do === "correct") {
    return {
      kind: "correct",
      eventId: id,
      reason: "",
      sourceId: `c${from.source}`,
      usageDelta: { input: from.tokens },
      costDelta: 5n,
    };
  }
  const customerId = pick(CUSTOMERS, from.customer);
  const scope = { provider: from.provider, model: "m", operation: "o" };
  if (from.do === "record") {
    return {
      kind: "record",
      id,
      payer: { customerId },
      scope,
      endpoint: "o",
      source: "event",
      streamed: false,
      sourceId: `s${from.call}`,
      timestamp: instant(rows.at - from.ago * DAY_MS),
      facts: factsOf(facts),
    };
  }
  return reserveOf(customerId, {
    id,
    scope,
    most: amountsOf({ ...facts, calls: 1 }),
    expected: facts,
    ttlMs: 3_600_000,
  });
}

/** By adding up the whole log: may this call be granted? */
function fits(
  rows: MemoryRows,
  wanted: Reserve,
  log: { used: Posting[]; held: Posting[] },
): boolean {
  const limits = rows.customer(wanted.payer.customerId)?.plan.definition.limits ?? [];
  return limits.every((one: Limit) => {
    if (one.cap.kind === "unlimited" || one.atCap === "allow" || !covers(one, wanted.scope))
      return true;
    const amount = wanted.most[one.meter];
    const window = windowAt(one.per, rows.at, ANCHOR);
    const key = {
      subject: wanted.payer.customerId,
      per: one.per,
      windowStart: window.start,
      windowEnd: window.end,
      meter: one.meter,
      provider: one.provider ?? "*",
      model: "*",
      operation: "*",
    };
    return amount === 0n || total(log.used, key) + total(log.held, key) + amount <= one.cap.amount;
  });
}

function checkBatch(rows: MemoryRows, batch: readonly Operation[]): Answer[] {
  const before = JSON.stringify(rows.counterRows, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}` : value,
  );
  const { answers, changes } = applyOperations(rows, batch);
  // Pure: asked again, it answers the same, and the rows it was given are as they were.
  expect(applyOperations(rows, batch).answers).toEqual(answers);
  expect(
    JSON.stringify(rows.counterRows, (_, value: unknown) =>
      typeof value === "bigint" ? `${value}` : value,
    ),
  ).toBe(before);
  rows.apply(changes);
  for (const row of rows.counterRows) {
    expect([row, row.used, row.held]).toEqual([
      row,
      total(rows.used(), row),
      total(rows.pending(), row),
    ]);
  }
  return answers;
}

function world(definition: PlanDefinition): MemoryRows {
  const rows = new MemoryRows();
  for (const customer of CUSTOMERS) rows.plans.set(customer, definition);
  return rows;
}

/** Takes one step, and compares its answer with what the recount says. */
function take(rows: MemoryRows, one: Step): void {
  if (one.do === "wait") rows.at = instant(rows.at + one.hours * 3_600_000);
  if (one.do === "switch") rows.plans.set(pick(CUSTOMERS, one.customer), pick(PLANS, one.plan));
  const operation = operationOf(one, rows);
  if (operation === null) return;
  const expected = operation.kind === "reserve" ? expectedAnswer(rows, operation) : undefined;
  const [answer] = checkBatch(rows, [operation]);
  if (expected !== undefined) expect(answer?.kind).toBe(expected);
}

function expectedAnswer(rows: MemoryRows, operation: Reserve): "granted" | "denied" {
  if (rows.holds.has(operation.id) || rows.events.has(operation.id)) return "granted";
  const log = { used: rows.used(), held: rows.pending() };
  return fits(rows, operation, log) ? "granted" : "denied";
}

test("counters are what a recount of the log says, and a call is granted exactly when the recount has room", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: "max" }), (steps) => {
      const rows = world(pick(PLANS, 0));
      for (const one of steps) take(rows, one);
    }),
    { numRuns: 300 },
  );
});

test("in one batch or one by one, the same operations give the same answers and the same counters", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 40, size: "max" }), (steps) => {
      const worlds = [world(pick(PLANS, 1)), world(pick(PLANS, 1))] as const;
      const operations = steps
        .map((one) => operationOf(one, worlds[0]))
        .filter((one) => one !== null);
      const together = checkBatch(worlds[0], operations);
      const oneByOne = operations.map((operation) => checkBatch(worlds[1], [operation])[0]);
      expect(oneByOne).toEqual(together);
      const sums = worlds.map((rows) =>
        rows.counterRows
          .filter((row) => row.used > 0n || row.held > 0n)
          .map(
            (row) =>
              `${row.subject} ${row.meter} ${row.per} ${row.provider} ${row.windowStart} ${row.used} ${row.held}`,
          )
          .sort(),
      );
      expect(sums[1]).toEqual(sums[0]);
    }),
    { numRuns: 200 },
  );
});

test("the instant of a call decides its windows, however late it ends", () => {
  const rows = world(pick(PLANS, 1));
  const operation = reserveOf("a" as CustomerId);
  checkBatch(rows, [operation]);
  rows.at = instant(NOW + 40 * DAY_MS);
  const [answer] = checkBatch(rows, [settleOf(operation.id)]);
  expect(answer).toMatchObject({ event: { at: NOW, periodStart: ANCHOR } });
});
