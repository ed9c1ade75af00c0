/** A customer's calls one by one, as pages, exports and live, as methods of the client. */
import type { z } from "zod";
import type { QueryIn } from "../api/contract/endpoint.ts";
import { streamUsage } from "../api/contract/endpoints/stream.ts";
import * as logs from "../api/contract/endpoints/usage-logs.ts";
import type { Call, Open } from "./ask-endpoint.ts";
import { followStream, type LiveEvent } from "./follow-stream.ts";

type LogPage = z.output<(typeof logs.listUsageLogs)["answer"]>;
export type UsageLog = LogPage["logs"][number];
type LogsQuery = Omit<QueryIn<typeof logs.listUsageLogs>, "format">;

export function logMethods(call: Call, open: Open) {
  /** One page, newest first; a service or admin key names the customer as `user_id`. */
  const logPage = (query: LogsQuery = {}): Promise<LogPage> =>
    call(logs.listUsageLogs, { query: { ...query, format: "json" } });
  return {
    logPage,
    /** All calls that the filters want, newest first; reads page after page as they are taken. */
    logs: (query: LogsQuery = {}): AsyncGenerator<UsageLog, void, undefined> =>
      allLogs(logPage, query),
    /** One call: what it used, what that cost line by line, what was corrected since. */
    log: (eventId: string) => call(logs.getUsageLog, { params: { event_id: eventId } }),
    /** All of them as CSV or JSON lines. Read `body` to its end: where that throws, the file is not whole. */
    exportLogs: (query: QueryIn<typeof logs.exportUsageLogs> = {}, signal?: AbortSignal) =>
      open(logs.exportUsageLogs, { query, signal }),
    /** What happens to a customer, as it happens; goes on where it was after a lost connection. */
    stream: (
      userId: string,
      options: { readonly lastEventId?: string; readonly signal?: AbortSignal } = {},
    ): AsyncGenerator<LiveEvent, void, undefined> =>
      followStream((lastEventId, signal) => {
        const headers: Record<string, string> =
          lastEventId === "" ? {} : { "last-event-id": lastEventId };
        return open(streamUsage, { params: { user_id: userId }, headers, signal });
      }, options),
  };
}

async function* allLogs(
  page: (query: LogsQuery) => Promise<LogPage>,
  query: LogsQuery,
): AsyncGenerator<UsageLog, void, undefined> {
  let cursor = query.cursor;
  do {
    const { logs: lines, next_cursor: next } = await page({ ...query, cursor });
    yield* lines;
    cursor = next;
  } while (cursor !== undefined);
}
