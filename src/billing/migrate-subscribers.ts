/** Moves the subscribers of one version of a plan to another, in portions. */
import type { CustomerId } from "../core/ids.ts";
import { instant } from "../core/instant.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import type { When } from "../core/subscriptions/action.ts";
import type { Store } from "../store/store.ts";
import type { SubscriptionOwner, Subscriptions } from "./subscriptions.ts";

const PORTION = 200;
/** At once: calls need the database too. */
const AT_ONCE = 4;

export interface Migration {
  readonly fromVersionId: number;
  readonly to: PlanVersion;
  readonly when: When;
  readonly actor: string;
}

/** Resolves with how many were moved, or are scheduled to be. Cut off, it can be asked for again: who moved stays moved. */
export async function migrateSubscribers(
  by: { readonly store: Store; readonly subscriptions: Subscriptions },
  { fromVersionId, to, when, actor }: Migration,
): Promise<number> {
  let migrated = 0;
  let after = 0n;
  for (;;) {
    const portion = await readSubscribers(by.store, { fromVersionId, after });
    for (let at = 0; at < portion.length; at += AT_ONCE) {
      const answers = await Promise.all(
        portion
          .slice(at, at + AT_ONCE)
          .map(({ owner }) =>
            by.subscriptions.change(
              owner,
              { kind: "migrate", fromVersionId, to, when },
              { actor, by: "operator" },
            ),
          ),
      );
      migrated += answers.filter((answer) => answer.kind === "done" && answer.changed).length;
    }
    const last = portion.at(-1);
    if (last === undefined) return migrated;
    after = last.id;
  }
}

async function readSubscribers(
  { db }: Store,
  { fromVersionId, after }: { readonly fromVersionId: number; readonly after: bigint },
): Promise<readonly { readonly id: bigint; readonly owner: SubscriptionOwner }[]> {
  const rows = await db
    .selectFrom("subscriptions as s")
    .innerJoin("customers as c", "c.id", "s.customer_id")
    .select(["s.id", "s.customer_id", "c.usage_anchor"])
    .where("s.plan_version_id", "=", BigInt(fromVersionId))
    .where("s.ended_at", "is", null)
    .where("s.id", ">", after)
    .orderBy("s.id")
    .limit(PORTION)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    owner: { id: row.customer_id as CustomerId, usageAnchor: instant(Number(row.usage_anchor)) },
  }));
}
