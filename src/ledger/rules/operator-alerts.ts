/** What the operator must be told of: calls that no price was known for, once a day for each model. */
import { DAY_MS } from "../../core/instant.ts";
import { providerTitle } from "../../core/provider-titles.ts";
import type { Draft } from "./draft.ts";
import type { AlertMark, OperatorAlert } from "./rows.ts";
import { DEPLOYMENT } from "./subjects.ts";

/** A notice has no cap and no threshold of its own; a mark needs both. */
const NOTICE = { cap: 0n, threshold: 100, alertId: null } as const;

export function raiseOperatorAlerts(draft: Draft): {
  operatorAlerts: OperatorAlert[];
  marks: AlertMark[];
} {
  const operatorAlerts: OperatorAlert[] = [];
  const marks: AlertMark[] = [];
  for (const { facts, scope, id } of draft.changes().events) {
    if (!facts.unpriced) continue;
    const day = draft.rows.at - (draft.rows.at % DAY_MS);
    const counterKey = `unpriced ${scope.provider} ${scope.model} ${day}`;
    const mark = { customerId: DEPLOYMENT, counterKey, ...NOTICE };
    if (marks.some((made) => made.counterKey === counterKey)) continue;
    if (draft.rows.marks(mark).length > 0) continue;
    marks.push(mark);
    operatorAlerts.push({
      code: "unpriced",
      provider: scope.provider,
      model: scope.model,
      eventId: id,
      message:
        `No price is known for ${scope.model} at ${providerTitle(scope.provider)}, so its calls are counted at $0. ` +
        "Add one with `purser prices add`, then `purser prices rerate`.",
      at: draft.rows.at,
    });
  }
  return { operatorAlerts, marks };
}
