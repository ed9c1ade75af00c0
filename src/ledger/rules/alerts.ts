/** Which thresholds a batch has crossed: for each counter and cap, one alert for the highest that is newly reached. */
import type { LimitFacts } from "../../core/alerts/alert-facts.ts";
import { formatInstant, type Instant } from "../../core/instant.ts";
import type { Limit } from "../../core/limits/limit.ts";
import { writeLimit } from "../../core/limits/read-limit.ts";
import { highestNew, thresholdsOf, thresholdsReached } from "../../core/limits/thresholds.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import { windowAt } from "../../core/periods/window.ts";
import type { Draft } from "./draft.ts";
import type { CounterRow, CustomerTerms, LedgerRows, Slot } from "./rows.ts";
import { DEPLOYMENT, subjectOf } from "./subjects.ts";
import { counterWords, looksAt } from "./which-counter.ts";

/** Looks at every counter that the batch changed, refused at, or was told to look at. */
export function raiseAlerts(draft: Draft, changed: readonly Slot[]): void {
  const slots = new Set([...changed, ...draft.refusedAt, ...draft.lookedAt]);
  for (const slot of slots) {
    const refused = draft.refusedAt.has(slot);
    if (slot.used <= 0n && !refused) continue;
    raiseFor(draft, slot, refused);
  }
}

function raiseFor(draft: Draft, slot: Slot, refused: boolean): void {
  const watchers = watchersOf(draft.rows, slot.row);
  for (const limit of watchers.limits) {
    if (limit.cap.kind === "unlimited" || !looksAt(limit, slot.row)) continue;
    const early = refused && limit.atCap === "deny";
    raiseOf(draft, slot, { watchers, limit, cap: limit.cap.amount, early });
  }
}

/** One limit as it watches a counter. */
interface Watch {
  readonly watchers: Watchers;
  readonly limit: Limit;
  readonly cap: bigint;
  /** It has refused a call: what was not reached by use counts as reached, up to 100 %. */
  readonly early: boolean;
}

function raiseOf({ raised }: Draft, slot: Slot, watch: Watch): void {
  const { watchers, limit, cap, early } = watch;
  const reached = reachedOf(slot, watch);
  if (reached.length === 0) return;
  const of = { customerId: watchers.customerId, counterKey: counterWords(slot.row), cap };
  const { alert, covered } = highestNew({ reached, marked: raised.marked(of) });
  for (const threshold of covered) raised.cover(of, threshold);
  if (alert === null) return;
  const facts: LimitFacts = {
    ...factsOf(watch, slot),
    threshold: alert,
    ...(early && slot.used < cap ? { refused: true } : {}),
  };
  raised.raise(
    { ...of, threshold: alert },
    {
      told: { kind: alert >= 100 ? "limit_reached" : "threshold", facts },
      threshold: alert,
      provider: limit.provider ?? null,
      meter: limit.meter,
      periodStart: watchers.periodStart,
    },
  );
}

function reachedOf({ used }: Slot, { limit, cap, watchers, early }: Watch): readonly number[] {
  const thresholds = thresholdsOf(limit, watchers.wanted);
  if (thresholds.length === 0) return thresholds;
  const byUse = thresholdsReached({ used, cap, thresholds });
  return early ? [...new Set([...thresholds.filter(isAtMostAll), ...byUse])] : byUse;
}

function isAtMostAll(threshold: number): boolean {
  return threshold <= 100;
}

function factsOf(
  { watchers, limit, cap }: Watch,
  { row, used }: Slot,
): Omit<LimitFacts, "threshold" | "refused"> {
  return {
    limit: writeLimit(limit),
    ...watchers.whose,
    used: used.toString(),
    cap: cap.toString(),
    window_start: formatInstant(row.windowStart),
    resets_at: formatInstant(row.windowEnd),
  };
}

interface Watchers {
  /** Who is told: a customer, or the operator (`deployment`). */
  readonly customerId: string;
  readonly limits: readonly Limit[];
  /** Where a limit does not say at what it alerts. */
  readonly wanted: { readonly customer?: readonly number[]; readonly plan?: readonly number[] };
  readonly whose: Pick<LimitFacts, "subject" | "key_id" | "plan">;
  readonly periodStart: Instant;
}

/** Whose limits look at a counter, and who is told. The operator is told of the deployment's, and of service keys'. */
function watchersOf(rows: LedgerRows, row: CounterRow): Watchers {
  const subject = subjectOf(row.subject);
  switch (subject.kind) {
    case "customer": {
      const terms = rows.customer(subject.id);
      const plan = terms?.plan.definition;
      const whose = {
        subject: subject.kind,
        ...(plan === undefined ? {} : { plan: plan.slug }),
      };
      return { ...told(rows, subject.id, terms), limits: plan?.limits ?? [], whose };
    }
    case "key": {
      const { customerId, limits = [] } = rows.key(subject.id) ?? {};
      const terms = customerId === undefined ? undefined : rows.customer(customerId);
      const whose = { subject: subject.kind, key_id: subject.id };
      return { ...told(rows, customerId ?? DEPLOYMENT, terms), limits, whose };
    }
    case "deployment": {
      const whose = { subject: subject.kind };
      return { ...told(rows, DEPLOYMENT, undefined), limits: rows.deploymentLimits(), whose };
    }
  }
}

function told(
  rows: LedgerRows,
  customerId: string,
  terms: CustomerTerms | undefined,
): Pick<Watchers, "customerId" | "wanted" | "periodStart"> {
  if (terms === undefined) {
    return { customerId, wanted: {}, periodStart: windowAt("month", rows.at, rows.at).start };
  }
  const { alertAt: plan } = terms.plan.definition;
  const wanted = {
    ...(terms.alertAt === undefined ? {} : { customer: terms.alertAt }),
    ...(plan === undefined ? {} : { plan }),
  };
  return { customerId, wanted, periodStart: usagePeriodAt(terms.usageAnchor, rows.at).start };
}
