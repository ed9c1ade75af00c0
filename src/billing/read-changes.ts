/** The log of the changes of a customer's subscription, newest first. */
import type { CustomerId } from "../core/ids.ts";
import { formatInstant, instant } from "../core/instant.ts";
import type { SubscriptionJson } from "../core/subscriptions/subscription-json.ts";
import type { Store } from "../store/store.ts";
import type { Page } from "./read-renewals.ts";

export async function readChanges({ db }: Store, customerId: CustomerId, page: Page) {
  const [rows, counted] = await Promise.all([
    db
      .selectFrom("subscription_changes")
      .selectAll()
      .where("customer_id", "=", customerId)
      .orderBy("revision", "desc")
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    db
      .selectFrom("subscription_changes")
      .select(({ fn }) => fn.countAll<bigint>().as("count"))
      .where("customer_id", "=", customerId)
      .executeTakeFirst(),
  ]);
  const total = Number(counted?.count ?? 0);
  return {
    changes: rows.map((row) => ({
      revision: Number(row.revision),
      at: formatInstant(instant(Number(row.at))),
      kind: row.kind,
      actor: row.actor,
      // Written by subscription-row.ts.
      subscription:
        row.subscription === null ? null : (JSON.parse(row.subscription) as SubscriptionJson),
    })),
    total_count: total,
    ...page,
    has_more: page.offset + rows.length < total,
  };
}
