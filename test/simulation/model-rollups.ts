/** What the model says of roll-ups: they rise by exactly what a batch has added to the log. */
import { METERS } from "../../src/core/usage.ts";
import type { RollupDelta } from "../../src/ledger/rules/rows.ts";
import { type Entry, sumsOf } from "./model-log.ts";
import type { Verdict } from "./verdict.ts";

export function judgeRollups(
  rollups: readonly RollupDelta[],
  entries: readonly Entry[],
  verdict: Verdict,
): void {
  const differences = new Map<string, number>();
  const add = (key: string, amount: number): void => {
    differences.set(key, (differences.get(key) ?? 0) + amount);
  };
  for (const row of rollups) {
    const sums = sumsOf(row.sums);
    const key = rollupKey({ ...row, at: row.hour });
    for (const meter of METERS) add(`${key} ${meter}`, sums[meter]);
    add(`${key} events`, row.events);
  }
  for (const entry of entries) {
    const key = rollupKey(entry);
    for (const meter of METERS) add(`${key} ${meter}`, -entry.sums[meter]);
    if (entry.isEvent) add(`${key} events`, -1);
  }
  for (const [key, difference] of differences)
    verdict.check(
      difference === 0,
      "5: roll-ups are the sum of events and corrections",
      () => `${key}: ${difference} too many`,
    );
}

function rollupKey(
  of: Pick<Entry, "customerId" | "periodStart" | "at" | "scope" | "outcome"> & { keyId: string },
): string {
  const { customerId, periodStart, at, scope, keyId, outcome } = of;
  const { provider, model, operation } = scope;
  const hour = at - (at % 3_600_000);
  return [customerId, periodStart, hour, provider, model, operation, keyId, outcome].join(" ");
}
