/** Asks what was used in a stretch, by what and step by step. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { getBreakdown } from "../../../../src/api/contract/endpoints/usage.ts";
import { client } from "../../app/client.ts";
import { type AskedUsage, daysOf } from "./asked-usage.ts";
import type { Stretch } from "./stretch.ts";

export type Breakdown = z.output<(typeof getBreakdown)["answer"]>;
export type BreakdownRow = Breakdown["rows"][number];

/** Two years of fifty models are a large answer: read anew once a minute, not with each call. */
const LIVE_DAYS_MOST = 92;
const SLOWLY_MS = 60_000;

export function usageQuery(userId: string, stretch: Stretch, usage: AskedUsage) {
  const { by, tag, step, only } = usage;
  const { asked } = stretch;
  const granularity = step === "hour" ? ("hour" as const) : ("day" as const);
  const isLive = stretch.isOpen && daysOf(stretch) <= LIVE_DAYS_MOST;
  return queryOptions({
    // Under "customer" it is read anew when something happens.
    queryKey: [
      isLive ? "customer" : "usage",
      userId,
      "breakdown",
      by,
      tag,
      asked,
      granularity,
      only,
    ],
    enabled: asked !== null && (by !== "tag" || tag !== undefined),
    placeholderData: keepPreviousData,
    refetchInterval: stretch.isOpen && !isLive ? SLOWLY_MS : false,
    queryFn: () =>
      client.breakdown(userId, {
        by,
        granularity,
        ...(tag === undefined ? {} : { tag }),
        ...asked,
        ...only,
      }),
  });
}
