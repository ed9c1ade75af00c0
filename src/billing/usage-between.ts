/** What a customer used between two instants, from roll-ups. */

import type { UsageBefore } from "../access/subscription-row.ts";
import type { CustomerId } from "../core/ids.ts";
import { DAY_MS, HOUR_MS, type Instant } from "../core/instant.ts";
import type { Period } from "../core/periods/period.ts";
import { PERIOD_MS_MOST, usagePeriodAt } from "../core/periods/usage-period.ts";
import { OWN_STARTS } from "../store/own-starts.ts";
import type { Store } from "../store/store.ts";

type Table = "rollups_period" | "rollups_day" | "rollups_hour";

/**
 * Exact where an edge is an edge of a usage period. Elsewhere to the hour: the UTC hour that an edge falls in counts
 * before it, so that of stretches which follow each other none counts twice and none is lost. The first hour of the
 * first stretch is its own.
 */
export async function usageBetween(
  store: Store,
  of: {
    readonly customerId: CustomerId;
    readonly usageAnchor: Instant;
    readonly isFirst: boolean;
  },
  { start: from, end }: Period,
): Promise<UsageBefore> {
  const isEdge = (at: Instant): boolean => usagePeriodAt(of.usageAnchor, at).start === at;
  if (isEdge(from) && isEdge(end)) {
    const whole = { start: from, end, from, to: end };
    return readSum(store, of.customerId, "rollups_period", whole);
  }
  const start = of.isFirst && !isEdge(from) ? from - (from % HOUR_MS) : from;
  const firstDay = Math.ceil(start / DAY_MS) * DAY_MS;
  const lastDay = Math.floor(end / DAY_MS) * DAY_MS;
  // The hour that the stretch begins in may be its own, where a usage period begins with it.
  const firstHour = Math.floor(start / HOUR_MS) * HOUR_MS;
  const parts: readonly [Table, number, number][] =
    firstDay >= lastDay
      ? [["rollups_hour", firstHour, end]]
      : [
          ["rollups_hour", firstHour, firstDay],
          ["rollups_day", firstDay, lastDay],
          ["rollups_hour", lastDay, end],
        ];
  const sums = await Promise.all(
    parts.map(([table, from, to]) =>
      readSum(store, of.customerId, table, { start, end, from, to }),
    ),
  );
  return sums.reduce((one, other) => ({
    calls: one.calls + other.calls,
    tokens: one.tokens + other.tokens,
    cost: one.cost + other.cost,
  }));
}

/** Rows that begin from `from` on and before `to`, of the stretch from `start` to `end`. */
async function readSum(
  { db }: Store,
  customerId: CustomerId,
  table: Table,
  of: { readonly start: number; readonly end: number; readonly from: number; readonly to: number },
): Promise<UsageBefore> {
  const row = await db
    .selectFrom(table)
    .select(({ fn }) => [
      fn.sum<bigint | null>("calls").as("calls"),
      fn.sum<bigint | null>("tokens").as("tokens"),
      fn.sum<bigint | null>("cost").as("cost"),
    ])
    .where("customer_id", "=", customerId)
    .where("period_start", ">", BigInt(of.start - PERIOD_MS_MOST))
    .where("period_start", "<", BigInt(of.end))
    .where(OWN_STARTS, ">=", BigInt(of.from))
    .where(OWN_STARTS, "<", BigInt(of.to))
    .where(({ or, eb }) =>
      or([eb(OWN_STARTS, ">=", BigInt(of.start)), eb("period_start", ">=", BigInt(of.start))]),
    )
    .executeTakeFirst();
  return {
    calls: BigInt(row?.calls ?? 0),
    tokens: BigInt(row?.tokens ?? 0),
    cost: BigInt(row?.cost ?? 0),
  };
}
