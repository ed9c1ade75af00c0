/** What a customer used, by provider, model, operation, key or tag, in one sum each or step by step. */
import type { Instant } from "../core/instant.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import type { Store } from "../store/store.ts";
import {
  type BreakdownWanted,
  type Dimension,
  minus,
  type NamedSums,
  NO_SUMS,
  plus,
  readNames,
  readSeries,
  readWhole,
  readWholeSeries,
  type Sums,
  type SumsBySlot,
} from "./breakdown-sums.ts";
import { type Granularity, slotOf, stepText } from "./time-steps.ts";
import { percent } from "./usage-percentages.ts";

export interface BreakdownRow {
  /** Of keys the id; empty: no key, or no model. */
  readonly name: string;
  /** A key's name, or a model's provider where it is one. */
  readonly title?: string;
  readonly calls: number;
  readonly tokens: number;
  /** These and the error rate are null where they are not known: of tags. */
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cost: number;
  /** Percent. */
  readonly error_rate: number | null;
  /** Percent of the whole cost. */
  readonly share: number;
  readonly series?: {
    readonly calls: number[];
    readonly cost: number[];
    readonly tokens: number[];
  };
}

export interface Breakdown {
  readonly by: Dimension;
  readonly steps: string[];
  /** The dearest first; beyond fifty names the rest is one row `other`, the last. */
  readonly rows: BreakdownRow[];
  readonly total: Omit<BreakdownRow, "name" | "title" | "share" | "series">;
}

const NAMES_MOST = 50;
const OTHER = "other";

export async function readBreakdown(store: Store, wanted: BreakdownWanted): Promise<Breakdown> {
  const dearest = await readNames(store, wanted, NAMES_MOST + 1);
  const hasRest = dearest.length > NAMES_MOST;
  // What is itself called so goes to the rest, so that no name stands twice.
  const kept = hasRest
    ? dearest.slice(0, NAMES_MOST - 1).filter(({ name }) => name !== OTHER)
    : dearest;
  const [whole, titles, seriesOf] = await Promise.all([
    hasRest ? readWhole(store, wanted) : sumOf(kept),
    readTitles(store, wanted, kept),
    readSeriesOf(store, wanted, { kept, hasRest }),
  ]);
  const shown = (name: string, sums: Sums): BreakdownRow => {
    const title = titles.get(name);
    return {
      name,
      ...(title === undefined ? {} : { title }),
      ...amountsOf(sums, wanted.by),
      share: whole.cost <= 0n ? 0 : percent(sums.cost, whole.cost),
      ...(seriesOf === null ? {} : { series: seriesOf(name) }),
    };
  };
  const rows = kept.map(({ name, sums }) => shown(name, sums));
  if (hasRest) rows.push(shown(OTHER, minus(whole, sumOf(kept))));
  return {
    by: wanted.by,
    steps: wanted.steps.map((step) => stepText(wanted.granularity ?? "day", step)),
    rows,
    total: amountsOf(whole, wanted.by),
  };
}

function sumOf(named: readonly NamedSums[]): Sums {
  return named.reduce((sum, { sums }) => plus(sum, sums), NO_SUMS);
}

/** Names of keys; a key stays known after it was revoked. Providers of models. */
async function readTitles(
  { db }: Store,
  { by }: BreakdownWanted,
  kept: readonly NamedSums[],
): Promise<ReadonlyMap<string, string>> {
  if (by === "model") {
    return new Map(
      kept.flatMap(({ name, provider }) => (provider === null ? [] : [[name, provider]])),
    );
  }
  if (by !== "key" || kept.length === 0) return new Map();
  const ids = kept.map(({ name }) => name);
  const rows = await db.selectFrom("keys").select(["id", "name"]).where("id", "in", ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

type SeriesOf = (name: string) => NonNullable<BreakdownRow["series"]>;

/** null: no steps are wanted. The rest is what the whole has beyond the names that are kept. */
async function readSeriesOf(
  store: Store,
  wanted: BreakdownWanted,
  { kept, hasRest }: { readonly kept: readonly NamedSums[]; readonly hasRest: boolean },
): Promise<SeriesOf | null> {
  const { granularity, steps } = wanted;
  if (granularity === null) return null;
  const names = kept.map(({ name }) => name);
  const [byName, whole] = await Promise.all([
    readSeries(store, wanted, { granularity, names }),
    hasRest ? readWholeSeries(store, wanted, granularity) : null,
  ]);
  const shown = (slots: SumsBySlot): NonNullable<BreakdownRow["series"]> =>
    shownSeries(granularity, steps, slots);
  if (whole === null) return (name) => shown(byName.get(name) ?? new Map());
  const rest = new Map(whole);
  for (const slots of byName.values()) {
    for (const [slot, sums] of slots) rest.set(slot, minus(rest.get(slot) ?? NO_SUMS, sums));
  }
  return (name) => shown(name === OTHER ? rest : (byName.get(name) ?? new Map()));
}

function shownSeries(granularity: Granularity, steps: readonly Instant[], slots: SumsBySlot) {
  const sums = steps.map((step) => slots.get(slotOf(granularity, step)) ?? NO_SUMS);
  return {
    calls: sums.map(({ calls }) => Number(calls)),
    cost: sums.map(({ cost }) => usdNumber(nanoUsd(cost))),
    tokens: sums.map(({ tokens }) => Number(tokens)),
  };
}

function amountsOf(sum: Sums, by: Dimension): Breakdown["total"] {
  const isOfTags = by === "tag";
  return {
    calls: Number(sum.calls),
    tokens: Number(sum.tokens),
    input_tokens: isOfTags ? null : Number(sum.input_tokens),
    output_tokens: isOfTags ? null : Number(sum.output_tokens),
    cost: usdNumber(nanoUsd(sum.cost)),
    error_rate: isOfTags ? null : percent(sum.failed, sum.events),
  };
}
