/** How each provider answered in the last hour and in this month, and what it cost. */
import { DAY_MS, HOUR_MS, type Instant, instant } from "../core/instant.ts";
import { type LatencyCount, latencyBucket } from "../core/latency-histogram.ts";
import { windowAt } from "../core/periods/window.ts";
import { outcomeOf } from "../ledger/rules/post-event.ts";
import type { Store } from "../store/store.ts";
import type { DeploymentDays } from "./deployment-days.ts";
import { performanceFigures } from "./performance-figures.ts";

export interface ProviderFigures {
  /** Each forwarded call is one event. */
  readonly calls: number;
  readonly failed: number;
  /** Percent, one decimal. */
  readonly error_rate: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
}

export interface ProviderStates {
  /** An hour ago, or the time of the earliest call that was looked at. */
  readonly lastHourFrom: Instant;
  readonly monthFrom: Instant;
  /** Of any provider, also one that was not called. */
  of(provider: string): {
    readonly lastHour: ProviderFigures;
    /** `cost` in nano-dollars. */
    readonly month: ProviderFigures & { readonly cost: bigint };
  };
}

/** However many calls an hour has, no more are looked at: the newest. */
const CALLS_MOST = 5_000;

export async function readProviderStates(
  { store, days }: { readonly store: Store; readonly days: DeploymentDays },
  now: Instant,
): Promise<ProviderStates> {
  const month = windowAt("month", now, now);
  const soFar = { from: month.start, to: instant(now - (now % DAY_MS) + DAY_MS) };
  const [lately, models, latencies] = await Promise.all([
    readLately(store, now),
    days.models(soFar, now),
    days.latencies(soFar, now),
  ]);
  const monthSums = models.flatMap(({ rows }) => rows);
  const monthLatencies = latencies.flatMap(({ rows }) => rows);
  return {
    lastHourFrom: lately.from,
    monthFrom: month.start,
    of(provider) {
      const isOf = (row: { readonly provider: string }): boolean => row.provider === provider;
      const calls = lately.calls.filter(isOf);
      // One whose answer was never seen says nothing of how long calls take.
      const measured = calls.filter(({ wasMeasured }) => wasMeasured);
      const sums = monthSums.filter(isOf);
      return {
        lastHour: figuresOf(measured, calls),
        month: {
          ...figuresOf(monthLatencies.filter(isOf), sums),
          cost: sums.reduce((sum, { cost }) => sum + cost, 0n),
        },
      };
    },
  };
}

function figuresOf(
  latencies: readonly LatencyCount[],
  outcomes: readonly { readonly events: number; readonly failed: number }[],
): ProviderFigures {
  const { events, error_rate, p50_ms, p95_ms } = performanceFigures(latencies, outcomes);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  return { calls: events, failed, error_rate, p50_ms, p95_ms };
}

interface LateCall extends LatencyCount {
  readonly provider: string;
  readonly failed: number;
  readonly wasMeasured: boolean;
}

/** By the order of writing, since there is an index on that; a call that began before is left out. */
async function readLately(
  { db }: Store,
  now: Instant,
): Promise<{ readonly from: Instant; readonly calls: readonly LateCall[] }> {
  const hourAgo = Math.max(0, now - HOUR_MS);
  const newest = db
    .selectFrom("events")
    .select(["provider", "status_code", "latency_ms", "at"])
    .orderBy("seq", "desc")
    .limit(CALLS_MOST)
    .as("newest");
  const rows = await db
    .selectFrom(newest)
    .selectAll()
    .where("at", ">", BigInt(hourAgo))
    .where("at", "<=", BigInt(now))
    .execute();
  const isCut = rows.length === CALLS_MOST;
  const earliest = rows.reduce((least, { at }) => Math.min(least, Number(at)), Number(now));
  return {
    from: instant(isCut ? earliest : hourAgo),
    calls: rows.map((row) => ({
      provider: row.provider,
      bucket: latencyBucket(Number(row.latency_ms)),
      events: 1,
      wasMeasured: row.latency_ms > 0n,
      failed: outcomeOf(Number(row.status_code)) === "failed" ? 1 : 0,
    })),
  };
}
