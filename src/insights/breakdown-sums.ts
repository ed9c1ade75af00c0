/** Adds up a customer's roll-ups by name, step by step if wanted, in as many rows as a read may have. */
import { type RawBuilder, sql } from "kysely";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Period } from "../core/periods/period.ts";
import { PERIOD_MS_MOST } from "../core/periods/usage-period.ts";
import { OWN_STARTS } from "../store/own-starts.ts";
import type { Store } from "../store/store.ts";
import { type Granularity, slotOf } from "./time-steps.ts";

export type Dimension = "provider" | "model" | "operation" | "key" | "tag";

/** Usage periods that start from `first` to `last`, or whole days (whole hours, where the steps are hours). */
export type BreakdownStretch =
  | { readonly kind: "periods"; readonly first: Instant; readonly last: Instant }
  | { readonly kind: "all" }
  | ({ readonly kind: "between" } & Period);

export interface BreakdownWanted {
  readonly customerId: CustomerId;
  readonly by: Dimension;
  /** With `by: "tag"`: which. */
  readonly tag?: string;
  readonly stretch: BreakdownStretch;
  /** null: sums only. */
  readonly granularity: Granularity | null;
  readonly steps: readonly Instant[];
  readonly only: Readonly<Partial<Record<"provider" | "model" | "operation" | "key_id", string>>>;
}

const SUMS = ["calls", "tokens", "input_tokens", "output_tokens", "cost", "events"] as const;
/** What roll-ups of tags do not know: 0 there. */
const NOT_OF_TAGS: ReadonlySet<string> = new Set(["input_tokens", "output_tokens"]);

export type Sums = Readonly<Record<(typeof SUMS)[number] | "failed", bigint>>;

export interface NamedSums {
  readonly name: string;
  /** Of models: the one provider it was used at; null: several, or no model. */
  readonly provider: string | null;
  readonly sums: Sums;
}

/** By `slotOf` of the step. */
export type SumsBySlot = ReadonlyMap<number, Sums>;

/** The dearest first. */
export async function readNames(
  { db }: Store,
  wanted: BreakdownWanted,
  most: number,
): Promise<NamedSums[]> {
  const name = nameColumn(wanted);
  const providers =
    wanted.by === "model"
      ? sql`min(provider) as provider, max(provider) as last_provider`
      : sql`null as provider, null as last_provider`;
  const { rows } = await sql<NameRow>`
    select ${name} as name, ${providers}, ${sumColumns(wanted)} from ${tableOf(wanted)}
    where ${covered(wanted)} group by ${name} order by sum(cost) desc, sum(calls) desc, ${name} limit ${most}`.execute(
    db,
  );
  return rows.map((row) => ({
    name: row.name,
    provider: row.provider === row.last_provider ? row.provider : null,
    sums: sumsFrom(row),
  }));
}

/** Of all names together. */
export async function readWhole({ db }: Store, wanted: BreakdownWanted): Promise<Sums> {
  const { rows } = await sql<SumRow>`
    select ${sumColumns(wanted)} from ${tableOf(wanted)} where ${covered(wanted)}`.execute(db);
  return rows.reduce<Sums>((sum, row) => plus(sum, sumsFrom(row)), NO_SUMS);
}

/** Of all names together, step by step. */
export async function readWholeSeries(
  { db }: Store,
  wanted: BreakdownWanted,
  granularity: Granularity,
): Promise<SumsBySlot> {
  const step = stepColumn(granularity);
  const { rows } = await sql<SumRow & { step: bigint }>`
    select ${step} as step, ${sumColumns(wanted)} from ${tableOf(wanted)}
    where ${covered(wanted)} group by ${step}`.execute(db);
  return bySlot(granularity, rows);
}

/** A read gives 50,000 rows at most, so names are asked for some at a time. */
const ROWS_MOST = 40_000;

export async function readSeries(
  store: Store,
  wanted: BreakdownWanted,
  of: { readonly granularity: Granularity; readonly names: readonly string[] },
): Promise<ReadonlyMap<string, SumsBySlot>> {
  const atOnce = Math.max(1, Math.floor(ROWS_MOST / wanted.steps.length));
  const parts: Promise<SeriesRow[]>[] = [];
  for (let from = 0; from < of.names.length; from += atOnce) {
    const names = of.names.slice(from, from + atOnce);
    parts.push(readSeriesRows(store, wanted, { granularity: of.granularity, names }));
  }
  const rows = (await Promise.all(parts)).flat();
  const byName = Map.groupBy(rows, ({ name }) => name);
  return new Map([...byName].map(([name, each]) => [name, bySlot(of.granularity, each)]));
}

async function readSeriesRows(
  { db }: Store,
  wanted: BreakdownWanted,
  of: { readonly granularity: Granularity; readonly names: readonly string[] },
): Promise<SeriesRow[]> {
  const [name, step] = [nameColumn(wanted), stepColumn(of.granularity)];
  const { rows } = await sql<SeriesRow>`
    select ${name} as name, ${step} as step, ${sumColumns(wanted)} from ${tableOf(wanted)}
    where ${covered(wanted)} and ${name} in (${sql.join(of.names)}) group by ${name}, ${step}`.execute(
    db,
  );
  return rows;
}

type SumRow = Readonly<Record<(typeof SUMS)[number] | "failed", bigint | null>>;
type SeriesRow = SumRow & { readonly name: string; readonly step: bigint };
type NameRow = SumRow & {
  readonly name: string;
  readonly provider: string | null;
  readonly last_provider: string | null;
};

const NAME_COLUMNS = {
  provider: "provider",
  model: "model",
  operation: "operation",
  key: "key_id",
  tag: "value",
} as const satisfies Record<Dimension, string>;

function nameColumn({ by }: BreakdownWanted): RawBuilder<unknown> {
  return sql.ref(NAME_COLUMNS[by]);
}

function stepColumn(granularity: Granularity): RawBuilder<unknown> {
  return granularity === "period" ? sql`period_start` : sql`starts_at`;
}

function sumColumns({ by }: BreakdownWanted): RawBuilder<unknown> {
  const isOfTags = by === "tag";
  const columns = SUMS.map((sum) =>
    isOfTags && NOT_OF_TAGS.has(sum)
      ? sql`0 as ${sql.ref(sum)}`
      : sql`sum(${sql.ref(sum)}) as ${sql.ref(sum)}`,
  );
  const failed = isOfTags
    ? sql`0 as failed`
    : sql`sum(case when outcome = 'failed' then events else 0 end) as failed`;
  return sql.join([...columns, failed]);
}

/** Roll-ups of periods are few whatever the history; of tags there are days only. */
function tableOf({ by, granularity, stretch }: BreakdownWanted): RawBuilder<unknown> {
  if (by === "tag") return sql.table("rollups_tag");
  if (granularity === "hour") return sql.table("rollups_hour");
  const isOfDays = granularity === "day" || stretch.kind === "between";
  return sql.table(isOfDays ? "rollups_day" : "rollups_period");
}

function covered({ customerId, by, tag, stretch, only }: BreakdownWanted): RawBuilder<unknown> {
  const conditions = [sql`customer_id = ${customerId}`];
  if (by === "tag") conditions.push(sql`tag = ${tag ?? ""}`);
  if (stretch.kind === "periods") {
    conditions.push(sql`period_start >= ${BigInt(stretch.first)}`);
    conditions.push(sql`period_start <= ${BigInt(stretch.last)}`);
  }
  if (stretch.kind === "between") {
    const { start, end } = stretch;
    conditions.push(sql`${OWN_STARTS} >= ${BigInt(start)}`, sql`${OWN_STARTS} < ${BigInt(end)}`);
    // A period is a month at most: this bounds what the index must look through.
    conditions.push(sql`period_start > ${BigInt(start - PERIOD_MS_MOST)}`);
    conditions.push(sql`period_start < ${BigInt(end)}`);
  }
  for (const column of ["provider", "model", "operation", "key_id"] as const) {
    const value = only[column];
    if (value !== undefined) conditions.push(sql`${sql.ref(column)} = ${value}`);
  }
  return sql.join(conditions, sql` and `);
}

function bySlot(
  granularity: Granularity,
  rows: readonly (SumRow & { readonly step: bigint })[],
): SumsBySlot {
  const slots = new Map<number, Sums>();
  for (const row of rows) {
    const slot = slotOf(granularity, Number(row.step));
    slots.set(slot, plus(slots.get(slot) ?? NO_SUMS, sumsFrom(row)));
  }
  return slots;
}

export const NO_SUMS: Sums = {
  calls: 0n,
  tokens: 0n,
  input_tokens: 0n,
  output_tokens: 0n,
  cost: 0n,
  events: 0n,
  failed: 0n,
};

export function plus(one: Sums, other: Sums): Sums {
  return eachSum((sum) => one[sum] + other[sum]);
}

export function minus(one: Sums, other: Sums): Sums {
  return eachSum((sum) => one[sum] - other[sum]);
}

/** A sum over no rows is null. */
function sumsFrom(row: SumRow): Sums {
  return eachSum((sum) => BigInt(row[sum] ?? 0));
}

function eachSum(of: (sum: keyof Sums) => bigint): Sums {
  return {
    calls: of("calls"),
    tokens: of("tokens"),
    input_tokens: of("input_tokens"),
    output_tokens: of("output_tokens"),
    cost: of("cost"),
    events: of("events"),
    failed: of("failed"),
  };
}
