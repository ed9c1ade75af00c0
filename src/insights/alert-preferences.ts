/** At which thresholds, by which channels and in which time zone a customer wants to hear of their limits. */

import type { CustomerAlertKind } from "../core/alerts/event-types.ts";
import { AppError } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Statement, Store } from "../store/store.ts";

export interface AlertPreferences {
  /** Percent of a limit, ascending; null: they never said, so the plan's hold. */
  readonly thresholds: readonly number[] | null;
  readonly channels: {
    readonly email: boolean;
    readonly webhook: boolean;
    readonly slack: boolean;
    readonly in_app: boolean;
  };
  /** IANA name. */
  readonly time_zone: string;
  /** Kinds of alerts that they want no mails about. */
  readonly unsubscribed: readonly CustomerAlertKind[];
}

/** The ledger reads `thresholds` of it, and takes them as wished where they are there. */
type StoredPreferences = Partial<AlertPreferences>;

/** Of whoever has said nothing. */
const USUAL: AlertPreferences = {
  thresholds: null,
  channels: { email: true, webhook: true, slack: true, in_app: true },
  time_zone: "UTC",
  unsubscribed: [],
};

/** Others change them at the same moment that often only by mistake. */
const TRIES_MOST = 10;

export async function readAlertPreferences(
  store: Store,
  customerId: CustomerId,
): Promise<AlertPreferences> {
  return preferencesOf(await readStored(store, customerId));
}

/**
 * Changes what is there, whoever else changes it at that moment: a person unsubscribes while an application sets
 * thresholds, and both hold. `alongside` is written in the same transaction, and again where it had to be tried again.
 * Gives back what is in force then; throws `conflict` where others never cease.
 */
export async function changeAlertPreferences(
  store: Store,
  customerId: CustomerId,
  of: {
    readonly change: (before: AlertPreferences) => AlertPreferences;
    readonly at: Instant;
    readonly alongside?: readonly Statement[];
  },
): Promise<AlertPreferences> {
  for (let tries = 0; tries < TRIES_MOST; tries += 1) {
    const stored = await readStored(store, customerId);
    const wanted = of.change(preferencesOf(stored));
    const statement = replacing(store, customerId, { stored, wanted, at: of.at });
    const [written] = await store.write([statement, ...(of.alongside ?? [])]);
    if (written !== undefined && written.length > 0) return wanted;
  }
  throw new AppError("conflict", "The preferences are being changed by others; try again.");
}

async function readStored({ db }: Store, customerId: CustomerId): Promise<string | null> {
  const row = await db
    .selectFrom("alert_preferences")
    .select("preferences")
    .where("customer_id", "=", customerId)
    .executeTakeFirst();
  return row?.preferences ?? null;
}

function preferencesOf(stored: string | null): AlertPreferences {
  // Written by `replacing`, in this very shape; earlier versions knew fewer fields.
  return stored === null ? USUAL : { ...USUAL, ...(JSON.parse(stored) as StoredPreferences) };
}

/** Writes nothing, and gives back no row, where what is stored is not what was read. */
function replacing(
  { db }: Store,
  customerId: CustomerId,
  of: { stored: string | null; wanted: AlertPreferences; at: Instant },
): Statement {
  const { thresholds, ...others } = of.wanted;
  const kept = thresholds === null ? others : { thresholds, ...others };
  const row = { preferences: JSON.stringify(kept), updated_at: of.at };
  if (of.stored === null) {
    return db
      .insertInto("alert_preferences")
      .values({ customer_id: customerId, ...row })
      .onConflict((conflict) => conflict.column("customer_id").doNothing())
      .returning("customer_id");
  }
  return db
    .updateTable("alert_preferences")
    .set(row)
    .where("customer_id", "=", customerId)
    .where("preferences", "=", of.stored)
    .returning("customer_id");
}
