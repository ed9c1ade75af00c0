/** What a counter starts from: the roll-ups and pending holds that it would have counted, had it existed. */
import type { SqlValue } from "../../store/messages.ts";
import type { Connection } from "../../store/sqlite/connection.ts";
import type { RollupTableName } from "../derived-sum.ts";
import type { Payer } from "../ledger.ts";
import { whole } from "../read-rows.ts";
import type { CounterKey, CounterRow, KeyTerms } from "../rules/rows.ts";
import { subjectOf } from "../rules/subjects.ts";

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A minute starts at nothing used: roll-ups are not fine enough for it. */
export function seedOf(
  connection: Connection,
  key: CounterKey,
  of: { readonly payer: Payer; readonly keyTerms: KeyTerms | undefined },
): Pick<CounterRow, "used" | "held"> {
  const same = [whose(key, of), ...combination(key)];
  return {
    used: key.per === "minute" ? 0n : usedBefore(connection, key, same),
    held: heldNow(connection, key, same),
  };
}

function usedBefore(connection: Connection, key: CounterKey, same: readonly Condition[]): bigint {
  // The meter is one of ours, and each has a column of its name.
  return sum(connection, `select coalesce(sum(${key.meter}), 0) as total from ${tableOf(key)}`, [
    ...same,
    inWindow(key, "starts_at"),
  ]);
}

function tableOf(key: CounterKey): RollupTableName {
  if (key.per === "hour") return "rollups_hour";
  return isByPeriod(key) ? "rollups_period" : "rollups_day";
}

/** The deployment's own `period` is the calendar month. */
function isByPeriod(key: CounterKey): boolean {
  return key.per === "period" && subjectOf(key.subject).kind !== "deployment";
}

function heldNow(connection: Connection, key: CounterKey, same: readonly Condition[]): bigint {
  const amount = `cast(held ->> '$.${key.meter}' as integer)`;
  return sum(connection, `select coalesce(sum(${amount}), 0) as total from reservations`, [
    { sql: "state = 'pending'", values: [] },
    ...same,
    inWindow(key, "at"),
  ]);
}

function sum(connection: Connection, select: string, conditions: readonly Condition[]): bigint {
  const sql = `${select} where ${conditions.map((condition) => condition.sql).join(" and ")}`;
  const row = connection.prepare(sql).get(...conditions.flatMap(({ values }) => values));
  if (row === undefined) throw new Error("A sum has one row.");
  return whole(row, "total");
}

function whose(
  key: CounterKey,
  of: { readonly payer: Payer; readonly keyTerms: KeyTerms | undefined },
): Condition {
  const subject = subjectOf(key.subject);
  switch (subject.kind) {
    case "customer":
      return { sql: "customer_id = ?", values: [subject.id] };
    case "key": {
      const owner = of.keyTerms?.customerId;
      if (owner === undefined) return { sql: "key_id = ?", values: [subject.id] };
      return { sql: "customer_id = ? and key_id = ?", values: [owner, subject.id] };
    }
    case "deployment":
      return { sql: "true", values: [] };
  }
}

function combination(key: CounterKey): Condition[] {
  return (["provider", "model", "operation"] as const)
    .filter((part) => key[part] !== "*")
    .map((part) => ({ sql: `${part} = ?`, values: [key[part]] }));
}

function inWindow(key: CounterKey, column: "starts_at" | "at"): Condition {
  if (isByPeriod(key)) {
    return { sql: "period_start = ?", values: [key.windowStart] };
  }
  return { sql: `${column} >= ? and ${column} < ?`, values: [key.windowStart, key.windowEnd] };
}
