/** Reads which lines of the log a query wants. */
import type { z } from "zod";
import type { Customer } from "../access/customers.ts";
import { invalidField } from "../core/errors.ts";
import type { KeyId } from "../core/ids.ts";
import { parseInstant } from "../core/instant.ts";
import { countsAs } from "../core/key-family.ts";
import { normalizeProvider } from "../core/providers.ts";
import { periodStartOf } from "../insights/billing-period.ts";
import type { LogFilter } from "../insights/log-filter.ts";
import type { exportQuery } from "./contract/usage-logs.ts";
import type { ApiPorts } from "./ports.ts";

/** What the query of a page and of an export share. */
type AskedLogs = Omit<z.output<typeof exportQuery>, "format" | "all_customers">;

/** `customer` null: everybody's. Refuses (`invalid_request`) what is no time or no period. */
export async function filterOf(
  query: AskedLogs,
  customer: Customer | null,
  ports: ApiPorts,
): Promise<LogFilter> {
  const periodStart = await periodOf(query, customer, ports);
  return {
    customerId: customer?.id ?? null,
    ...withoutAbsent({
      provider: query.provider === undefined ? undefined : normalizeProvider(query.provider),
      model: query.model,
      operation: query.operation,
      keyId: query.key_id === undefined ? undefined : countsAs(query.key_id as KeyId),
      source: query.source,
      status: query.status,
      statusCode: query.status_code,
      tag: query.tag === undefined ? undefined : tagOf(query.tag),
      periodStart: periodStart ?? undefined,
      from: query.from === undefined ? undefined : parseInstant(query.from, "from"),
      to: query.to === undefined ? undefined : parseInstant(query.to, "to"),
    }),
  };
}

type WithoutAbsent<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function withoutAbsent<Fields extends object>(fields: Fields): WithoutAbsent<Fields> {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as WithoutAbsent<Fields>;
}

async function periodOf(
  { billing_period: wanted = "all" }: AskedLogs,
  customer: Customer | null,
  ports: ApiPorts,
) {
  if (customer !== null) {
    const { id: customerId, usageAnchor } = customer;
    return periodStartOf(ports.store, { customerId, usageAnchor, now: ports.clock.now() }, wanted);
  }
  if (wanted === "all") return null;
  throw invalidField("billing_period", "is each customer's own; give from and to instead.");
}

function tagOf(text: string): { name: string; value: string } {
  const colon = text.indexOf(":");
  return { name: text.slice(0, colon), value: text.slice(colon + 1) };
}
