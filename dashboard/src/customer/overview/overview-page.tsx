/** The customer's overview: where they stand in a sentence, the curve, the limits, where it goes, and what happens just now. */
import { CloseButton, Group, Text } from "@mantine/core";
import { usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { type LiveState, useLive } from "../../app/live.ts";
import { useSubject } from "../../app/subject.tsx";
import { Page } from "../../parts/page.tsx";
import { PeriodPicker, usePeriod } from "../../parts/period-picker.tsx";
import { Await } from "../../parts/states.tsx";
import { type Filtering, useFilter } from "./filter.ts";
import { LiveNote } from "./live-note.tsx";
import { OverviewParts } from "./overview-parts.tsx";
import {
  callsQuery,
  dashboardQuery,
  limitsQuery,
  modelsQuery,
  providersQuery,
} from "./overview-queries.ts";
import { OverviewSkeleton } from "./overview-skeleton.tsx";
import type { DashboardSeen } from "./seen.ts";

const FirstCall = lazy(async () => ({ default: (await import("./first-call.tsx")).FirstCall }));

export function OverviewPage() {
  const { userId } = useSubject();
  const period = usePeriod();
  const filtering = useFilter();
  const live = useLive(userId);
  const query = useQuery(dashboardQuery(userId, period.billingPeriod));
  // What the parts ask for is asked for now, not once the first answer is there.
  usePrefetchQuery(limitsQuery(userId));
  usePrefetchQuery(providersQuery(userId, period.billingPeriod, filtering.filter));
  usePrefetchQuery(modelsQuery(userId, period.billingPeriod, filtering.filter));
  usePrefetchQuery(callsQuery(userId, period.billingPeriod, filtering.filter));
  return (
    <Page
      title="Overview"
      subtitle={<Subtitle seen={query.data} live={live} filtering={filtering} />}
      actions={<PeriodPicker />}
    >
      <Await query={query} skeleton={<OverviewSkeleton />}>
        {(seen) => (
          <Teaching seen={seen}>
            <OverviewParts seen={seen} period={period} filtering={filtering} />
          </Teaching>
        )}
      </Await>
    </Page>
  );
}

/** Who has never made a call sees how, and after the first one how it went; then the page as ever. */
function Teaching({
  seen,
  children,
}: {
  readonly seen: DashboardSeen;
  readonly children: ReactNode;
}) {
  const isEmpty = seen.total_usage.total_calls === 0;
  const [wasEmpty, setWasEmpty] = useState(isEmpty);
  return (
    <>
      {wasEmpty ? (
        <Suspense>
          <FirstCall seen={seen} close={() => setWasEmpty(false)} />
        </Suspense>
      ) : null}
      {children}
    </>
  );
}

function Subtitle({
  seen,
  live,
  filtering,
}: {
  readonly seen: DashboardSeen | undefined;
  readonly live: LiveState;
  readonly filtering: Filtering;
}) {
  const { what, clear } = filtering;
  return (
    <Group gap={6} mih={22}>
      <Text span inherit>
        {seen === undefined ? "" : `${seen.limits.plan_name} plan · `}
        <LiveNote state={live} />
      </Text>
      {what === undefined ? null : (
        <Group gap={2} wrap="nowrap" miw={0}>
          <Text span inherit fw={600} c="var(--mantine-color-text)" truncate>
            · Only {what}
          </Text>
          <CloseButton size="xs" aria-label="Show everything" onClick={clear} />
        </Group>
      )}
    </Group>
  );
}
