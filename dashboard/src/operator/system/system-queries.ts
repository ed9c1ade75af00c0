/** What the page of the system reads: the installation, its keys, who changed what, and who was refused. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { audited } from "../../../../src/api/contract/audit.ts";
import type { listArchives } from "../../../../src/api/contract/endpoints/archives.ts";
import type { readAuditLog } from "../../../../src/api/contract/endpoints/audit-log.ts";
import { checkReady } from "../../../../src/api/contract/endpoints/health.ts";
import type { listKeys } from "../../../../src/api/contract/endpoints/keys.ts";
import { readLightweightStats } from "../../../../src/api/contract/endpoints/monitoring.ts";
import type { readSystem } from "../../../../src/api/contract/endpoints/system.ts";
import { PurserError } from "../../../../src/client/purser-error.ts";
import { client } from "../../app/client.ts";
import type { AskedLog } from "./asked-log.ts";

export type System = z.output<(typeof readSystem)["answer"]>;
export type Archive = z.output<(typeof listArchives)["answer"]>["archives"][number];
export type LedgerAudit = z.output<typeof audited>;
export type OperatorKey = z.output<(typeof listKeys)["answer"]>["keys"][number];
export type LogEntry = z.output<(typeof readAuditLog)["answer"]>["entries"][number];

const ANEW_MS = 10_000;
const ENTRIES_A_PAGE = 50;
const DENIALS_SHOWN = 100;

export const systemQuery = queryOptions({
  queryKey: ["operator", "system"],
  queryFn: () => client.admin.system(),
  refetchInterval: ANEW_MS,
});

export interface Readiness {
  readonly isReady: boolean;
  /** What was looked at: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

export const readinessQuery = queryOptions({
  queryKey: ["operator", "readiness"],
  refetchInterval: ANEW_MS,
  queryFn: async (): Promise<Readiness> => {
    try {
      const { checks } = await client.call(checkReady);
      return { isReady: true, checks };
    } catch (fault) {
      // Not being ready is an answer, too.
      if (!(fault instanceof PurserError) || fault.code !== "starting") throw fault;
      return { isReady: false, checks: checksOf(fault) };
    }
  },
});

function checksOf({ details, message }: PurserError): Readonly<Record<string, string>> {
  const { checks } = details;
  if (typeof checks !== "object" || checks === null) return { server: message };
  return Object.fromEntries(Object.entries(checks).map(([name, value]) => [name, String(value)]));
}

export const requestsQuery = queryOptions({
  queryKey: ["operator", "requests"],
  queryFn: async () => (await client.call(readLightweightStats)).data,
  refetchInterval: ANEW_MS,
});

export const archivesQuery = queryOptions({
  queryKey: ["operator", "archives"],
  queryFn: async () => (await client.admin.archives()).archives,
});

/** Those of the deployment, the newest first: customers' keys stand with the customers. */
export const keysQuery = queryOptions({
  queryKey: ["operator", "keys"],
  queryFn: async () => {
    const [admin, service] = await Promise.all([
      client.admin.keys({ kind: "admin" }),
      client.admin.keys({ kind: "service" }),
    ]);
    return [...admin.keys, ...service.keys].sort((one, other) =>
      other.created_at.localeCompare(one.created_at),
    );
  },
});

export function auditLogQuery({ userId, after, ...asked }: AskedLog) {
  return queryOptions({
    queryKey: ["operator", "audit-log", asked, userId, after],
    queryFn: () =>
      client.admin.auditLog({
        ...asked,
        limit: ENTRIES_A_PAGE,
        ...(userId === undefined ? {} : { user_id: userId }),
        ...(after === undefined ? {} : { cursor: after }),
      }),
    placeholderData: keepPreviousData,
  });
}

export function denialsQuery(userId: string | undefined) {
  return queryOptions({
    queryKey: ["operator", "denials", userId],
    queryFn: () =>
      client.admin.denials({
        limit: DENIALS_SHOWN,
        ...(userId === undefined ? {} : { user_id: userId }),
      }),
    placeholderData: keepPreviousData,
    refetchInterval: ANEW_MS,
  });
}
