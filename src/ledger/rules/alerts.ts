/** Which alerts a batch gives rise to: for each counter and cap, one for the highest threshold newly reached. */
import type { Instant } from "../../core/instant.ts";
import type { Limit } from "../../core/limits/limit.ts";
import { DEFAULT_THRESHOLDS, highestNew, thresholdsReached } from "../../core/limits/thresholds.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import { windowAt } from "../../core/periods/window.ts";
import { alertWords } from "./alert-words.ts";
import type { Draft } from "./draft.ts";
import type { AlertMark, AlertRow, CounterRow, LedgerRows, Slot } from "./rows.ts";
import { DEPLOYMENT, subjectOf } from "./subjects.ts";
import { counterWords, looksAt } from "./which-counter.ts";

/** Looks at every counter that the batch changed, refused at, or was told to look at. Windows under a day do not alert. */
export function raiseAlerts(
  draft: Draft,
  changed: readonly Slot[],
): { alerts: AlertRow[]; marks: AlertMark[] } {
  const raised = { alerts: [] as AlertRow[], marks: [] as AlertMark[] };
  const slots = new Set([...changed, ...draft.refusedAt, ...draft.lookedAt]);
  for (const slot of slots) {
    const refused = draft.refusedAt.has(slot);
    if (slot.row.per === "hour" || slot.row.per === "minute") continue;
    if (slot.used <= 0n && !refused) continue;
    raiseFor(draft.rows, slot, refused, raised);
  }
  return raised;
}

function raiseFor(
  rows: LedgerRows,
  slot: Slot,
  refused: boolean,
  raised: { alerts: AlertRow[]; marks: AlertMark[] },
): void {
  const watchers = watchersOf(rows, slot.row);
  for (const limit of watchers.limits) {
    if (limit.cap.kind === "unlimited" || !looksAt(limit, slot.row)) continue;
    const cap = limit.cap.amount;
    const early = refused && limit.atCap === "deny";
    const reached = early
      ? DEFAULT_THRESHOLDS
      : thresholdsReached({ used: slot.used, cap, thresholds: DEFAULT_THRESHOLDS });
    if (reached.length === 0) continue;
    const of = { customerId: watchers.customerId, counterKey: counterWords(slot.row), cap };
    const marked = [...rows.marks(of), ...marksOf(raised.marks, of)];
    const { alert, covered } = highestNew({ reached, marked });
    raised.marks.push(...covered.map((threshold) => ({ ...of, threshold, alertId: null })));
    if (alert === null) continue;
    const id = rows.alertNumber(raised.alerts.length);
    raised.marks.push({ ...of, threshold: alert, alertId: id });
    raised.alerts.push({
      id,
      customerId: watchers.customerId,
      ...alertWords({ threshold: alert, used: slot.used, cap, limit }),
      threshold: alert,
      provider: limit.provider ?? null,
      meter: limit.meter,
      periodStart: watchers.periodStart,
      createdAt: rows.at,
    });
  }
}

interface Watchers {
  readonly customerId: string;
  readonly limits: readonly Limit[];
  readonly periodStart: Instant;
}

/** Whose limits look at a counter, and who is told. The operator is told of the deployment's, and of service keys'. */
function watchersOf(rows: LedgerRows, row: CounterRow): Watchers {
  const subject = subjectOf(row.subject);
  switch (subject.kind) {
    case "customer": {
      const limits = rows.customer(subject.id)?.plan.definition.limits ?? [];
      return told(rows, subject.id, limits);
    }
    case "key": {
      const key = rows.key(subject.id);
      return told(rows, key?.customerId ?? DEPLOYMENT, key?.limits ?? []);
    }
    case "deployment":
      return told(rows, DEPLOYMENT, rows.deploymentLimits());
  }
}

function told(rows: LedgerRows, customerId: string, limits: readonly Limit[]): Watchers {
  const subject = subjectOf(customerId);
  const terms = subject.kind === "customer" ? rows.customer(subject.id) : undefined;
  const period =
    terms === undefined
      ? windowAt("month", rows.at, rows.at)
      : usagePeriodAt(terms.usageAnchor, rows.at);
  return { customerId, limits, periodStart: period.start };
}

function marksOf(
  marks: readonly AlertMark[],
  of: { customerId: string; counterKey: string; cap: bigint },
): number[] {
  return marks
    .filter(
      (mark) =>
        mark.customerId === of.customerId &&
        mark.counterKey === of.counterKey &&
        mark.cap === of.cap,
    )
    .map(({ threshold }) => threshold);
}
