/** The limits that will be hit before the period ends, and on which day, at this rate. */
import { amountOfLimit, countOf, dateWords, usdWords } from "../amount-words.ts";
import { DAY_MS, formatDate, type Instant, instant } from "../instant.ts";
import { covers, type Limit } from "../limits/limit.ts";
import { writeLimit } from "../limits/read-limit.ts";
import { usedOf } from "../limits/used-of.ts";
import type { Period } from "../periods/period.ts";
import type { PlanDefinition, PlanVersion } from "../plans/plan.ts";
import { upgradeFor } from "../plans/upgrade.ts";
import { reachCap } from "../projections/reach-cap.ts";
import { advisedPlan } from "./recommend-plan.ts";
import type { DayAmounts, Recommendation, ScopedAmounts } from "./recommendation.ts";

export interface LimitsQuestion {
  readonly plan: PlanDefinition;
  readonly offered: readonly PlanVersion[];
  readonly period: Period;
  readonly now: Instant;
  /** Of the present period. */
  readonly soFar: readonly ScopedAmounts[];
  /** Of as many days as a projection looks at, today's too. */
  readonly days: readonly DayAmounts[];
}

const SHOWN_MOST = 3;

interface Ahead {
  readonly limit: Limit;
  readonly cap: bigint;
  readonly on: Instant;
}

/** The soonest first. A limit that has been reached is not ahead. */
export function limitsAhead(of: LimitsQuestion): Recommendation[] {
  return of.plan.limits
    .flatMap((limit) => aheadOf(limit, of) ?? [])
    .sort((a, b) => a.on - b.on)
    .slice(0, SHOWN_MOST)
    .map((ahead) => adviceOn(ahead, of));
}

/** null: it is not hit in this period at this rate, or there is too little to tell by. */
function aheadOf(limit: Limit, of: LimitsQuestion): Ahead | null {
  if (limit.per !== "period" || limit.cap.kind === "unlimited") return null;
  const cap = limit.cap.amount;
  const byDay = Map.groupBy(
    of.days.filter(({ scope }) => covers(limit, scope)),
    ({ day }) => day,
  );
  const reached = reachCap({
    cap,
    used: usedOf(limit, of.soFar),
    window: of.period,
    now: of.now,
    days: [...byDay].map(([day, sums]) => ({ day: instant(day), amount: usedOf(limit, sums) })),
  });
  return reached === null ? null : { limit, cap, on: reached.at };
}

function adviceOn({ limit, cap, on }: Ahead, of: LimitsQuestion): Recommendation {
  const what = amountOfLimit(limit, cap);
  const daysEarly = Math.floor((of.period.end - on) / DAY_MS);
  const early = daysEarly === 0 ? "shortly" : countOf(daysEarly, "day");
  const more = upgradeFor({ limit }, of.plan, of.offered);
  const consequence =
    limit.atCap === "deny" ? "Calls beyond it are refused." : "Calls beyond it go on, and cost.";
  const mend =
    more === null
      ? "Make fewer calls a day, or ask for a higher limit."
      : `Make fewer calls a day, or change to ${more.definition.name} (${usdWords(more.definition.priceMonthly)} a month), which allows more.`;
  return {
    kind: "limit_ahead",
    title: `${what}: reached on ${dateWords(on)}`,
    message: `At this rate you will have used all ${what} on ${dateWords(on)}, ${early} before your period ends on ${dateWords(of.period.end)}. ${consequence} ${mend}`,
    limit: writeLimit(limit),
    on: formatDate(on),
    ...(more === null ? {} : { plan: advisedPlan(more) }),
  };
}
