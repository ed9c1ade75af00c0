/** A real database with customers who used it on earlier days, and rounds of looking ahead at it. */
import { type LookAheadPorts, lookAhead } from "../../src/alerts/look-ahead/look-ahead.ts";
import type { CustomerId } from "../../src/core/ids.ts";
import { DAY_MS, type Instant, instant } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { nanoUsd } from "../../src/core/money.ts";
import type { PlanDefinition } from "../../src/core/plans/plan.ts";
import { openPlanDirectory } from "../../src/server/plan-directory.ts";
import {
  addCustomer,
  addPlan,
  factsOf,
  NOW,
  newId,
  openTestLedger,
  plan,
  recordOf,
  type TestLedger,
} from "../ledger/support.ts";

export const DOLLAR = 1_000_000_000n;
export const MINUTE_AGO = instant(NOW - 60_000);

export interface Use {
  readonly at: Instant;
  readonly tokens?: number;
  readonly cost?: bigint;
  readonly failed?: boolean;
  readonly provider?: string;
}

export interface ToldRow {
  readonly who: string;
  readonly kind: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface LookingAhead {
  readonly opened: TestLedger;
  /** A customer since the first of April, on a plan of their own; it is the eleventh, half past ten. */
  customerOn(limits: readonly Limit[], more?: Partial<PlanDefinition>): Promise<CustomerId>;
  use(customer: CustomerId, uses: readonly Use[]): Promise<void>;
  ports(of?: Pick<TestLedger, "store" | "ledger">): Promise<LookAheadPorts>;
  look(): Promise<void>;
  /** Of these kinds, or all; the oldest first. */
  told(...kinds: string[]): Promise<ToldRow[]>;
}

export async function openLookingAhead(): Promise<LookingAhead> {
  const opened = await openTestLedger();
  const ports: LookingAhead["ports"] = async ({ store, ledger } = opened) => ({
    store,
    ledger,
    clock: opened.clock,
    plans: await openPlanDirectory(store),
  });
  return {
    opened,
    ports,
    async customerOn(limits, more = {}) {
      const planVersionId = await addPlan(opened.store, plan(`plan-${newId()}`, limits, more));
      return addCustomer(opened.store, { planVersionId });
    },
    async use(customer, uses) {
      await Promise.all(uses.map((each) => opened.ledger.record(recordFrom(customer, each))));
    },
    look: async () => lookAhead(await ports()),
    async told(...kinds) {
      const rows = await opened.store.db.selectFrom("alerts").selectAll().orderBy("id").execute();
      return rows
        .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
        .map(({ customer_id: who, kind, facts }) => ({ who, kind, facts: JSON.parse(facts) }));
    },
  };
}

function recordFrom(customer: CustomerId, of: Use) {
  const { at, tokens = 1, cost = 0n, failed = false, provider = "gemini" } = of;
  return recordOf(customer, {
    timestamp: at,
    scope: { provider, model: "m", operation: "chat" },
    facts: factsOf({
      usage: { input: tokens },
      cost: nanoUsd(cost),
      statusCode: failed ? 500 : 200,
    }),
  });
}

export const daysAgo = (days: number): Instant => instant(NOW - days * DAY_MS);

/** Alike on each of so many days, the last of them today, a minute ago. */
export function daily(days: number, each: Omit<Use, "at">): Use[] {
  return Array.from({ length: days }, (_, ago) => ({
    ...each,
    at: instant(MINUTE_AGO - ago * DAY_MS),
  }));
}

export function times(count: number, each: Use): Use[] {
  return Array.from({ length: count }, () => each);
}
