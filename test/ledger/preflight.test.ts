/** A preflight answers as reserving would, for a batch judged together, and holds nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CustomerId, KeyId } from "../../src/core/ids.ts";
import { DAY_MS, MINUTE_MS } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { writeLimit } from "../../src/core/limits/read-limit.ts";
import type { PreflightCall, Preflighted } from "../../src/ledger/preflight.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  amounts,
  countersOf,
  limit,
  NOW,
  openTestLedger,
  plan,
  reserveOf,
  settleOf,
  type TestLedger,
} from "./support.ts";

let opened: TestLedger;
let plans = 0;

beforeAll(async () => {
  opened = await openTestLedger();
  await addPlan(opened.store, plan("free", [limit({ cap: 2n })], { tier: "free" }));
});
afterAll(() => opened.remove());

const CALLS = { calls: 1n, tokens: 150n, cost: 1_000_000n };

test("what fits is allowed and what does not is refused with the limit, as reserving would; nothing is held", async () => {
  const customer = await onPlan([limit({ cap: 3n, provider: "gemini" })]);
  await use(customer);
  const answer = await preflight(customer, [call(), call(), call()]);
  expect(shown(answer)).toEqual(["fits gemini 1+0/3", "fits gemini 2+0/3", "limit_reached 3+0/3"]);
  expect(answer.verdicts[2]).toMatchObject({ requested: 1n, at: NOW, subject: "customer" });
  expect(await countersOf(opened.store, customer)).toEqual({ "calls gemini period": [1n, 0n] });
  expect(await opened.store.db.selectFrom("denials").selectAll().execute()).toEqual([]);
  expect(await opened.ledger.reserve(reserveOf(customer))).toMatchObject({ kind: "granted" });
});

test("a call that does not fit is not counted against the ones after it", async () => {
  const customer = await onPlan([limit({ meter: "tokens", cap: 1_000n })]);
  const of = (tokens: bigint) => call({ most: amounts({ calls: 1n, tokens }) });
  expect(shown(await preflight(customer, [of(800n), of(500n), of(200n), of(1n)]))).toEqual([
    "fits * 0+0/1000",
    "limit_reached 800+0/1000",
    "fits * 800+0/1000",
    "limit_reached 1000+0/1000",
  ]);
});

test("calls in flight count as held, and are said to be the reason", async () => {
  const customer = await onPlan([limit({ cap: 2n })]);
  await opened.ledger.reserve(reserveOf(customer));
  expect(shown(await preflight(customer, [call(), call()]))).toEqual([
    "fits * 0+1/2",
    "limit_held 1+1/2",
  ]);
});

test("the limit nearest its cap is named: of those that the call adds to, and that refuse", async () => {
  const customer = await onPlan([
    limit({ cap: 10n }),
    limit({ meter: "cost", cap: 2_000_000n }),
    limit({ meter: "images", cap: 0n }),
    limit({ meter: "tokens", cap: 1n, atCap: "allow" }),
    limit({ cap: 1_000n, per: "minute" }),
  ]);
  const cheap = call({ most: amounts({ calls: 1n, tokens: 5n, cost: 1n }) });
  // Each is at nothing at first; the dear call then brings cost nearer its cap than calls.
  expect(shown(await preflight(customer, [call({}), cheap]))).toEqual([
    "fits * 0+0/10",
    "fits * 1000000+0/2000000",
  ]);
  const free = await onPlan([limit({ cap: 5n, atCap: "allow" })]);
  const answer = await preflight(free, [call()]);
  expect(answer.verdicts).toEqual([{ kind: "fits", nearest: null }]);
  expect(answer.allCalls, "a soft limit on all calls is one").toMatchObject({ used: 0n, cap: 5n });
});

test("calls of all kinds are summed up by the longest window that limits them", async () => {
  const customer = await onPlan([
    limit({ cap: 10n, per: "minute" }),
    limit({ cap: 100n }),
    limit({ cap: 3n, provider: "gemini" }),
  ]);
  await use(customer);
  expect((await preflight(customer, [call()])).allCalls).toMatchObject({
    limit: { per: "period" },
    used: 1n,
    held: 0n,
    cap: 100n,
  });
  const without = await onPlan([limit({ cap: 3n, provider: "gemini" })]);
  expect((await preflight(without, [call()])).allCalls).toBeNull();
});

test("the plan refuses as it would a call: its providers, a missing price, non-payment", async () => {
  const customer = await onPlan([limit({ meter: "cost", cap: 1_000_000n })], ["gemini"]);
  const asked = [call({ provider: "openai" }), call({ priced: false }), call()];
  expect(shown(await preflight(customer, asked))).toEqual([
    "not_included",
    "price_unknown",
    "fits * 0+0/1000000",
  ]);
  await opened.store.write([
    opened.store.db
      .updateTable("subscriptions")
      .set({ status: "past_due", grace_until: NOW - 1 })
      .where("customer_id", "=", customer),
  ]);
  expect(shown(await preflight(customer, [call()]))).toEqual(["subscription_expired"]);
});

test("the key's budget and the deployment's limits count, each under its own name", async () => {
  const customer = await onPlan([]);
  const keyId = await addKey(opened.store, customer, [limit({ cap: 1n })]);
  expect(shown(await preflight(customer, [call(), call()], keyId))).toEqual([
    "fits * 0+0/1",
    "limit_reached 1+0/1",
  ]);
  await setDeploymentLimits([
    limit({ meter: "cost", cap: 1_500_000n, per: "day" }),
    limit({ cap: 1_000n, per: "day" }),
  ]);
  // A day on which nobody has used anything.
  opened.clock.at = (NOW + DAY_MS) as typeof NOW;
  try {
    await use(customer);
    const other = await onPlan([]);
    const { verdicts, allCalls } = await preflight(other, [call()]);
    expect(verdicts).toMatchObject([
      { code: "limit_reached", subject: "deployment", used: 1_000_000n, held: 0n, cap: 1_500_000n },
    ]);
    expect(allCalls, "what all do together is nobody's usage").toBeNull();
    // On PostgreSQL a node sees its own share of it first; what is told is the whole.
    const cheap = call({ most: amounts({ calls: 1n, cost: 1n }) });
    expect(shown(await preflight(other, [cheap]))).toEqual(["fits * 1000000+0/1500000"]);
  } finally {
    opened.clock.at = NOW;
    await setDeploymentLimits([]);
  }
});

test("somebody who is not there is judged as a new customer on the default plan, and not made", async () => {
  for (const stranger of ["" as CustomerId, "nobody" as CustomerId]) {
    expect(shown(await preflight(stranger, [call(), call(), call()]))).toEqual([
      "fits * 0+0/2",
      "fits * 1+0/2",
      "limit_reached 2+0/2",
    ]);
    expect(await countersOf(opened.store, stranger)).toEqual({});
  }
});

test("a preflight begins a counter from what was used before, and so does not change what it says", async () => {
  const customer = await onPlan([]);
  await use(customer);
  const planVersionId = await addPlan(opened.store, plan("later", [limit({ cap: 2n })]));
  const { store } = opened;
  await store.write([
    store.db
      .updateTable("subscriptions")
      .set({ next_plan_version_id: planVersionId, next_plan_at: NOW + MINUTE_MS })
      .where("customer_id", "=", customer),
  ]);
  opened.clock.at = (NOW + MINUTE_MS) as typeof NOW;
  expect(shown(await preflight(customer, [call(), call()]))).toEqual([
    "fits * 1+0/2",
    "limit_reached 2+0/2",
  ]);
  opened.clock.at = NOW;
});

async function onPlan(
  limits: readonly Limit[],
  providers?: readonly string[],
): Promise<CustomerId> {
  plans += 1;
  const more = providers === undefined ? {} : { providers: { kind: "listed", providers } as const };
  const planVersionId = await addPlan(opened.store, plan(`plan-${plans}`, limits, more));
  return addCustomer(opened.store, { planVersionId });
}

function call(
  of: Partial<Omit<PreflightCall, "scope">> & { provider?: string } = {},
): PreflightCall {
  const { provider = "gemini", most = amounts(CALLS), priced = true } = of;
  const scope = { provider, model: "gemini-2.5-flash", operation: "generate" };
  return { scope, most, priced };
}

function preflight(
  customerId: CustomerId,
  calls: readonly PreflightCall[],
  keyId?: KeyId,
): Promise<Preflighted> {
  const payer = { customerId, ...(keyId === undefined ? {} : { keyId }) };
  return opened.ledger.preflight({ kind: "preflight", payer, calls });
}

/** Each verdict in short: what it is, and of the limit that it names `used+held/cap`. */
function shown({ verdicts }: Preflighted): string[] {
  return verdicts.map((verdict) => {
    if (verdict.kind === "fits") {
      const { nearest } = verdict;
      return nearest === null ? "fits" : `fits ${nearest.limit.provider ?? "*"} ${room(nearest)}`;
    }
    return "limit" in verdict ? `${verdict.code} ${room(verdict)}` : verdict.code;
  });
}

function room({ used, held, cap }: { used: bigint; held: bigint; cap: bigint }): string {
  return `${used}+${held}/${cap}`;
}

async function use(customer: CustomerId): Promise<void> {
  const answer = await opened.ledger.reserve(reserveOf(customer));
  if (answer.kind !== "granted") throw new Error(`Not granted: ${answer.code}`);
  await opened.ledger.settle(settleOf(answer.id));
}

async function setDeploymentLimits(limits: readonly Limit[]): Promise<void> {
  const { store } = opened;
  const value = JSON.stringify(limits.map(writeLimit));
  await store.write([
    store.db
      .insertInto("meta")
      .values({ name: "deployment_limits", value })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
  ]);
}
