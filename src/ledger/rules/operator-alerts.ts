/** What the operator must be told of: calls that no price was known for, once a day for each model. */
import { DAY_MS } from "../../core/instant.ts";
import { windowAt } from "../../core/periods/window.ts";
import type { UsageEvent } from "../ledger.ts";
import type { Draft } from "./draft.ts";
import { DEPLOYMENT } from "./subjects.ts";

/** Such an alert has no cap and no threshold of its own; a mark needs both. */
const CAP = 0n;
const THRESHOLD = 100;

export function raiseOperatorAlerts({ rows, raised }: Draft, events: readonly UsageEvent[]): void {
  for (const { facts, scope, id } of events) {
    if (!facts.unpriced) continue;
    const { provider, model } = scope;
    const day = rows.at - (rows.at % DAY_MS);
    const of = {
      customerId: DEPLOYMENT,
      counterKey: `unpriced ${provider} ${model} ${day}`,
      cap: CAP,
    };
    if (raised.marked(of).length > 0) continue;
    raised.raise(
      { ...of, threshold: THRESHOLD },
      {
        told: { kind: "unpriced", facts: { provider, model, event_id: id } },
        threshold: THRESHOLD,
        provider,
        meter: null,
        periodStart: windowAt("month", rows.at, rows.at).start,
      },
    );
  }
}
