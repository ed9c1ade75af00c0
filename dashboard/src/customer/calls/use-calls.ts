/** The log as far as it was read, newest first, and what has come since: held back until the reader takes it. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import type { UsageLog } from "../../../../src/client/log-methods.ts";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import type { AskedCalls } from "./asked-calls.ts";

const LINES_A_PAGE = 250;
const NEWEST_LINES = 100;

export interface Calls {
  readonly lines: readonly UsageLog[];
  /** Of all that the filters want; null: not known. */
  readonly total: number | null;
  readonly isTotalAtLeast: boolean;
  /** What came since, not in `lines` yet. */
  readonly fresh: readonly UsageLog[];
  /** Puts what came since at the top. */
  readonly takeFresh: () => void;
  readonly readMore: () => void;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  /** Shown are the lines of the filters before. */
  readonly isOutdated: boolean;
  readonly fault: Error | null;
  readonly again: () => void;
}

type LogPage = Awaited<ReturnType<typeof client.logPage>>;
interface Pages {
  readonly pages: readonly LogPage[];
  readonly pageParams: readonly unknown[];
}

export function useCalls(asked: AskedCalls | null): Calls {
  const { userId } = useSubject();
  // Not under "customer": what is read already stays as it is, however much happens.
  const key = useMemo(() => ["calls", userId, asked], [userId, asked]);
  const older = useInfiniteQuery({
    queryKey: key,
    enabled: asked !== null,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    placeholderData: keepPreviousData,
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      client.logPage({
        ...asked,
        user_id: userId,
        limit: LINES_A_PAGE,
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ next_cursor: next }) => next,
  });
  const newest = useQuery({
    queryKey: ["customer", userId, "newest-calls", asked],
    enabled: asked !== null && older.isSuccess,
    queryFn: () => client.logPage({ ...asked, user_id: userId, limit: NEWEST_LINES }),
  });
  const pages = older.data?.pages;
  const lines = useMemo(() => (pages ?? []).flatMap(({ logs }) => logs), [pages]);
  const head = older.isPlaceholderData ? undefined : newest.data;
  const fresh = useMemo(() => unknownOf(head, lines), [head, lines]);
  const takeFresh = useCallback(() => take(key, { head, fresh }), [key, head, fresh]);
  // Of an empty list nobody reads a line that could move.
  const isFirst = lines.length === 0 && fresh.length > 0;
  useEffect(() => {
    if (isFirst) takeFresh();
  }, [isFirst, takeFresh]);
  const { fetchNextPage } = older;
  const readMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const counted = head ?? pages?.[0];
  return {
    lines,
    total: counted?.total_count ?? null,
    isTotalAtLeast: counted?.total_count_is_capped ?? false,
    fresh,
    takeFresh,
    readMore,
    hasMore: older.hasNextPage,
    isReading: older.isFetching,
    isOutdated: older.isPlaceholderData,
    fault: older.error,
    again: () => void older.refetch(),
  };
}

function unknownOf(head: LogPage | undefined, lines: readonly UsageLog[]): UsageLog[] {
  if (head === undefined) return [];
  const known = new Set(lines.map(({ id }) => id));
  return head.logs.filter(({ id }) => !known.has(id));
}

/** Where more came than the newest page holds, there would be a gap: then all is read anew. */
function take(
  key: readonly unknown[],
  { head, fresh }: { readonly head: LogPage | undefined; readonly fresh: readonly UsageLog[] },
): void {
  if (head === undefined || fresh.length === 0) return;
  if (head.has_more && fresh.length === head.logs.length) {
    void queries.resetQueries({ queryKey: key, exact: true });
    return;
  }
  queries.setQueryData<Pages>(key, (before) => {
    const [first, ...rest] = before?.pages ?? [];
    if (before === undefined || first === undefined) return before;
    const logs = [...fresh, ...first.logs].sort(newestFirst);
    return { ...before, pages: [{ ...first, logs }, ...rest] };
  });
}

/** As the API orders them. Calls told after the fact may belong below some that are shown. */
function newestFirst(one: UsageLog, other: UsageLog): number {
  if (one.timestamp === other.timestamp) return other.id - one.id;
  return one.timestamp < other.timestamp ? 1 : -1;
}
