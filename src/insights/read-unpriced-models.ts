/** Which models were called without a price, how much, and whether their calls were priced since. */
import { DAY_MS, type Instant, instant } from "../core/instant.ts";
import { DEPLOYMENT } from "../ledger/rules/subjects.ts";
import type { Store } from "../store/store.ts";
import { lastDays } from "./day-range.ts";
import type { DeploymentDays } from "./deployment-days.ts";

export interface UnpricedModel {
  readonly provider: string;
  /** As it was asked for. */
  readonly model: string;
  /** Of the first and the last call that an alert was told about. */
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Calls and tokens of the model since the first one's day. */
  readonly calls: number;
  readonly tokens: number;
  /** Was every one of the calls that alerts tell of priced again, or else is its alert marked as read? */
  readonly isDealtWith: boolean;
}

/** Older ones are left out. */
export const DAYS_LOOKED_BACK = 90;
/** An alert is told once a day for each model. */
const ALERTS_MOST = 1_000;

/** By the alerts, which are few, and not by the log, which is long. The last called comes first. */
export async function readUnpricedModels(
  { store, days }: { readonly store: Store; readonly days: DeploymentDays },
  now: Instant,
): Promise<UnpricedModel[]> {
  const range = lastDays(DAYS_LOOKED_BACK, now);
  const told = await readTold(store, range.from);
  if (told.length === 0) return [];
  const earliest = Math.min(...told.map(({ at }) => at));
  const [sums, corrected] = await Promise.all([
    days.models({ from: dayOf(earliest), to: range.to }, now),
    readCorrected(
      store,
      told.map(({ eventId }) => eventId),
    ),
  ]);
  return [...Map.groupBy(told, ({ provider, model }) => `${provider} ${model}`).values()]
    .flatMap((group): UnpricedModel[] => {
      const [first] = group;
      if (first === undefined) return [];
      const { provider, model } = first;
      const times = group.map(({ at }) => at);
      const firstAt = instant(Math.min(...times));
      const rows = sums
        .filter(({ day }) => day >= dayOf(firstAt))
        .flatMap((of) => of.rows)
        .filter((row) => row.provider === provider && row.model === model);
      return [
        {
          provider,
          model,
          firstAt,
          lastAt: instant(Math.max(...times)),
          calls: rows.reduce((sum, { calls }) => sum + calls, 0),
          tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
          isDealtWith: group.every(({ eventId, isRead }) => isRead || corrected.has(eventId)),
        },
      ];
    })
    .sort((one, other) => other.lastAt - one.lastAt);
}

interface Told {
  readonly provider: string;
  readonly model: string;
  readonly eventId: string;
  readonly at: number;
  readonly isRead: boolean;
}

async function readTold({ db }: Store, from: Instant): Promise<Told[]> {
  const alerts = await db
    .selectFrom("alerts")
    .select(["facts", "created_at", "read_at"])
    .where("customer_id", "=", DEPLOYMENT)
    .where("kind", "=", "unpriced")
    .where("created_at", ">=", BigInt(from))
    .orderBy("id", "desc")
    .limit(ALERTS_MOST)
    .execute();
  const told = alerts.map((alert) => ({
    // Written by the ledger's rules, in this very shape.
    ...(JSON.parse(alert.facts) as { provider: string; model: string; event_id: string }),
    at: Number(alert.created_at),
    isRead: alert.read_at !== null,
  }));
  const times = await readTimes(
    { db },
    told.map(({ event_id: id }) => id),
  );
  return told.map(({ event_id: eventId, at, ...of }) => ({
    ...of,
    eventId,
    // What is told late was called before it was told.
    at: Math.max(from, Math.min(at, times.get(eventId) ?? at)),
  }));
}

async function readTimes(
  { db }: Pick<Store, "db">,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("events").select(["id", "at"]).where("id", "in", ids).execute();
  return new Map(rows.map(({ id, at }) => [id, Number(at)]));
}

async function readCorrected({ db }: Store, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom("corrections")
    .select("event_id")
    .distinct()
    .where("event_id", "in", ids)
    .execute();
  return new Set(rows.map(({ event_id: id }) => id));
}

function dayOf(at: number): Instant {
  return instant(at - (at % DAY_MS));
}
