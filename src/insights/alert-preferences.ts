/** At which thresholds, by which channels and in which time zone a customer wants to hear of their limits. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Statement, Store } from "../store/store.ts";

export interface AlertPreferences {
  /** Percent of a limit, ascending. */
  readonly thresholds: number[];
  readonly channels: {
    readonly email: boolean;
    readonly webhook: boolean;
    readonly slack: boolean;
    readonly in_app: boolean;
  };
  /** IANA name. */
  readonly time_zone: string;
}

/** Of whoever has said nothing. */
const USUAL: AlertPreferences = {
  thresholds: [80, 90, 100],
  channels: { email: true, webhook: true, slack: true, in_app: true },
  time_zone: "UTC",
};

export async function readAlertPreferences(
  { db }: Store,
  customerId: CustomerId,
): Promise<AlertPreferences> {
  const row = await db
    .selectFrom("alert_preferences")
    .select("preferences")
    .where("customer_id", "=", customerId)
    .executeTakeFirst();
  // Written by `preferencesRow`, in this very shape.
  return row === undefined ? USUAL : (JSON.parse(row.preferences) as AlertPreferences);
}

/** Writes them, in the place of those that were there. */
export function preferencesRow(
  { db }: Store,
  customerId: CustomerId,
  wanted: AlertPreferences,
  at: Instant,
): Statement {
  const row = { preferences: JSON.stringify(wanted), updated_at: at };
  return db
    .insertInto("alert_preferences")
    .values({ customer_id: customerId, ...row })
    .onConflict((conflict) => conflict.column("customer_id").doUpdateSet(row));
}
