/** Reckons a closed month's balance from its events and corrections: what an audit counts once they have left. */
import type { Insertable } from "kysely";
import { AppError } from "../../core/errors.ts";
import type { CustomerId } from "../../core/ids.ts";
import { formatInstant, type Instant } from "../../core/instant.ts";
import { ROLLUP_KEY } from "../../store/rollup-key.ts";
import type { Schema } from "../../store/schema.ts";
import type { Statement, Store } from "../../store/store.ts";
import { ROLLUP_SUMS } from "../derived-sum.ts";
import { nextCustomer } from "./next-places.ts";
import type { Cut, Posting } from "./posting.ts";
import { readCut } from "./read-cut.ts";
import { readPostings } from "./read-postings.ts";
import { readBalances, readRollups } from "./read-rollups.ts";
import { type ReckonedRollup, RollupTally } from "./rollup-tally.ts";
import { monthOf, type Span } from "./span.ts";

export type BalanceRow = Insertable<Schema["closing_balances"]>;

export interface ClosingBalance {
  readonly month: Span;
  readonly rows: number;
  readonly events: number;
  /**
   * What the rows are made of. An event or a correction of the month with a higher number is in none of them: the
   * transaction that takes the events away must see that there is none, or the month is to be closed anew.
   */
  readonly cut: Cut;
}

/** Rows that `take` is given at once. */
const ROWS_AT_ONCE = 500;

/**
 * Gives the rows to `take`, customer by customer, for `insertBalances`. Refuses (`conflict`) a month that is not over at
 * `now`, and one whose hourly roll-ups differ from its events: what they are would be lost for good.
 */
export async function closingBalance(
  store: Store,
  of: { readonly month: Instant; readonly now: Instant },
  take: (rows: readonly BalanceRow[]) => Promise<void>,
): Promise<ClosingBalance> {
  const month = monthOf(of.month);
  if (month.to > of.now) throw refusal(month, "is not over");
  const cut = await readCut(store);
  let [rows, events] = [0, 0];
  let customerId = await nextCustomer(store, "");
  while (customerId !== null) {
    const counted = await countMonth(store, customerId, { month, cut });
    events += counted.events;
    for (let start = 0; start < counted.rows.length; start += ROWS_AT_ONCE) {
      await take(counted.rows.slice(start, start + ROWS_AT_ONCE));
    }
    rows += counted.rows.length;
    customerId = await nextCustomer(store, customerId);
  }
  return { month, rows, events, cut };
}

/** Inserts them; a month that was closed before, and was told of more since, has both. */
export function insertBalances({ db }: Store, rows: readonly BalanceRow[]): Statement {
  return db
    .insertInto("closing_balances")
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(ROLLUP_KEY).doUpdateSet(({ eb, ref }) =>
        // Each is the column that it is named for.
        Object.fromEntries(
          ROLLUP_SUMS.map((sum) => [
            sum,
            eb(ref(`closing_balances.${sum}`), "+", ref(`excluded.${sum}`)),
          ]),
        ),
      ),
    );
}

/** The rows of these postings alone, which are all from before the cut. */
export function balanceOf(postings: readonly Posting[], cut: Cut): BalanceRow[] {
  const balance = new RollupTally("rollups_hour", cut);
  for (const posting of postings) balance.post(posting);
  return balance.rows().map(rowOf);
}

async function countMonth(
  store: Store,
  customerId: CustomerId,
  of: { readonly month: Span; readonly cut: Cut },
): Promise<{ rows: BalanceRow[]; events: number }> {
  const span = of.month;
  const rolledUp = new RollupTally("rollups_hour", of.cut);
  for await (const rows of readRollups(store, "rollups_hour", { customerId, span })) {
    rolledUp.add(rows);
  }
  for await (const balances of readBalances(store, { customerId, span })) {
    for (const balance of balances) rolledUp.post(balance);
  }
  const balance = new RollupTally("rollups_hour", of.cut);
  const until = await readCut(store);
  let events = 0;
  for await (const page of readPostings(store, { customerId, span, until })) {
    for (const posting of page.postings) {
      rolledUp.post(posting);
      balance.post(posting);
    }
    events += page.events;
  }
  const [difference] = rolledUp.differences();
  if (difference !== undefined) {
    throw refusal(span, `has a roll-up that is not what its events say (${difference.what})`);
  }
  return { rows: balance.rows().map(rowOf), events };
}

function rowOf({ key, sums }: ReckonedRollup): BalanceRow {
  return {
    customer_id: key.customerId,
    period_start: key.periodStart,
    starts_at: key.startsAt,
    provider: key.provider,
    model: key.model,
    operation: key.operation,
    key_id: key.keyId,
    outcome: key.outcome,
    ...sums,
  };
}

function refusal({ from }: Span, why: string): AppError {
  const month = formatInstant(from).slice(0, 7);
  return new AppError(
    "conflict",
    `The month ${month} cannot be closed: it ${why}. Run \`purser audit\` to see what is off.`,
    { field: "month" },
  );
}
