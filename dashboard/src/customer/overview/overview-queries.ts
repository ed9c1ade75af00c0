/** What the overview asks the server: what changes with every call under `customer`, the rest once a minute. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { periodsQuery, type ShownPeriod } from "../../parts/period-picker.tsx";
import type { Filter } from "./filter.ts";

const SLOWLY_MS = 60_000;
const USED_UP_MS = 4_000;

type Of = string | undefined;

const asked = (period: Of) => (period === undefined ? {} : { billing_period: period });

/** Of the period that starts then; undefined: the present one. */
export function dashboardQuery(userId: string, period: Of) {
  return queryOptions({
    queryKey: ["customer", userId, "dashboard", period],
    queryFn: () => client.dashboard(userId, asked(period)),
    placeholderData: keepPreviousData,
  });
}

export function limitsQuery(userId: string) {
  return queryOptions({
    queryKey: ["customer", userId, "limits"],
    queryFn: () => client.limits(userId),
    // The stream does not tell of a lift, nor of a window that begins anew; who is refused waits for just that.
    refetchInterval: ({ state }) =>
      state.data?.limits.some(({ percent }) => percent >= 100) ? USED_UP_MS : SLOWLY_MS,
  });
}

/** By provider and day: both the curve and the bar. */
export function providersQuery(userId: string, period: Of, filter: Filter) {
  return queryOptions({
    queryKey: ["customer", userId, "providers-by-day", period, filter],
    queryFn: () =>
      client.breakdown(userId, { by: "provider", granularity: "day", ...asked(period), ...filter }),
    placeholderData: keepPreviousData,
  });
}

export function modelsQuery(userId: string, period: Of, filter: Filter) {
  return queryOptions({
    queryKey: ["customer", userId, "models", period, filter],
    queryFn: () => client.breakdown(userId, { by: "model", ...asked(period), ...filter }),
    placeholderData: keepPreviousData,
  });
}

/** Of a period that is over: it does not change with calls. */
export function modelsBeforeQuery(userId: string, period: Of, filter: Filter) {
  return queryOptions({
    queryKey: ["overview", userId, "models-before", period, filter],
    queryFn: () =>
      client.breakdown(userId, { by: "model", granularity: "day", ...asked(period), ...filter }),
    enabled: period !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function insightsQuery(userId: string) {
  return queryOptions({
    queryKey: ["overview", userId, "insights"],
    queryFn: () => client.insights(userId),
    refetchInterval: SLOWLY_MS,
  });
}

const CALLS_SHOWN = 25;

export function callsQuery(userId: string, period: Of, filter: Filter) {
  return queryOptions({
    queryKey: ["customer", userId, "last-calls", period, filter],
    queryFn: async () =>
      (await client.logPage({ user_id: userId, limit: CALLS_SHOWN, ...asked(period), ...filter }))
        .logs,
    placeholderData: keepPreviousData,
  });
}

/** The start of the period before the one that is shown; undefined: there is none with use, or it is not known yet. */
export function useEarlierPeriod(userId: string, shown: ShownPeriod): string | undefined {
  const { data = [] } = useQuery(periodsQuery(userId));
  const place = data.findIndex(({ start }) => start === shown.start);
  return place < 0 ? undefined : data[place + 1]?.billing_period;
}
