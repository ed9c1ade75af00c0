/** Reads who used something in this hour or the last, portion by portion. */
import type { CustomerId } from "../../core/ids.ts";
import { HOUR_MS, type Instant, instant } from "../../core/instant.ts";
import type { Store } from "../../store/store.ts";

/** The last full hour and the one that runs begin here. */
export function lastFullHour(now: Instant): Instant {
  return instant(Math.max(0, now - (now % HOUR_MS) - HOUR_MS));
}

/** At most `most`, by id, those after `after`. */
export async function readActive(
  { db }: Store,
  of: { readonly now: Instant; readonly after: CustomerId | null; readonly most: number },
): Promise<CustomerId[]> {
  const from = lastFullHour(of.now);
  const ofHour = (hour: number) => {
    const rows = db
      .selectFrom("rollups_hour")
      .select("customer_id")
      .distinct()
      .where("starts_at", "=", BigInt(hour));
    const later = of.after === null ? rows : rows.where("customer_id", ">", of.after);
    return later.orderBy("customer_id").limit(of.most).as("portion");
  };
  const rows = await db
    .selectFrom((eb) =>
      eb
        .selectFrom(ofHour(from))
        .select("customer_id")
        .union(eb.selectFrom(ofHour(from + HOUR_MS)).select("customer_id"))
        .as("active"),
    )
    .select("customer_id")
    .orderBy("customer_id")
    .limit(of.most)
    .execute();
  return rows.map((row) => row.customer_id as CustomerId);
}
