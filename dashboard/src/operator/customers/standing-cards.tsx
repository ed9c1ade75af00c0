/** Where a customer stands in their present period: the curve and the limits, as they see them too. */
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSubject } from "../../app/subject.tsx";
import { type Curve, curveOf } from "../../customer/overview/curve.ts";
import { CurveCard } from "../../customer/overview/curve-card.tsx";
import { presentRows } from "../../customer/overview/limit-rows.ts";
import { LimitsCard } from "../../customer/overview/limits-card.tsx";
import {
  dashboardQuery,
  limitsQuery,
  providersQuery,
} from "../../customer/overview/overview-queries.ts";
import { periodsQuery } from "../../parts/period-picker.tsx";
import { Await } from "../../parts/states.tsx";

export function StandingCards() {
  const { userId } = useSubject();
  const limits = useQuery(limitsQuery(userId));
  const curve = useCurve(userId);
  return (
    <Stack gap="md">
      <CurveCard curve={curve} what={undefined} />
      <Await query={limits} skeleton={<Skeleton height={286} radius="md" />}>
        {({ limits: uses }) => <LimitsCard rows={presentRows(uses, [], {})} isPresent />}
      </Await>
    </Stack>
  );
}

/** undefined: not all of it is known yet. */
function useCurve(userId: string): Curve | undefined {
  const { data: seen } = useQuery(dashboardQuery(userId, undefined));
  const { data: periods } = useQuery(periodsQuery(userId));
  const { data: days } = useQuery(providersQuery(userId, undefined, {}));
  const period = periods?.find(({ is_present: isPresent }) => isPresent);
  if (seen === undefined || days === undefined || period === undefined) return undefined;
  const { projected_monthly_cost: mean, low, high, cost_limit: cap } = seen.projections;
  const sumOf = (of: "cost" | "calls"): number[] =>
    days.steps.map((_, place) =>
      days.rows.reduce((sum, { series }) => sum + (series?.[of][place] ?? 0), 0),
    );
  return curveOf({
    start: Date.parse(period.start),
    end: Date.parse(period.end),
    now: Date.parse(seen.current_usage.last_updated),
    steps: days.steps,
    cost: sumOf("cost"),
    calls: sumOf("calls"),
    projection: { mean, low, high },
    cap: cap > 0 ? cap : null,
  });
}
