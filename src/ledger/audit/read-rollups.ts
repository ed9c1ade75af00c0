/** Reads a customer's roll-ups, or the balances of closed months, in pages: each row with the cut it was read at. */
import type { CustomerId } from "../../core/ids.ts";
import { instant } from "../../core/instant.ts";
import { ROLLUP_KEY } from "../../store/rollup-key.ts";
import type { Store } from "../../store/store.ts";
import {
  ROLLUP_SUMS,
  type RollupKey,
  type RollupSum,
  type RollupTableName,
} from "../derived-sum.ts";
import type { Cut, Posting } from "./posting.ts";
import { CUT_COLUMNS, cutOf } from "./read-cut.ts";
import { rowsBehind } from "./rows-behind.ts";
import type { Span } from "./span.ts";

/** Some milliseconds of the reader's and of the main thread's time. */
export const ROWS_A_PAGE = 1_000;

export interface ReadRollup {
  readonly key: RollupKey;
  readonly sums: Readonly<Record<RollupSum, bigint>>;
  readonly cut: Cut;
}

export interface RollupsOf {
  readonly customerId: CustomerId;
  readonly span: Span;
}

/** The rows are of one customer. */
const [, ...KEY_OF_ONE] = ROLLUP_KEY;

export async function* readRollups(
  store: Store,
  table: RollupTableName | "closing_balances",
  of: RollupsOf,
): AsyncGenerator<readonly ReadRollup[]> {
  let last: RollupRow | undefined;
  do {
    const page = selectRollups(store, table, of);
    const rows: RollupRow[] = await (last === undefined
      ? page
      : page.where(rowsBehind(KEY_OF_ONE, last))
    ).execute();
    yield rows.map(rollupOf);
    last = rows.length < ROWS_A_PAGE ? undefined : rows.at(-1);
  } while (last !== undefined);
}

/** Balances of closed months, in the place of their events. */
export async function* readBalances(store: Store, of: RollupsOf): AsyncGenerator<Posting[]> {
  for await (const page of readRollups(store, "closing_balances", of)) {
    yield page.map(({ key, sums }): Posting => {
      const { startsAt: at, ...place } = key;
      return { ...place, at, sums, from: { kind: "balance" } };
    });
  }
}

function selectRollups(
  { db }: Store,
  table: RollupTableName | "closing_balances",
  { customerId, span }: RollupsOf,
) {
  return db
    .selectFrom(table)
    .select(ROLLUP_KEY)
    .select(ROLLUP_SUMS)
    .select([...CUT_COLUMNS])
    .where("customer_id", "=", customerId)
    .where("starts_at", ">=", BigInt(span.from))
    .where("starts_at", "<", BigInt(span.to))
    .orderBy("period_start")
    .orderBy("starts_at")
    .orderBy("provider")
    .orderBy("model")
    .orderBy("operation")
    .orderBy("key_id")
    .orderBy("outcome")
    .limit(ROWS_A_PAGE);
}

type RollupRow = Awaited<ReturnType<ReturnType<typeof selectRollups>["execute"]>>[number];

function rollupOf(row: RollupRow): ReadRollup {
  return {
    key: {
      customerId: row.customer_id as CustomerId,
      periodStart: instant(Number(row.period_start)),
      startsAt: instant(Number(row.starts_at)),
      provider: row.provider,
      model: row.model,
      operation: row.operation,
      keyId: row.key_id,
      outcome: row.outcome,
    },
    sums: row,
    cut: cutOf(row),
  };
}
