/** What the operator's overview reads, anew every half a minute while it is open. */
import { keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";
import type { z } from "zod";
import type { listOperatorAlerts } from "../../../../src/api/contract/endpoints/operator-alerts.ts";
import type { readOverview } from "../../../../src/api/contract/endpoints/overview.ts";
import type { readPerformance } from "../../../../src/api/contract/endpoints/performance.ts";
import { client } from "../../app/client.ts";
import type { Range } from "./range.ts";

export type Overview = z.output<(typeof readOverview)["answer"]>;
export type Performance = z.output<(typeof readPerformance)["answer"]>;
export type OperatorAlert = z.output<(typeof listOperatorAlerts)["answer"]>["alerts"][number];

const ANEW_MS = 30_000;
const ALERTS_SHOWN_MOST = 20;

export function overviewQuery({ asked }: Range) {
  return queryOptions({
    queryKey: ["operator", "overview", asked],
    queryFn: asked === null ? skipToken : () => client.admin.overview(asked),
    placeholderData: keepPreviousData,
    refetchInterval: ANEW_MS,
  });
}

export function performanceQuery({ asked }: Range) {
  return queryOptions({
    queryKey: ["operator", "performance", "provider", asked],
    queryFn:
      asked === null ? skipToken : () => client.admin.performance({ ...asked, by: "provider" }),
    placeholderData: keepPreviousData,
    refetchInterval: ANEW_MS,
  });
}

export const unreadAlertsQuery = queryOptions({
  queryKey: ["operator", "alerts", "unread"],
  queryFn: () => client.admin.alerts({ unread_only: "true", limit: ALERTS_SHOWN_MOST }),
  refetchInterval: ANEW_MS,
});

export const outboxCountsQuery = queryOptions({
  queryKey: ["operator", "outbox", "counts"],
  queryFn: async () => (await client.admin.outbox({ limit: 1 })).counts,
  refetchInterval: ANEW_MS,
});
