/** A ledger on a real database of the kind that this run tests, with customers on plans, for the ledger's tests. */
import { randomBytes } from "node:crypto";
import { type CallId, type CustomerId, type KeyId, newCallId } from "../../src/core/ids.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { writeLimit } from "../../src/core/limits/read-limit.ts";
import { nanoUsd, nanoUsdPerMillion, ZERO_USD } from "../../src/core/money.ts";
import type { PlanDefinition } from "../../src/core/plans/plan.ts";
import { planToJson } from "../../src/core/plans/plan-json.ts";
import { type Amounts, amountsOf, NO_AMOUNTS, type Usage } from "../../src/core/usage.ts";
import type { LedgerOptions, OpenedLedger } from "../../src/ledger/door-over.ts";
import type { EventFacts, RecordEvent, Reserve, Settle } from "../../src/ledger/ledger.ts";
import type { Store } from "../../src/store/store.ts";
import { emptyDatabase, openLedgerAt } from "./test-database.ts";

/** The ledger's time in these tests, unless moved: a period that began on the first, ten days in. */
export const NOW = instant(Date.UTC(2026, 3, 11, 10, 30, 15));
export const ANCHOR = instant(Date.UTC(2026, 3, 1));

export interface TestLedger extends OpenedLedger {
  /** What another process needs to open the same database. */
  readonly address: string;
  clock: { at: Instant; now(): Instant };
  reopen(options?: Partial<LedgerOptions>): Promise<void>;
  remove(): Promise<void>;
}

export async function openTestLedger(options: Partial<LedgerOptions> = {}): Promise<TestLedger> {
  const { address, remove } = await emptyDatabase();
  const clock = { at: NOW, now: (): Instant => clock.at };
  const open = (more: Partial<LedgerOptions>): Promise<OpenedLedger> =>
    openLedgerAt(address, { clock, nodeId: "node", bootId: newId(), ...options, ...more });
  const opened: TestLedger = {
    ...(await open({})),
    address,
    clock,
    reopen: async (more = {}) => {
      await opened.stop();
      Object.assign(opened, await open(more));
    },
    remove: async () => {
      await opened.stop();
      await remove();
    },
  };
  return opened;
}

export function newId(): CallId {
  return newCallId(NOW, randomBytes(16));
}

export function limit(from: Partial<Omit<Limit, "cap">> & { cap: bigint }): Limit {
  const { cap, ...rest } = from;
  return {
    meter: "calls",
    per: "period",
    atCap: "deny",
    ...rest,
    cap: { kind: "atMost", amount: cap },
  };
}

export function plan(
  slug: string,
  limits: readonly Limit[],
  more: Partial<PlanDefinition> = {},
): PlanDefinition {
  return {
    slug,
    name: slug,
    tier: "pro",
    priceMonthly: ZERO_USD,
    priceYearly: ZERO_USD,
    description: "",
    features: [],
    switches: [],
    hidden: false,
    providers: { kind: "all" },
    limits,
    outputCapping: true,
    holds: "worst_case",
    ...more,
  };
}

/** Adds a plan and gives back its version's id. */
export async function addPlan(store: Store, definition: PlanDefinition): Promise<number> {
  const { db } = store;
  const known = await db
    .selectFrom("plans")
    .select("id")
    .where("slug", "=", definition.slug)
    .executeTakeFirst();
  const planId =
    known?.id ??
    idOf(
      (
        await store.write([
          db
            .insertInto("plans")
            .values({ slug: definition.slug, hidden: 0, created_at: NOW })
            .returning("id"),
        ])
      )[0],
    );
  const versions = await db
    .selectFrom("plan_versions")
    .select("id")
    .where("plan_id", "=", planId)
    .execute();
  const rows = await store.write([
    db
      .insertInto("plan_versions")
      .values({
        plan_id: planId,
        version: versions.length + 1,
        definition: JSON.stringify(planToJson(definition)),
        created_at: NOW,
      })
      .returning("id"),
  ]);
  return Number(idOf(rows[0]));
}

export async function addCustomer(
  store: Store,
  options: { id?: string; planVersionId?: number; anchor?: Instant } = {},
): Promise<CustomerId> {
  const id = (options.id ?? `c${randomBytes(8).toString("hex")}`) as CustomerId;
  await store.write([
    store.db.insertInto("customers").values({
      id,
      lookup: randomBytes(8),
      sealed_key: randomBytes(8),
      sealed: randomBytes(8),
      usage_anchor: options.anchor ?? ANCHOR,
      created_at: NOW,
    }),
  ]);
  if (options.planVersionId !== undefined) await subscribe(store, id, options.planVersionId);
  return id;
}

/** Ends the open subscription, if there is one, and begins one on that version. The anchor stays. */
export async function subscribe(
  store: Store,
  customerId: CustomerId,
  planVersionId: number,
): Promise<void> {
  const { db } = store;
  await store.write([
    db
      .updateTable("subscriptions")
      .set({ ended_at: NOW })
      .where("customer_id", "=", customerId)
      .where("ended_at", "is", null),
    db.insertInto("subscriptions").values({
      customer_id: customerId,
      plan_version_id: planVersionId,
      billing_cycle: "monthly",
      status: "active",
      current_period_start: ANCHOR,
      current_period_end: NOW,
      billing_anchor: ANCHOR,
      created_at: NOW,
    }),
  ]);
}

export async function addKey(
  store: Store,
  customerId: CustomerId | null,
  limits: readonly Limit[],
): Promise<KeyId> {
  const id = `k${randomBytes(8).toString("hex")}` as KeyId;
  await store.write([
    store.db.insertInto("keys").values({
      id,
      kind: customerId === null ? "service" : "customer",
      customer_id: customerId,
      hash: randomBytes(32),
      prefix: "pk",
      name: "test",
      limits: JSON.stringify(limits.map(writeLimit)),
      created_at: NOW,
    }),
  ]);
  return id;
}

export function amounts(from: Partial<Amounts>): Amounts {
  return { ...NO_AMOUNTS, ...from };
}

/** A call of 100 input and 50 output tokens at $0.001, named limits, unless said otherwise. */
export function reserveOf(customerId: CustomerId, more: Partial<Reserve> = {}): Reserve {
  const usage: Usage = { input: 100, output: 50 };
  return {
    kind: "reserve",
    id: more.id ?? newId(),
    payer: { customerId },
    scope: { provider: "gemini", model: "gemini-2.5-flash", operation: "generate" },
    most: amountsOf({ usage, cost: 1_000_000n, calls: 1 }),
    output: { kind: "none" },
    expected: { usage, cost: nanoUsd(1_000_000n) },
    priced: true,
    endpoint: "/v1beta/models:generateContent",
    streamed: false,
    ttlMs: 60_000,
    owner: "node",
    ...more,
  };
}

export const RATE = nanoUsdPerMillion(2_000_000_000n);

export function factsOf(more: Partial<EventFacts> = {}): EventFacts {
  return {
    usage: { input: 100, output: 50 },
    cost: nanoUsd(1_000_000n),
    lines: "[]",
    calls: 1,
    model: "gemini-2.5-flash",
    statusCode: 200,
    latencyMs: 120,
    retryCount: 0,
    estimated: false,
    unpriced: false,
    ...more,
  };
}

export function settleOf(
  id: CallId,
  facts: Partial<EventFacts> = {},
  more: Partial<Settle> = {},
): Settle {
  return {
    kind: "settle",
    id,
    source: "gateway",
    facts: factsOf(facts),
    onlyExternal: false,
    ...more,
  };
}

/** An event of that customer, told after the fact. */
export function recordOf(customerId: CustomerId, more: Partial<RecordEvent> = {}): RecordEvent {
  return {
    kind: "record",
    id: newId(),
    payer: { customerId },
    scope: { provider: "gemini", model: "gemini-2.5-flash", operation: "generate" },
    endpoint: "generate",
    source: "event",
    streamed: false,
    facts: factsOf(),
    ...more,
  };
}

/** What a subject's counters hold altogether, by meter; where each node has a share of one, they are added. */
export async function countersOf(
  store: Store,
  subject: string,
): Promise<Record<string, [used: bigint, held: bigint]>> {
  const rows = await store.db
    .selectFrom("counters")
    .selectAll()
    .where("subject", "=", subject)
    .execute();
  const sums: Record<string, [used: bigint, held: bigint]> = {};
  for (const row of rows) {
    const name = `${row.meter} ${row.provider} ${row.per}`;
    const [used, held] = sums[name] ?? [0n, 0n];
    sums[name] = [used + row.used, held + row.held];
  }
  return sums;
}

function idOf(rows: readonly unknown[] | undefined): bigint {
  const [row] = (rows ?? []) as readonly { id: bigint }[];
  if (row === undefined) throw new Error("Nothing was inserted.");
  return row.id;
}
