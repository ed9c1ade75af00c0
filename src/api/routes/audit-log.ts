/** Administrators read who changed what. */
import { type Instant, parseInstant } from "../../core/instant.ts";
import { readAuditLog as readEntries } from "../../insights/read-audit-log.ts";
import type { Api } from "../api.ts";
import { readAuditLog } from "../contract/endpoints/audit-log.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { customerIdNamed } from "./keys.ts";

export function auditLogRoute(app: Api, ports: ApiPorts): void {
  serve(app, readAuditLog, async ({ query }) => {
    const { user_id: userId, from, to, limit } = query;
    const { entries, nextCursor } = await readEntries(ports.store, {
      ...query,
      customerId: userId === undefined ? undefined : await customerIdNamed(ports, userId),
      from: timeOf(from, "from"),
      to: timeOf(to, "to"),
    });
    const owners = entries.flatMap(({ customerId }) => customerId ?? []);
    const userIds = await ports.customers.userIdsOf([...new Set(owners)]);
    return {
      entries: entries.map(({ customerId, ...entry }) => ({
        ...entry,
        // Of somebody who was erased, the internal id.
        user_id: customerId === null ? null : (userIds.get(customerId) ?? customerId),
      })),
      limit,
      has_more: nextCursor !== null,
      ...(nextCursor === null ? {} : { next_cursor: nextCursor }),
    };
  });
}

function timeOf(text: string | undefined, field: string): Instant | undefined {
  return text === undefined ? undefined : parseInstant(text, field);
}
