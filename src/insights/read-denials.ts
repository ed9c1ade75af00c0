/** Who is being refused, and by what: counts by day, and the latest refusals in full. */
import type { Selectable } from "kysely";
import type { CustomerId } from "../core/ids.ts";
import { formatDate, formatInstant, instant } from "../core/instant.ts";
import { type LimitJson, readLimit, writeLimit } from "../core/limits/read-limit.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";

export interface DenialCount {
  readonly customerId: CustomerId;
  readonly code: string;
  /** What was limited, e.g. `calls openai * * period`. */
  readonly limit: string;
  readonly day: string;
  readonly count: number;
}

export interface DenialInFull {
  readonly id: number;
  readonly customerId: CustomerId;
  readonly timestamp: string;
  readonly code: string;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  /** null where the plan or a missing price refused. Amounts in its meter's unit, dollars for cost. */
  readonly limit: LimitJson | null;
  readonly used: number | null;
  readonly held: number | null;
  readonly cap: number | null;
  readonly requested: number | null;
}

export interface DenialReport {
  readonly counts: readonly DenialCount[];
  readonly denials: readonly DenialInFull[];
}

const COUNTS_MOST = 1_000;

/** Newest first. `limit` is how many refusals are given in full (at most 1,000 are kept, of all customers together). */
export async function readDenials(
  store: Store,
  { limit, customerId }: { readonly limit: number; readonly customerId?: CustomerId },
): Promise<DenialReport> {
  const [counts, denials] = await Promise.all([
    store.db
      .selectFrom("denial_counts")
      .selectAll()
      .$if(customerId !== undefined, (all) => all.where("customer_id", "=", customerId ?? ""))
      .orderBy("day", "desc")
      .orderBy("count", "desc")
      .limit(COUNTS_MOST)
      .execute(),
    store.db
      .selectFrom("denials")
      .selectAll()
      .$if(customerId !== undefined, (all) => all.where("customer_id", "=", customerId ?? ""))
      .orderBy("id", "desc")
      .limit(limit)
      .execute(),
  ]);
  return {
    counts: counts.map((row) => ({
      customerId: row.customer_id as CustomerId,
      code: row.code,
      limit: row.limit_key,
      day: formatDate(instant(Number(row.day))),
      count: Number(row.count),
    })),
    denials: denials.map(denialOf),
  };
}

function denialOf(row: Selectable<Schema["denials"]>): DenialInFull {
  const limit = row.limit_json === null ? null : readLimit(JSON.parse(row.limit_json));
  const shown = (amount: bigint | null): number | null => {
    if (amount === null) return null;
    return limit?.meter === "cost" ? usdNumber(nanoUsd(amount)) : Number(amount);
  };
  return {
    id: Number(row.id),
    customerId: row.customer_id as CustomerId,
    timestamp: formatInstant(instant(Number(row.at))),
    code: row.code,
    provider: row.provider,
    model: row.model,
    operation: row.operation,
    limit: limit === null ? null : writeLimit(limit),
    used: shown(row.used),
    held: shown(row.held),
    cap: shown(row.cap),
    requested: shown(row.requested),
  };
}
