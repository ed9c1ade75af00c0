/** Names one number that is kept beside the log and derived from it: a counter's, or a roll-up row's. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { METERS } from "../core/usage.ts";
import type { CounterKey } from "./rules/rows.ts";
import { counterWords } from "./rules/which-counter.ts";

/** What a roll-up row adds up: every meter, how many events, and how long and how often they were tried. */
export const ROLLUP_SUMS = [...METERS, "events", "latency_ms", "retries"] as const;
export type RollupSum = (typeof ROLLUP_SUMS)[number];

export type RollupTableName = "rollups_hour" | "rollups_day" | "rollups_period";

export interface RollupKey {
  readonly customerId: CustomerId;
  readonly periodStart: Instant;
  /** The UTC hour, the UTC day, or where the usage period starts. */
  readonly startsAt: Instant;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  /** Empty where no key was used. */
  readonly keyId: string;
  readonly outcome: "success" | "failed";
}

export type DerivedSum =
  | { readonly table: "counters"; readonly key: CounterKey; readonly sum: "used" | "held" }
  | { readonly table: RollupTableName; readonly key: RollupKey; readonly sum: RollupSum };

/** Stable words for it, the same each time: `used: deployment cost * * * month 1775001600000`. */
export function wordsOf(derived: DerivedSum): string {
  if (derived.table === "counters") {
    return `${derived.sum}: ${counterWords(derived.key)}`;
  }
  return `${derived.table}: ${rollupWords(derived.key)} ${derived.sum}`;
}

export function rollupWords(key: RollupKey): string {
  return keyValues(key).join(" ");
}

/** In the order of the primary key. */
export function keyValues(key: RollupKey): (string | number)[] {
  const { customerId, periodStart, startsAt, provider, model, operation, keyId, outcome } = key;
  return [customerId, periodStart, startsAt, provider, model, operation, keyId, outcome];
}
