/** The log of a customer's calls. */
import { z } from "zod";
import type { Customer } from "../../access/customers.ts";
import { parseInstant } from "../../core/instant.ts";
import { normalizeProvider } from "../../core/providers.ts";
import { periodStartOf } from "../../insights/billing-period.ts";
import { logsCsv } from "../../insights/logs-csv.ts";
import { type LogFilter, readLogs } from "../../insights/read-logs.ts";
import type { Api } from "../api.ts";
import { logPage, logsQuery } from "../contract/subscription.ts";
import type { ApiPorts } from "../ports.ts";
import { subjectOf } from "../subject.ts";

export function usageLogRoutes(app: Api, ports: ApiPorts): void {
  app.get("/api/subscription/usage-logs", {
    config: { audience: "customer" },
    schema: {
      tags: ["usage"],
      summary: "The log of a customer's calls, newest first, as JSON or CSV",
      querystring: logsQuery,
      response: {
        200: {
          description: "The page, bare; as CSV its cursor is in the header x-purser-next-cursor",
          content: {
            "application/json": { schema: logPage },
            "text/csv": { schema: z.string() },
          },
        },
      },
    },
    handler: async (request, reply) => {
      const { query } = request;
      const customer = await subjectOf(request, ports, query.user_id);
      const filter = await filterOf(query, customer, ports);
      const page = await readLogs(ports.store, filter, {
        limit: query.limit,
        offset: query.offset,
        ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
      });
      if (query.format === "json") return reply.type("application/json; charset=utf-8").send(page);
      if (page.next_cursor !== undefined) reply.header("x-purser-next-cursor", page.next_cursor);
      reply.header("content-disposition", 'attachment; filename="usage-logs.csv"');
      return reply.type("text/csv; charset=utf-8").send(logsCsv(page.logs));
    },
  });
}

async function filterOf(
  query: z.output<typeof logsQuery>,
  customer: Customer,
  ports: ApiPorts,
): Promise<LogFilter> {
  const period = await periodStartOf(
    ports.store,
    { customerId: customer.id, usageAnchor: customer.usageAnchor, now: ports.clock.now() },
    query.billing_period ?? "all",
  );
  return {
    customerId: customer.id,
    ...(query.provider === undefined ? {} : { provider: normalizeProvider(query.provider) }),
    ...(query.model === undefined ? {} : { model: query.model }),
    ...(query.status_code === undefined ? {} : { statusCode: query.status_code }),
    ...(period === null ? {} : { periodStart: period }),
    ...(query.from === undefined ? {} : { from: parseInstant(query.from, "from") }),
    ...(query.to === undefined ? {} : { to: parseInstant(query.to, "to") }),
  };
}
