/** What the operator must be told of: calls that no price was known for, once a day for each model. */
import { DAY_MS } from "../../core/instant.ts";
import { providerTitle } from "../../core/provider-titles.ts";
import type { UsageEvent } from "../ledger.ts";
import type { AlertMark, LedgerRows, OperatorAlert } from "./rows.ts";
import { DEPLOYMENT } from "./subjects.ts";

/** A notice has no cap and no threshold of its own; a mark needs both. */
const NOTICE = { cap: 0n, threshold: 100, alertId: null } as const;

export function raiseOperatorAlerts(
  rows: LedgerRows,
  events: readonly UsageEvent[],
): {
  operatorAlerts: OperatorAlert[];
  marks: AlertMark[];
} {
  const operatorAlerts: OperatorAlert[] = [];
  const marks: AlertMark[] = [];
  for (const { facts, scope, id } of events) {
    if (!facts.unpriced) continue;
    const day = rows.at - (rows.at % DAY_MS);
    const counterKey = `unpriced ${scope.provider} ${scope.model} ${day}`;
    const mark = { customerId: DEPLOYMENT, counterKey, ...NOTICE };
    if (marks.some((made) => made.counterKey === counterKey)) continue;
    if (rows.marks(mark).length > 0) continue;
    marks.push(mark);
    operatorAlerts.push({
      code: "unpriced",
      provider: scope.provider,
      model: scope.model,
      eventId: id,
      message:
        `No price is known for ${scope.model} at ${providerTitle(scope.provider)}, so its calls are counted at $0. ` +
        "Add one with `purser prices add`, then `purser prices rerate`.",
      at: rows.at,
    });
  }
  return { operatorAlerts, marks };
}
