/** Administrators have every counter and roll-up recounted from the log, part by part. */
import type { z } from "zod";
import type { CustomerId, UserId } from "../../core/ids.ts";
import { formatInstant } from "../../core/instant.ts";
import { nanoUsd, usdText } from "../../core/money.ts";
import type { Difference } from "../../ledger/audit/audit.ts";
import { subjectOf } from "../../ledger/rules/subjects.ts";
import type { Api } from "../api.ts";
import { type AuditPart, AuditRuns } from "../audit-runs.ts";
import type { audited } from "../contract/audit.ts";
import { auditLedger } from "../contract/endpoints/upkeep.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { principalOf } from "../who-asks.ts";

export function auditRoute(app: Api, ports: ApiPorts): void {
  const runs = new AuditRuns({ store: ports.store, ledger: ports.ledger });
  serve(app, auditLedger, async ({ body: { repair, cursor }, request }) => {
    const { actor } = principalOf(request);
    const part = await (cursor === undefined
      ? runs.begin({ repair, actor })
      : runs.goOn(cursor, actor));
    return shownPart(ports, part);
  });
}

type Shown = z.output<typeof audited>;

async function shownPart(ports: ApiPorts, part: AuditPart): Promise<Shown> {
  const owners = part.differences.flatMap((difference) => customerOf(difference) ?? []);
  const userIds: ReadonlyMap<CustomerId, UserId> =
    owners.length === 0 ? new Map() : await ports.customers.userIdsOf([...new Set(owners)]);
  const whyNot = new Map(part.notRepaired.map(({ difference, why }) => [difference, why]));
  const differences = part.differences.map((difference): Shown["differences"][number] => {
    const owner = customerOf(difference);
    const why = whyNot.get(difference) ?? null;
    return {
      what: difference.what,
      ...placeOf(difference),
      user_id: owner === null ? null : (userIds.get(owner) ?? null),
      found: exact(difference, difference.found),
      expected: exact(difference, difference.expected),
      repaired: part.repair && why === null,
      why_not: why,
    };
  });
  return {
    repair: part.repair,
    differences,
    counted: { ...part.progress },
    has_more: part.next !== null,
    ...(part.next === null ? {} : { next_cursor: part.next }),
  };
}

const ROLLUP_KINDS = {
  rollups_hour: ["rollup_hour", "hour"],
  rollups_day: ["rollup_day", "day"],
  rollups_period: ["rollup_period", "period"],
} as const;

function placeOf({ of }: Difference) {
  const { provider, model, operation } = of.key;
  const scope = { provider, model, operation };
  if (of.table === "counters") {
    const { subject, per, meter, windowStart } = of.key;
    const from = formatInstant(windowStart);
    return { kind: "counter" as const, part: of.sum, sum: meter, subject, per, from, ...scope };
  }
  const [kind, per] = ROLLUP_KINDS[of.table];
  const from = formatInstant(of.key.startsAt);
  return { kind, part: null, sum: of.sum, subject: of.key.customerId, per, from, ...scope };
}

function customerOf({ of }: Difference): CustomerId | null {
  if (of.table !== "counters") return of.key.customerId;
  const subject = subjectOf(of.key.subject);
  return subject.kind === "customer" ? subject.id : null;
}

function exact({ of }: Difference, amount: bigint): string {
  const sum = of.table === "counters" ? of.key.meter : of.sum;
  return sum === "cost" ? usdText(nanoUsd(amount)) : amount.toString();
}
