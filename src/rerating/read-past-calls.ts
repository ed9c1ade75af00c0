/** Reads past calls in bounded portions, each with what was corrected of it since. */
import type { CallId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import { type NanoUsd, nanoUsd } from "../core/money.ts";
import { BUCKETS, type Usage, usageOf } from "../core/usage.ts";
import type { Store } from "../store/store.ts";

/** A call as it counts now: the event and its corrections, folded. */
export interface PastCall {
  readonly id: CallId;
  readonly at: Instant;
  readonly provider: string;
  readonly modelAsked: string;
  readonly modelAnswered: string;
  readonly usage: Usage;
  readonly cost: NanoUsd;
  readonly stated?: NanoUsd;
  /** The price rows of the lines that it was charged by. */
  readonly priceIds: readonly string[];
  /** How many corrections are in `usage` and `cost`. */
  readonly corrections: number;
}

export interface Selection {
  readonly provider: string;
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

/** Events that one statement looks at, whether they are of the selection or not: some 20 ms. */
const LOOKED_AT_MOST = 20_000;
const PORTION_MOST = 1_000;

/** `after`: the number of the event to go on behind. `next` is null when no event is left. */
export async function readPastCalls(
  store: Store,
  selection: Selection,
  after: bigint,
): Promise<{ calls: readonly PastCall[]; next: bigint | null }> {
  const end = after + BigInt(LOOKED_AT_MOST);
  const rows = await store.db
    .selectFrom("events")
    .select(["seq", "id", "at", "provider", "model", "answered_model", "usage", "cost"])
    .select(["lines", "stated_cost"])
    .where("seq", ">", after)
    .where("seq", "<=", end)
    .where("provider", "=", selection.provider)
    .where("at", ">=", BigInt(selection.from))
    .where("at", "<", BigInt(selection.to))
    .orderBy("seq")
    .limit(PORTION_MOST)
    .execute();
  const corrections = await readCorrections(
    store,
    rows.map(({ id }) => id),
  );
  const calls = rows.map((row): PastCall => {
    const mine = corrections.get(row.id) ?? [];
    return {
      id: row.id as CallId,
      at: instant(Number(row.at)),
      provider: row.provider,
      modelAsked: row.model,
      modelAnswered: row.answered_model ?? row.model,
      usage: sumOf([row.usage, ...mine.map(({ usage_delta }) => usage_delta)]),
      cost: nanoUsd(mine.reduce((sum, { cost_delta }) => sum + cost_delta, row.cost)),
      ...(row.stated_cost === null ? {} : { stated: nanoUsd(row.stated_cost) }),
      priceIds: priceIdsIn(row.lines),
      corrections: mine.length,
    };
  });
  const last = rows.at(-1);
  if (rows.length === PORTION_MOST && last !== undefined) return { calls, next: last.seq };
  return { calls, next: (await isAnyBehind(store, end)) ? end : null };
}

async function readCorrections(store: Store, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, never[]>();
  const rows = await store.db
    .selectFrom("corrections")
    .select(["event_id", "usage_delta", "cost_delta"])
    .where("event_id", "in", ids)
    .execute();
  return Map.groupBy(rows, ({ event_id }) => event_id);
}

async function isAnyBehind(store: Store, seq: bigint): Promise<boolean> {
  const row = await store.db
    .selectFrom("events")
    .select("seq")
    .where("seq", ">", seq)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Usages as the ledger wrote them: an event's own, then what was corrected of it. */
function sumOf(usages: readonly string[]): Usage {
  const sum: Partial<Record<(typeof BUCKETS)[number], number>> = {};
  for (const json of usages) {
    const usage = JSON.parse(json) as Usage;
    for (const bucket of BUCKETS) sum[bucket] = (sum[bucket] ?? 0) + (usage[bucket] ?? 0);
  }
  return usageOf(sum);
}

/** Lines are written by `call/charge-lines.ts`. */
function priceIdsIn(lines: string): string[] {
  const parsed = JSON.parse(lines) as readonly { readonly price_id?: string }[];
  return parsed.flatMap(({ price_id: id }) => (id === undefined ? [] : [id]));
}
