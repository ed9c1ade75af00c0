/** Leaves out what was told not long ago: a mark is of a day or an hour, and its end is no reason to tell it again. */
import type { Told } from "../../core/alerts/alert-facts.ts";
import { isNewRise, RISE_QUIET_MS } from "../../core/alerts/sudden-rise.ts";
import { DAY_MS, HOUR_MS, type Instant, instant } from "../../core/instant.ts";
import type { Raise } from "../../ledger/ledger.ts";
import type { Store } from "../../store/store.ts";

/** Of the one provider or the one customer it is about, it is not told again within these. */
const OUTAGE_QUIET_MS = 6 * HOUR_MS;
const ERROR_QUIET_MS = DAY_MS;

interface Before {
  readonly about: string;
  readonly at: Instant;
  /** Of a rise. */
  readonly amount: bigint;
}

/** One read, and none where nothing was found that it is about. */
export async function withoutRecent(
  { db }: Store,
  found: readonly Raise[],
  now: Instant,
): Promise<readonly Raise[]> {
  const quiet = found.filter(({ told }) => isQuiet(told.kind));
  if (quiet.length === 0) return found;
  const rows = await db
    .selectFrom("alerts")
    .select(["customer_id", "kind", "meter", "provider", "created_at", "facts"])
    .where("customer_id", "in", [...new Set(quiet.map(({ customerId }) => customerId))])
    .where("kind", "in", [...new Set(quiet.map(({ told }) => told.kind))])
    .where("created_at", ">", BigInt(Math.max(0, now - RISE_QUIET_MS)))
    .execute();
  const before = rows.map((row): Before => {
    // Written by us: what is no rise has no such field.
    const { amount = "0" } = JSON.parse(row.facts) as { amount?: string };
    return {
      about: aboutOf(row),
      at: instant(Number(row.created_at)),
      amount: BigInt(amount),
    };
  });
  return found.filter((raise) => {
    const about = aboutOf({
      customer_id: raise.customerId,
      kind: raise.told.kind,
      meter: raise.meter ?? null,
      provider: raise.provider ?? null,
    });
    return before.every((told) => told.about !== about || isTimeFor(raise.told, told, now));
  });
}

function isQuiet(kind: Told["kind"]): boolean {
  return kind === "sudden_rise" || kind === "error_rate" || kind === "provider_outage";
}

function isTimeFor(told: Told, before: Before, now: Instant): boolean {
  switch (told.kind) {
    case "sudden_rise":
      return isNewRise({ amount: BigInt(told.facts.amount), at: now }, before);
    case "error_rate":
      return now - before.at >= ERROR_QUIET_MS;
    case "provider_outage":
      return now - before.at >= OUTAGE_QUIET_MS;
    default:
      return true;
  }
}

function aboutOf(of: {
  readonly customer_id: string;
  readonly kind: string;
  readonly meter: string | null;
  readonly provider: string | null;
}): string {
  return JSON.stringify([of.customer_id, of.kind, of.meter, of.provider]);
}
