/** Writes what an audit put right: the difference to a roll-up's row, and a note of each in the audit log. */
import type { Connection } from "../../store/sqlite/connection.ts";
import { keyValues, ROLLUP_SUMS, wordsOf } from "../derived-sum.ts";
import { riseSql } from "../rollup-sql.ts";
import type { RepairRow } from "../rules/rows.ts";

export function writeRepairs(connection: Connection, repairs: readonly RepairRow[]): void {
  for (const { of, found, expected, actor, at } of repairs) {
    if (of.table !== "counters") {
      const sums = ROLLUP_SUMS.map((sum) => (sum === of.sum ? expected - found : 0n));
      connection.prepare(riseSql(of.table, [of.sum], () => "?")).run(...keyValues(of.key), ...sums);
    }
    const details = JSON.stringify({ found: found.toString(), expected: expected.toString() });
    connection
      .prepare(
        "insert into audit_log (at, actor, action, subject, details) values (?, ?, 'audit.repair', ?, ?)",
      )
      .run(at, actor, wordsOf(of), details);
  }
}
