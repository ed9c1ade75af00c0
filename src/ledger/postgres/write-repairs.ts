/** Writes what an audit put right: the difference to a roll-up's row, and a note of each in the audit log. */
import type { Transaction } from "../../store/postgres/transaction.ts";
import { ROLLUP_SUMS, type RollupKey, wordsOf } from "../derived-sum.ts";
import type { RepairRow } from "../rules/rows.ts";

/** Before the batch's own write, in its transaction. Counters are written there, like any other's change. */
export async function writeRepairs(
  transaction: Transaction,
  repairs: readonly RepairRow[],
): Promise<void> {
  for (const { of, found, expected, actor, at } of repairs) {
    if (of.table !== "counters") {
      const sums = ROLLUP_SUMS.map((sum) => (sum === of.sum ? expected - found : 0n));
      await transaction.query(riseSql(of.table, of.sum), [...keyOf(of.key), ...sums]);
    }
    const details = JSON.stringify({ found: found.toString(), expected: expected.toString() });
    await transaction.query(
      "insert into audit_log (at, actor, action, subject, details) values ($1, $2, 'audit.repair', $3, $4)",
      [at, actor, wordsOf(of), details],
    );
  }
}

const KEY = "customer_id, period_start, starts_at, provider, model, operation, key_id, outcome";

/** The names are ours, of `DerivedSum`. */
function riseSql(table: string, sum: string): string {
  const marks = Array.from({ length: 8 + ROLLUP_SUMS.length }, (_, index) => `$${index + 1}`);
  return `insert into ${table} (${KEY}, ${ROLLUP_SUMS.join(", ")}) values (${marks.join(", ")})
    on conflict (${KEY}) do update set ${sum} = ${table}.${sum} + excluded.${sum}`;
}

function keyOf(key: RollupKey): (string | number)[] {
  const { customerId, periodStart, startsAt, provider, model, operation, keyId, outcome } = key;
  return [customerId, periodStart, startsAt, provider, model, operation, keyId, outcome];
}
