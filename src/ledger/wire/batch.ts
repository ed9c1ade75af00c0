/** A batch on its way to the database's thread, and what comes back. */
import type { Instant } from "../../core/instant.ts";
import type { Changes } from "../rules/rows.ts";
import type { WireCounter, WireResult } from "./answers.ts";
import type { WireOperation } from "./operations.ts";

export interface BatchMessage {
  /** null: the database's clock says it. */
  readonly at: Instant | null;
  readonly operations: readonly WireOperation[];
}

export interface BatchAnswer {
  readonly results: readonly WireResult[];
  /** It wrote an alert. */
  readonly alerted: boolean;
  /** Where it was asked for: the counters that each commit left. */
  readonly commits?: readonly (readonly WireCounter[])[];
}

export function countersOf(changes: Pick<Changes, "counters">): WireCounter[] {
  return changes.counters.map(({ row, used, held }) => {
    const { subject, per, windowStart, windowEnd, meter, provider, model, operation } = row;
    const key = { subject, per, windowStart, windowEnd, meter, provider, model, operation };
    return [key, used.toString(), held.toString()];
  });
}
