/** Writes what an audit put right: the difference to a roll-up's row, and a note of each in the audit log. */
import type { Transaction } from "../../store/postgres/transaction.ts";
import { keyValues, ROLLUP_SUMS, wordsOf } from "../derived-sum.ts";
import { riseSql } from "../rollup-sql.ts";
import type { RepairRow } from "../rules/rows.ts";

/** Before the batch's own write, in its transaction. Counters are written there, like any other's change. */
export async function writeRepairs(
  transaction: Transaction,
  repairs: readonly RepairRow[],
): Promise<void> {
  for (const { of, found, expected, actor, at } of repairs) {
    if (of.table !== "counters") {
      const sums = ROLLUP_SUMS.map((sum) => (sum === of.sum ? expected - found : 0n));
      const sql = riseSql(of.table, [of.sum], (index) => `$${index + 1}`);
      await transaction.query(sql, [...keyValues(of.key), ...sums]);
    }
    const details = JSON.stringify({ found: found.toString(), expected: expected.toString() });
    await transaction.query(
      "insert into audit_log (at, actor, action, subject, details) values ($1, $2, 'audit.repair', $3, $4)",
      [at, actor, wordsOf(of), details],
    );
  }
}
