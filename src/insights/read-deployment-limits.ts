/** How much of each of the deployment's own limits is used and held now. */
import { sql } from "kysely";
import type { Instant } from "../core/instant.ts";
import type { Limit } from "../core/limits/limit.ts";
import { readLimit } from "../core/limits/read-limit.ts";
import { amountsFrom } from "../ledger/read-rows.ts";
import { counterKeyOf } from "../ledger/rules/limits-of-call.ts";
import type { CounterKey } from "../ledger/rules/rows.ts";
import { DEPLOYMENT } from "../ledger/rules/subjects.ts";
import { isSameCounter } from "../ledger/rules/which-counter.ts";
import type { Store } from "../store/store.ts";

/** Amounts in the unit of the limit's meter. */
export interface DeploymentLimitUse {
  readonly limit: Limit;
  readonly cap: bigint;
  readonly used: bigint;
  readonly held: bigint;
  readonly resetsAt: Instant;
}

/** In the order that they were set in; what is unlimited is left out. */
export async function readDeploymentLimits(
  store: Store,
  now: Instant,
): Promise<DeploymentLimitUse[]> {
  const row = await store.db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", "deployment_limits")
    .executeTakeFirst();
  const stored: unknown[] = JSON.parse(row?.value ?? "[]");
  const watched = stored.flatMap((json) => {
    const limit = readLimit(json);
    if (limit.cap.kind === "unlimited") return [];
    return [{ limit, cap: limit.cap.amount, key: counterKeyOf(limit, DEPLOYMENT, now, now) }];
  });
  const counters = await readCounters(
    store,
    watched.map(({ key }) => key),
  );
  return Promise.all(
    watched.map(async ({ limit, cap, key }) => {
      const counter = counters.find((each) => isSameCounter(each, key));
      // Until a call is held to it there is no counter.
      const [used, held] =
        counter === undefined
          ? await Promise.all([usedSoFar(store, key), heldNow(store, key)])
          : [counter.used, counter.held];
      return { limit, cap, used, held, resetsAt: key.windowEnd };
    }),
  );
}

/** Where there are several nodes, each has a row of its own of the same counter. */
async function readCounters({ db }: Store, keys: readonly CounterKey[]) {
  if (keys.length === 0) return [];
  const rows = await db
    .selectFrom("counters")
    .select(["per", "meter", "provider", "model", "operation", "window_start", "window_end"])
    .select(({ fn }) => [fn.sum<bigint>("used").as("used"), fn.sum<bigint>("held").as("held")])
    .where("subject", "=", DEPLOYMENT)
    .where("window_start", "in", [...new Set(keys.map((key) => BigInt(key.windowStart)))])
    .groupBy(["per", "meter", "provider", "model", "operation", "window_start", "window_end"])
    .execute();
  return rows.map((row) => ({
    subject: DEPLOYMENT,
    // Written by the ledger, from limits of this very type.
    per: row.per as CounterKey["per"],
    meter: row.meter as CounterKey["meter"],
    provider: row.provider,
    model: row.model,
    operation: row.operation,
    windowStart: Number(row.window_start) as Instant,
    windowEnd: Number(row.window_end) as Instant,
    // PostgreSQL adds up whole numbers to a decimal.
    used: BigInt(row.used),
    held: BigInt(row.held),
  }));
}

/** As a counter would be seeded: from the roll-ups, which are not fine enough for minutes. */
async function usedSoFar({ db }: Store, key: CounterKey): Promise<bigint> {
  if (key.per === "minute") return 0n;
  let query = db
    .selectFrom(key.per === "hour" ? "rollups_hour" : "rollups_day")
    .select(({ ref }) => sql<bigint | null>`sum(${ref(key.meter)})`.as("used"))
    .where("starts_at", ">=", BigInt(key.windowStart))
    .where("starts_at", "<", BigInt(key.windowEnd));
  for (const part of ["provider", "model", "operation"] as const) {
    if (key[part] !== "*") query = query.where(part, "=", key[part]);
  }
  const row = await query.executeTakeFirst();
  return BigInt(row?.used ?? 0n);
}

/** No more calls are open than run at once. */
async function heldNow({ db }: Store, key: CounterKey): Promise<bigint> {
  let query = db
    .selectFrom("reservations")
    .select("held")
    .where("state", "=", "pending")
    .where("at", ">=", BigInt(key.windowStart))
    .where("at", "<", BigInt(key.windowEnd));
  for (const part of ["provider", "model", "operation"] as const) {
    if (key[part] !== "*") query = query.where(part, "=", key[part]);
  }
  const rows = await query.execute();
  return rows.reduce((sum, { held }) => sum + amountsFrom(held)[key.meter], 0n);
}
