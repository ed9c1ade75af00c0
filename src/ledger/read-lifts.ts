/** Reads the caps that operators gave to customers for a while, and that nobody has taken back. */
import type { CustomerId } from "../core/ids.ts";
import { instant } from "../core/instant.ts";
import { type LimitLift, readLift } from "../core/limits/lifted.ts";
import type { Store } from "../store/store.ts";

const NONE: readonly LimitLift[] = [];

/** Those of one customer, the newest first; some may be over by now. */
export async function readLifts(
  store: Store,
  customerId: CustomerId,
): Promise<readonly LimitLift[]> {
  return (await readLiftsOf(store, [customerId]))(customerId);
}

/** The same of many, asked for by id. */
export async function readLiftsOf(
  { db }: Pick<Store, "db">,
  customerIds: readonly CustomerId[],
): Promise<(customerId: CustomerId) => readonly LimitLift[]> {
  const rows = await db
    .selectFrom("limit_lifts")
    .select(["customer_id", "limit_json", "until"])
    .where("customer_id", "in", customerIds)
    .where("ended_at", "is", null)
    .orderBy("id", "desc")
    .execute();
  const byCustomer = Map.groupBy(rows, ({ customer_id: id }) => id);
  return (id) =>
    byCustomer.get(id)?.map((row) => readLift(row.limit_json, instant(Number(row.until)))) ?? NONE;
}
