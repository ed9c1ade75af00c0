/** What several customers used in their present usage periods, in one statement. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import { usagePeriodAt } from "../core/periods/usage-period.ts";
import type { Store } from "../store/store.ts";
import { billingPeriodText } from "./billing-period.ts";

export interface PeriodUse {
  readonly billing_period: string;
  readonly calls: number;
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
}

interface Asked {
  readonly id: CustomerId;
  readonly usageAnchor: Instant;
}

/** One for each customer, in the order given; zeros for those who used nothing. For a page of customers at a time. */
export async function readPeriodUse(
  { db }: Store,
  customers: readonly Asked[],
  now: Instant,
): Promise<PeriodUse[]> {
  if (customers.length === 0) return [];
  const starts = customers.map(({ id, usageAnchor }) => ({
    id,
    start: usagePeriodAt(usageAnchor, now).start,
  }));
  const rows = await db
    .selectFrom("rollups_period")
    .select("customer_id")
    .select(({ fn }) => [
      fn.sum<bigint>("calls").as("calls"),
      fn.sum<bigint>("tokens").as("tokens"),
      fn.sum<bigint>("cost").as("cost"),
    ])
    .where(({ eb, or }) =>
      or(
        starts.map(({ id, start }) =>
          eb("customer_id", "=", id).and("period_start", "=", BigInt(start)),
        ),
      ),
    )
    .groupBy("customer_id")
    .execute();
  const byCustomer = new Map(rows.map((row) => [row.customer_id, row]));
  return starts.map(({ id, start }) => {
    const used = byCustomer.get(id);
    return {
      billing_period: billingPeriodText(start),
      calls: Number(used?.calls ?? 0n),
      tokens: Number(used?.tokens ?? 0n),
      cost: usdNumber(nanoUsd(BigInt(used?.cost ?? 0n))),
    };
  });
}
