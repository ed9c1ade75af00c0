/** The parts of the overview in the order in which they are read. */
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSubject } from "../../app/subject.tsx";
import type { ShownPeriod } from "../../parts/period-picker.tsx";
import { Await } from "../../parts/states.tsx";
import { plansQuery } from "../plan/plan-queries.ts";
import { type Curve, curveOf } from "./curve.ts";
import { CurveCard } from "./curve-card.tsx";
import type { Filtering } from "./filter.ts";
import { JustNow } from "./just-now.tsx";
import { pastRows, presentRows } from "./limit-rows.ts";
import type { LimitShape } from "./limit-uses.ts";
import { LimitsCard } from "./limits-card.tsx";
import { Advice, Alerts } from "./notices.tsx";
import classes from "./overview.module.css";
import { insightsQuery, limitsQuery, providersQuery } from "./overview-queries.ts";
import type { BreakdownSeen, DashboardSeen, InsightsSeen } from "./seen.ts";
import { partSentence, type Sentence, sentenceOf } from "./sentence.ts";
import { StateSentence } from "./state-sentence.tsx";
import { WhereCard } from "./where-card.tsx";

interface Seen {
  readonly seen: DashboardSeen;
  readonly period: ShownPeriod;
  readonly filtering: Filtering;
}

export function OverviewParts({ seen, period, filtering }: Seen) {
  const { userId } = useSubject();
  const { filter, what } = filtering;
  const limits = useQuery(limitsQuery(userId));
  const insights = useQuery(insightsQuery(userId));
  const days = useQuery(providersQuery(userId, period.billingPeriod, filter));
  const ahead = aheadOf(insights.data);
  const now = Date.parse(seen.current_usage.last_updated);
  const curve = curveFrom(days.data, { seen, period, isWhole: what === undefined });
  const sentence = useSentence({ seen, period, filtering }, { ahead, part: days.data });
  return (
    <Stack gap="sm">
      {sentence === null ? (
        <div className={classes["sentence"]} />
      ) : (
        <StateSentence sentence={sentence} />
      )}
      <div className={classes["grid"]}>
        <CurveCard curve={curve} what={what} />
        {period.isPresent ? (
          <Await query={limits} height={286}>
            {({ limits: uses }) => <LimitsCard rows={presentRows(uses, ahead, filter)} isPresent />}
          </Await>
        ) : (
          <LimitsCard rows={pastRows(seen, filter)} isPresent={false} />
        )}
        <WhereCard period={period} now={now} filtering={filtering} />
        <JustNow key={JSON.stringify([period.start, filter])} period={period} filter={filter} />
        <Alerts alerts={seen.alerts} />
        <Advice advice={insights.data?.recommendations ?? []} />
      </div>
    </Stack>
  );
}

type Ahead = readonly { readonly limit: LimitShape; readonly on: string }[];

function aheadOf(insights: InsightsSeen | undefined): Ahead {
  return (insights?.recommendations ?? []).flatMap(({ kind, limit, on }) =>
    kind === "limit_ahead" && limit !== undefined && on !== undefined ? [{ limit, on }] : [],
  );
}

/** null: not all of it is known yet. */
function useSentence(
  { seen, period, filtering }: Seen,
  { ahead, part }: { readonly ahead: Ahead; readonly part: BreakdownSeen | undefined },
): Sentence | null {
  const { userId } = useSubject();
  const { data: plans } = useQuery(plansQuery);
  const { data: limits } = useQuery(limitsQuery(userId));
  const { start, end, isPresent } = period;
  const { what } = filtering;
  const usage = seen.current_usage;
  if (what !== undefined) {
    if (part === undefined) return null;
    const { cost, calls } = part.total;
    return partSentence({ what, spent: cost, calls, whole: usage.total_cost, isPresent });
  }
  if (start === undefined || end === undefined || limits === undefined) return null;
  const { cost_limit: costCap, projected_monthly_cost: projected } = seen.projections;
  return sentenceOf({
    period: { start, end, isPresent },
    now: Date.parse(usage.last_updated),
    calls: usage.total_calls,
    spent: usage.total_cost,
    costCap: costCap === 0 ? null : costCap,
    projected,
    limits: limits.limits,
    ahead,
    plans: plans ?? [],
    planId: limits.plan.id,
  });
}

function curveFrom(
  days: BreakdownSeen | undefined,
  { seen, period, isWhole }: Omit<Seen, "filtering"> & { readonly isWhole: boolean },
): Curve | undefined {
  const { start, end, isPresent } = period;
  if (days === undefined || start === undefined || end === undefined) return undefined;
  const { projected_monthly_cost: mean, low, high, cost_limit: cap } = seen.projections;
  const sumOf = (of: "cost" | "calls"): number[] =>
    days.steps.map((_, place) =>
      days.rows.reduce((sum, { series }) => sum + (series?.[of][place] ?? 0), 0),
    );
  return curveOf({
    start: Date.parse(start),
    end: Date.parse(end),
    now: isPresent ? Date.parse(seen.current_usage.last_updated) : Date.parse(end),
    steps: days.steps,
    cost: sumOf("cost"),
    calls: sumOf("calls"),
    projection: isWhole && isPresent ? { mean, low, high } : null,
    cap: isWhole && cap > 0 ? cap : null,
  });
}
