/** What a customer is limited to, and how much of each limit is used, held and left now. */
import { sql } from "kysely";
import type { CustomerId, KeyId } from "../core/ids.ts";
import { formatInstant, type Instant } from "../core/instant.ts";
import { countsAs } from "../core/key-family.ts";
import { type LimitLift, liftOf } from "../core/limits/lifted.ts";
import type { Limit } from "../core/limits/limit.ts";
import { type LimitJson, limitKey, readLimit, writeLimit } from "../core/limits/read-limit.ts";
import type { Period } from "../core/periods/period.ts";
import { windowAt } from "../core/periods/window.ts";
import type { PlanDefinition } from "../core/plans/plan.ts";
import { keySubject } from "../ledger/rules/subjects.ts";
import { looksAt } from "../ledger/rules/which-counter.ts";
import { OWN_STARTS } from "../store/own-starts.ts";
import type { Store } from "../store/store.ts";
import { shownAmount, shownCap } from "./shown-amount.ts";
import { percent } from "./usage-percentages.ts";

/** Amounts in the meter's unit, dollars for cost. */
export interface LimitUse {
  readonly of: "plan" | "key";
  readonly key?: { readonly id: string; readonly name: string };
  readonly limit: LimitJson;
  readonly used: number;
  /** By calls that are running. */
  readonly held: number;
  readonly max: number;
  /** Never below 0. */
  readonly remaining: number;
  readonly percent: number;
  readonly resets_at: string;
  /** Another cap than the plan's holds until then. */
  readonly lift?: { readonly until: string; readonly plan_max: number | "unlimited" };
}

export interface LimitsAsker {
  readonly customerId: CustomerId;
  readonly usageAnchor: Instant;
  /** With the caps that hold for this customer. */
  readonly plan: PlanDefinition;
  readonly soldPlan: PlanDefinition;
  /** The newest first. */
  readonly lifts: readonly LimitLift[];
  readonly now: Instant;
}

/** A limit with a cap, and whose counter it looks at. */
interface Watched {
  readonly of: LimitUse["of"];
  readonly key?: { readonly id: string; readonly name: string };
  readonly subject: string;
  readonly limit: Limit;
  readonly cap: bigint;
  readonly window: Period;
}

/** The plan's limits in its own order, then those of live keys. What is unlimited is left out. */
export async function readLimits(store: Store, asker: LimitsAsker): Promise<LimitUse[]> {
  const watched = [
    ...watchedOf(asker.plan.limits, { of: "plan", subject: asker.customerId }, asker),
    ...(await readKeyLimits(store, asker)),
  ];
  const counters = await readCounters(store, watched);
  return Promise.all(
    watched.map(async (each) => {
      const counter = counters.find(
        (row) =>
          row.subject === each.subject &&
          row.windowStart === each.window.start &&
          looksAt(each.limit, row),
      );
      // Where no call was held to it yet there is no counter, and nothing is held.
      const used = counter?.used ?? (await usedSoFar(store, asker.customerId, each));
      const shown = shownUse(each, { used, held: counter?.held ?? 0n });
      return each.of === "plan" ? { ...shown, ...liftShown(each.limit, asker) } : shown;
    }),
  );
}

function watchedOf(
  limits: readonly Limit[],
  whose: Pick<Watched, "of" | "key" | "subject">,
  { now, usageAnchor }: LimitsAsker,
): Watched[] {
  return limits.flatMap((limit) => {
    if (limit.cap.kind === "unlimited") return [];
    const window = windowAt(limit.per, now, usageAnchor);
    return [{ ...whose, limit, cap: limit.cap.amount, window }];
  });
}

async function readKeyLimits(store: Store, asker: LimitsAsker): Promise<Watched[]> {
  const rows = await store.db
    .selectFrom("keys")
    .select(["id", "name", "limits"])
    .where("customer_id", "=", asker.customerId)
    .where("revoked_at", "is", null)
    .where("limits", "!=", "[]")
    .where(({ eb }) =>
      eb.or([eb("expires_at", "is", null), eb("expires_at", ">", BigInt(asker.now))]),
    )
    .orderBy("created_at")
    .execute();
  // A key and one that replaces it count as one.
  const families = new Map(rows.map((row) => [countsAs(row.id as KeyId), row]));
  return [...families].flatMap(([id, { name, limits }]) => {
    const stored: unknown[] = JSON.parse(limits);
    const whose = { of: "key", key: { id, name }, subject: keySubject(id) } as const;
    return watchedOf(
      stored.map((limit) => readLimit(limit)),
      whose,
      asker,
    );
  });
}

async function readCounters(store: Store, watched: readonly Watched[]) {
  if (watched.length === 0) return [];
  const rows = await store.db
    .selectFrom("counters")
    .select(["subject", "window_start", "window_end", "per", "meter", "provider", "model"])
    .select(["operation", "used", "held"])
    .where("subject", "in", [...new Set(watched.map(({ subject }) => subject))])
    .where("window_start", "in", [...new Set(watched.map(({ window }) => BigInt(window.start)))])
    .execute();
  return rows.map((row) => ({
    ...row,
    // Written by the ledger, from limits of this very type.
    per: row.per as Limit["per"],
    meter: row.meter as Limit["meter"],
    windowStart: Number(row.window_start) as Instant,
    windowEnd: Number(row.window_end) as Instant,
  }));
}

/** As a counter would be seeded: from the roll-ups, which are not fine enough for minutes. */
async function usedSoFar(
  { db }: Store,
  customerId: CustomerId,
  { limit, window, key }: Watched,
): Promise<bigint> {
  const { per, meter, provider, model, operation } = limit;
  if (per === "minute") return 0n;
  const isPeriod = per === "period";
  const table = isPeriod ? "rollups_period" : per === "hour" ? "rollups_hour" : "rollups_day";
  let query = db
    .selectFrom(table)
    .select(({ ref }) => sql<bigint | null>`sum(${ref(meter)})`.as("used"))
    .where("customer_id", "=", customerId);
  if (isPeriod) query = query.where("period_start", "=", BigInt(window.start));
  else {
    query = query
      .where(OWN_STARTS, ">=", BigInt(window.start))
      .where(OWN_STARTS, "<", BigInt(window.end));
  }
  if (provider !== undefined) query = query.where("provider", "=", provider);
  if (model !== undefined) query = query.where("model", "=", model);
  if (operation !== undefined) query = query.where("operation", "=", operation);
  if (key !== undefined) query = query.where("key_id", "=", key.id);
  const row = await query.executeTakeFirst();
  return BigInt(row?.used ?? 0n);
}

function shownUse(
  { of, key, limit, cap, window }: Watched,
  { used, held }: { readonly used: bigint; readonly held: bigint },
): LimitUse {
  const shown = (amount: bigint): number => shownAmount(limit.meter, amount);
  const left = cap - used - held;
  return {
    of,
    ...(key === undefined ? {} : { key }),
    limit: writeLimit(limit),
    used: shown(used),
    held: shown(held),
    max: shown(cap),
    remaining: shown(left < 0n ? 0n : left),
    percent: percent(used, cap),
    resets_at: formatInstant(window.end),
  };
}

function liftShown(limit: Limit, { lifts, soldPlan, now }: LimitsAsker): Pick<LimitUse, "lift"> {
  const key = limitKey(limit);
  const sold = soldPlan.limits.find((each) => limitKey(each) === key);
  const lift = sold === undefined ? null : liftOf(sold, lifts, now);
  if (lift === null || sold === undefined) return {};
  const until = formatInstant(lift.until);
  return { lift: { until, plan_max: shownCap(sold.meter, sold.cap) } };
}
