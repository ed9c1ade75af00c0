/** How active a customer is: when they called last, and what they used in the present usage period. */
import type { CustomerId } from "../core/ids.ts";
import { formatInstant, type Instant, instant } from "../core/instant.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import { usagePeriodAt } from "../core/periods/usage-period.ts";
import type { Store } from "../store/store.ts";
import { billingPeriodText } from "./billing-period.ts";
import { readSums } from "./usage-sums.ts";

export interface Activity {
  /** Of the newest call that is in the log. */
  readonly last_call_at: string | null;
  readonly usage: {
    readonly billing_period: string;
    readonly calls: number;
    readonly tokens: number;
    /** US dollars. */
    readonly cost: number;
  };
}

export async function readActivity(
  store: Store,
  of: { readonly customerId: CustomerId; readonly usageAnchor: Instant; readonly now: Instant },
): Promise<Activity> {
  const { start } = usagePeriodAt(of.usageAnchor, of.now);
  const [sums, last] = await Promise.all([
    readSums(store, of.customerId, { kind: "period", start }),
    store.db
      .selectFrom("events")
      .select("at")
      .where("customer_id", "=", of.customerId)
      .orderBy("at", "desc")
      .limit(1)
      .executeTakeFirst(),
  ]);
  const total = (meter: "calls" | "tokens" | "cost"): bigint =>
    sums.reduce((sum, { amounts }) => sum + amounts[meter], 0n);
  return {
    last_call_at: last === undefined ? null : formatInstant(instant(Number(last.at))),
    usage: {
      billing_period: billingPeriodText(start),
      calls: Number(total("calls")),
      tokens: Number(total("tokens")),
      cost: usdNumber(nanoUsd(total("cost"))),
    },
  };
}
