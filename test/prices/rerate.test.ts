/** Past calls priced again: what changes, that sums follow, and that nothing is counted twice. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chargeLinesText } from "../../src/call/charge-lines.ts";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import { nanoUsd, ZERO_USD } from "../../src/core/money.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { readPriceFile } from "../../src/core/pricing/read-price-file.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import type { EventFacts } from "../../src/ledger/ledger.ts";
import { createLivePriceBook, type LivePriceBook } from "../../src/prices/live-price-book.ts";
import { type RerateWanted, rerate } from "../../src/rerating/rerate.ts";
import {
  ANCHOR,
  addCustomer,
  addPlan,
  countersOf,
  factsOf,
  limit,
  NOW,
  newId,
  openTestLedger,
  plan,
  reserveOf,
  type TestLedger,
} from "../ledger/support.ts";

let ledger: TestLedger;
let book: LivePriceBook;
let customer: CustomerId;
beforeAll(async () => {
  ledger = await openTestLedger();
  book = await createLivePriceBook(ledger.store, { pricedAs: new Map([["azure", "openai"]]) });
  const limits = [limit({ meter: "cost", cap: 1_000_000_000_000n, atCap: "allow" })];
  const version = await addPlan(ledger.store, plan("soft", limits));
  customer = await addCustomer(ledger.store, { planVersionId: version });
  // A counter is made when the first hold asks for it.
  const held = reserveOf(customer);
  await ledger.ledger.reserve(held);
  await ledger.ledger.release({
    kind: "release",
    id: held.id,
    reason: "test",
    onlyExternal: false,
  });
});
afterAll(() => ledger.remove());

const apply = (yaml: string) =>
  book.apply(readPriceFile(`prices:\n${yaml}`), { at: NOW, dryRun: false });
const ask = (wanted: Partial<RerateWanted>) =>
  rerate(
    { store: ledger.store, ledger: ledger.ledger, prices: book },
    {
      provider: "openai",
      model: null,
      from: instant(0),
      to: instant(NOW + 86_400_000),
      dryRun: false,
      after: 0n,
      ...wanted,
    },
  );

/** A call as the gateway would have written it, priced by the book of now. */
async function called(
  model: string,
  more: { provider?: string; tier?: string; at?: Instant; facts?: Partial<EventFacts> } = {},
): Promise<CallId> {
  const { provider = "openai", tier, at = NOW, facts = {} } = more;
  const usage = facts.usage ?? { input: 1_000, output: 100 };
  const answered = facts.model ?? model;
  const row = book.find({ provider, model: answered, at, ...(tier === undefined ? {} : { tier }) });
  const charge = chargeFor({
    usage,
    row,
    ...(facts.statedCost === undefined ? {} : { stated: facts.statedCost }),
  });
  const id = newId();
  await ledger.ledger.record({
    kind: "record",
    id,
    payer: { customerId: customer },
    scope: { provider, model, operation: "chat" },
    endpoint: "chat",
    source: "event",
    streamed: false,
    timestamp: at,
    facts: factsOf({
      usage,
      model: answered,
      cost: charge.cost,
      lines: chargeLinesText(charge),
      unpriced: charge.unpriced,
      ...facts,
    }),
  });
  return id;
}

async function usedCost(): Promise<bigint> {
  const counters = await countersOf(ledger.store, customer);
  return new Map(Object.entries(counters)).get("cost * period")?.[0] ?? 0n;
}

describe("calls of a model that had no price", () => {
  test("are priced once there is one; counters and roll-ups follow, and a second run changes nothing", async () => {
    const calls = [await called("gpt-9"), await called("gpt-9"), await called("gpt-other")];
    const before = await usedCost();
    const unpriced = await ask({ model: "gpt-9" });
    expect(unpriced).toMatchObject({ examined: 2, changes: [], stillUnpriced: 2, next: null });

    await apply('  - { provider: openai, model: gpt-9, rates: { input: "1", output: "10" } }');
    const dry = await ask({ model: "gpt-9", dryRun: true });
    expect(dry.changes.map(({ eventId, oldCost, newCost }) => [eventId, oldCost, newCost])).toEqual(
      [
        [calls[0], 0n, 2_000_000n],
        [calls[1], 0n, 2_000_000n],
      ],
    );
    expect(await usedCost()).toBe(before);

    const done = await ask({ model: "gpt-9" });
    expect(done).toMatchObject({ oldCost: 0n, newCost: 4_000_000n });
    expect(await usedCost()).toBe(before + 4_000_000n);
    expect(await audit(ledger.store)).toEqual([]);

    expect((await ask({ model: "gpt-9" })).changes).toEqual([]);
    expect(await usedCost()).toBe(before + 4_000_000n);
  });

  test("that is re-rated by two at once are corrected once", async () => {
    await called("gpt-twice");
    await apply('  - { provider: openai, model: gpt-twice, rates: { input: "3" } }');
    const before = await usedCost();
    await Promise.all([ask({ model: "gpt-twice" }), ask({ model: "gpt-twice" })]);
    expect(await usedCost()).toBe(before + 3_000_000n);
    expect(await audit(ledger.store)).toEqual([]);
  });
});

describe("calls priced before", () => {
  test("follow a price that was entered for their day, down as well as up, and only theirs", async () => {
    const day = (date: number) => instant(Date.UTC(2026, 3, date, 12));
    await called("gpt-4o-2024-08-06", { at: day(2) });
    const changed = await called("gpt-4o-2024-08-06", { at: day(9) });
    const before = await usedCost();
    const priced = (dollars: string) =>
      apply(
        `  - { provider: openai, model: gpt-4o, from: "2026-04-05", rates: { input: "${dollars}", output: "0" } }`,
      );
    await priced("1");
    const down = await ask({ model: "gpt-4o" });
    expect(
      down.changes.map(({ eventId, oldCost, newCost }) => [eventId, oldCost, newCost]),
    ).toEqual([[changed, 3_500_000n, 1_000_000n]]);
    await priced("2");
    const up = await ask({ model: "gpt-4o" });
    expect(up.changes.map(({ oldCost, newCost }) => [oldCost, newCost])).toEqual([
      [1_000_000n, 2_000_000n],
    ]);
    expect(await usedCost()).toBe(before - 1_500_000n);
    expect(await audit(ledger.store)).toEqual([]);
  });

  test("by a service tier keep it, those that a provider stated keep that, and outside the dates all stays", async () => {
    await called("o1", { tier: "batch", facts: { usage: { input: 1_000 } } });
    await called("o1", { facts: { usage: { input: 1_000 }, statedCost: nanoUsd(77n) } });
    await called("o1", { at: ANCHOR, facts: { usage: { input: 1_000 } } });
    await apply('  - { provider: openai, model: o1, from: "2026-01-01", rates: { input: "20" } }');
    const wanted = { model: "o1", from: instant(ANCHOR + 1), dryRun: true };
    const { examined, changes } = await ask(wanted);
    expect(examined).toBe(2);
    expect(changes.map(({ oldCost, newCost, priceId }) => [oldCost, newCost, priceId])).toEqual([
      [7_500_000n, 10_000_000n, expect.stringMatching(/^price:\d+@batch$/)],
    ]);
  });

  test("through another provider's address are priced as that provider's", async () => {
    // Written when nobody knew whose prices hold there.
    const unpriced = { cost: ZERO_USD, lines: "[]", unpriced: true };
    await called("gpt-4.1", {
      provider: "azure",
      facts: { usage: { input: 1_000 }, ...unpriced },
    });
    const { changes } = await ask({ provider: "azure", dryRun: true });
    expect(changes.map(({ oldCost, newCost }) => [oldCost, newCost])).toEqual([[0n, 2_000_000n]]);
  });
});

test("a long log is worked through in parts, and every call is in one of them", async () => {
  for (let made = 0; made < 2_400; made += 200) {
    await Promise.all(Array.from({ length: 200 }, () => called("gpt-many")));
  }
  await apply('  - { provider: openai, model: gpt-many, rates: { input: "1" } }');
  const before = await usedCost();
  const parts: number[] = [];
  let after: bigint | null = 0n;
  while (after !== null) {
    const part = await ask({ model: "gpt-many", after });
    parts.push(part.changes.length);
    after = part.next;
  }
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.reduce((sum, count) => sum + count, 0)).toBe(2_400);
  expect(await usedCost()).toBe(before + 2_400n * 1_000_000n);
  expect(await audit(ledger.store)).toEqual([]);
});
