/** Writes what an audit put right: the difference to a roll-up's row, and a note of each in the audit log. */
import type { Connection } from "../../store/sqlite/connection.ts";
import { ROLLUP_SUMS, type RollupKey, wordsOf } from "../derived-sum.ts";
import type { RepairRow } from "../rules/rows.ts";

export function writeRepairs(connection: Connection, repairs: readonly RepairRow[]): void {
  for (const { of, found, expected, actor, at } of repairs) {
    if (of.table !== "counters") {
      const sums = ROLLUP_SUMS.map((sum) => (sum === of.sum ? expected - found : 0n));
      connection.prepare(riseSql(of.table, of.sum)).run(...keyOf(of.key), ...sums);
    }
    const details = JSON.stringify({ found: found.toString(), expected: expected.toString() });
    connection
      .prepare(
        "insert into audit_log (at, actor, action, subject, details) values (?, ?, 'audit.repair', ?, ?)",
      )
      .run(at, actor, wordsOf(of), details);
  }
}

const KEY = "customer_id, period_start, starts_at, provider, model, operation, key_id, outcome";

/** The names are ours, of `DerivedSum`. */
function riseSql(table: string, sum: string): string {
  const marks = Array.from({ length: 8 + ROLLUP_SUMS.length }, () => "?").join(", ");
  return `insert into ${table} (${KEY}, ${ROLLUP_SUMS.join(", ")}) values (${marks})
    on conflict do update set ${sum} = ${sum} + excluded.${sum}`;
}

function keyOf(key: RollupKey): (string | number)[] {
  const { customerId, periodStart, startsAt, provider, model, operation, keyId, outcome } = key;
  return [customerId, periodStart, startsAt, provider, model, operation, keyId, outcome];
}
