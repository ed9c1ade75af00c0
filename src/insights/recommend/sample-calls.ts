/** The newest calls of a model, as they were made: what its use is priced again by. */
import type { CustomerId } from "../../core/ids.ts";
import { DAY_MS } from "../../core/instant.ts";
import { nanoUsd } from "../../core/money.ts";
import type { DayAmounts } from "../../core/recommendations/recommendation.ts";
import type { MadeCall } from "../../core/recommendations/reprice.ts";
import type { Store } from "../../store/store.ts";

const CALLS_MOST = 500;
/** Of the days in which the model was used, the latest so many. */
const DAYS_MOST = 7;
/** However many calls other models had in those days, no more are looked through. */
const LOOKED_THROUGH_MOST = 5_000;

/** None where the model was not used on any of `days`. */
export async function sampleCalls(
  { db }: Store,
  of: {
    readonly customerId: CustomerId;
    readonly provider: string;
    readonly model: string;
    readonly days: readonly DayAmounts[];
  },
): Promise<MadeCall[]> {
  const used = of.days
    .filter(({ scope, amounts }) => scope.model === of.model && amounts.cost > 0n)
    .filter(({ scope }) => scope.provider === of.provider)
    .map(({ day }) => day);
  const latest = [...new Set(used)].sort((a, b) => b - a).slice(0, DAYS_MOST);
  const [last, first] = [latest[0], latest.at(-1)];
  if (last === undefined || first === undefined) return [];
  const newest = db
    .selectFrom("events")
    .select(["provider", "model", "usage", "cost", "at", "seq"])
    .where("customer_id", "=", of.customerId)
    .where("at", ">=", BigInt(first))
    .where("at", "<", BigInt(last + DAY_MS))
    .orderBy("at", "desc")
    .orderBy("seq", "desc")
    .limit(LOOKED_THROUGH_MOST)
    .as("newest");
  const rows = await db
    .selectFrom(newest)
    .select(["usage", "cost"])
    .where("provider", "=", of.provider)
    .where("model", "=", of.model)
    .orderBy("at", "desc")
    .orderBy("seq", "desc")
    .limit(CALLS_MOST)
    .execute();
  return rows.map((row) => ({ usage: JSON.parse(row.usage), cost: nanoUsd(row.cost) }));
}
