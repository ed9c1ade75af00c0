/** The log of a customer's calls: pages, an export that streams, one call's story. */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Customer } from "../../access/customers.ts";
import { AppError } from "../../core/errors.ts";
import type { CustomerId, UserId } from "../../core/ids.ts";
import { type ExportedPage, exportLogs } from "../../insights/export-logs.ts";
import type { LogFilter } from "../../insights/log-filter.ts";
import { type LogFormat, logsHead, logsText, type TextLog } from "../../insights/logs-text.ts";
import { type CallStory, isEventId, readEvent } from "../../insights/read-event.ts";
import { readLogs } from "../../insights/read-logs.ts";
import type { Api } from "../api.ts";
import { filterOf } from "../asked-logs.ts";
import { exportUsageLogs, getUsageLog, listUsageLogs } from "../contract/endpoints/usage-logs.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { shownAmounts } from "../shown-amounts.ts";
import { shownEvent } from "../shown-event.ts";
import { subjectOf } from "../subject.ts";
import { headerUserId, principalOf } from "../who-asks.ts";

/** Each keeps a page in memory and the reader of the database busy now and then. */
const EXPORTS_MOST = 20;

const TYPES: Readonly<Record<LogFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  jsonl: "application/x-ndjson; charset=utf-8",
};

export function usageLogRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listUsageLogs, async ({ query, request, reply }) => {
    const customer = await subjectOf(request, ports, query.user_id);
    const { format, limit, offset, cursor } = query;
    const filter = { ...(await filterOf(query, customer, ports)), customerId: customer.id };
    const wanted = { limit, offset, ...(cursor === undefined ? {} : { cursor }) };
    const page = await readLogs(ports.store, filter, wanted);
    if (format === "json") return page;
    if (page.next_cursor !== undefined) reply.header("x-purser-next-cursor", page.next_cursor);
    const mine = { everybody: false };
    const text = logsHead(format, mine) + logsText(format, page.logs, mine);
    return asFile(reply, format).send(text);
  });

  let running = 0;
  serve(app, exportUsageLogs, async ({ query, request, reply }) => {
    const { format } = query;
    const isEverybody = query.all_customers === "true";
    if (isEverybody && principalOf(request).kind !== "admin") throw onlyAdmins();
    const customer = isEverybody ? null : await subjectOf(request, ports, query.user_id);
    const filter = await filterOf(query, customer, ports);
    if (running >= EXPORTS_MOST) throw tooManyExports();
    running += 1;
    const file = Readable.from(textOf(ports, filter, format), { objectMode: false });
    // Also where the client leaves, or a page could not be read: then the last chunk is never sent.
    file.once("close", () => {
      running -= 1;
    });
    return asFile(reply, format).send(file);
  });

  serve(app, getUsageLog, async ({ params, query, request }) => {
    const customer = await namedCustomer(request, ports, query.user_id);
    const wanted = { eventId: params.event_id, customerId: customer?.id ?? null };
    const story = isEventId(params.event_id) ? await readEvent(ports.store, wanted) : null;
    if (story === null) throw noSuchCall();
    const owner = customer ?? (await ports.customers.findById(story.event.customerId));
    return shownStory(story, owner?.userId ?? erased(story.event.customerId));
  });
}

/** A service or admin key may name nobody: a call's id is enough. */
async function namedCustomer(
  request: FastifyRequest,
  ports: ApiPorts,
  userId: string | undefined,
): Promise<Customer | null> {
  const isOwn = principalOf(request).kind === "customer";
  const isNamed = userId !== undefined || headerUserId(request) !== null;
  return isOwn || isNamed ? subjectOf(request, ports, userId) : null;
}

function shownStory({ event, held, expected, corrections, corrected }: CallStory, userId: UserId) {
  const { statusCode, errorMessage } = event.facts;
  return {
    ...shownEvent(event, userId),
    endpoint: event.endpoint,
    method: "POST",
    model_requested: event.scope.model,
    status: statusCode >= 200 && statusCode < 400 ? ("success" as const) : ("failed" as const),
    error_message: errorMessage ?? null,
    held: held === null ? null : shownAmounts(held),
    expected,
    corrections: [...corrections],
    corrected,
  };
}

/** Of a person who was erased the internal id is left. */
function erased(id: CustomerId): UserId {
  return id as string as UserId;
}

async function* textOf(
  ports: ApiPorts,
  filter: LogFilter,
  format: LogFormat,
): AsyncGenerator<string, void, undefined> {
  const of = { everybody: filter.customerId === null };
  const names = new Map<string, UserId>();
  const head = logsHead(format, of);
  if (head !== "") yield head;
  for await (const page of exportLogs(ports.store, filter)) {
    const logs = of.everybody ? await withOwners(ports, page, names) : page.logs;
    const text = logsText(format, logs, of);
    if (text !== "") yield text;
  }
}

/** Names of customers that are remembered while an export runs. */
const NAMES_MOST = 10_000;

async function withOwners(
  ports: Pick<ApiPorts, "customers">,
  { logs, customerIds }: ExportedPage,
  names: Map<string, UserId>,
): Promise<TextLog[]> {
  if (names.size > NAMES_MOST) names.clear();
  const asked = [...new Set(customerIds)].filter((id) => !names.has(id));
  const found = await ports.customers.userIdsOf(asked);
  for (const id of asked) names.set(id, found.get(id) ?? erased(id));
  return logs.map((log, at) => ({ user_id: names.get(customerIds[at] ?? "") ?? "", ...log }));
}

function asFile(reply: FastifyReply, format: LogFormat): FastifyReply {
  return reply
    .header("content-disposition", `attachment; filename="usage-logs.${format}"`)
    .type(TYPES[format]);
}

function noSuchCall(): AppError {
  return new AppError("not_found", "There is no call with this id.");
}

function onlyAdmins(): AppError {
  return new AppError("forbidden", "Only an admin key may export everybody's log.");
}

function tooManyExports(): AppError {
  return new AppError("too_many_requests", "Too many exports run at once. Try again shortly.", {
    retry_after_seconds: 10,
  });
}
