/** What a customer used, by provider, model, operation, key or tag, in one sum each or step by step. */
import { sql } from "kysely";
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import type { Period } from "../core/periods/period.ts";
import type { Store } from "../store/store.ts";
import { type Granularity, stepText } from "./time-steps.ts";
import { percent } from "./usage-percentages.ts";

export const DIMENSIONS = ["provider", "model", "operation", "key", "tag"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Usage periods by their starts, or any stretch of time in whole days (or hours, where the steps are hours). */
export type BreakdownStretch =
  | { readonly kind: "periods"; readonly starts: readonly Instant[] }
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

export interface BreakdownRow {
  /** Of keys the id; empty: no key, or no model. */
  readonly name: string;
  /** A key's name, or a model's provider. */
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
  /** The dearest first; beyond fifty names the rest is one row `other`. */
  readonly rows: BreakdownRow[];
  readonly total: Omit<BreakdownRow, "name" | "share" | "series">;
}

const NAMES_MOST = 50;
const OTHER = "other";

export async function readBreakdown(store: Store, wanted: BreakdownWanted): Promise<Breakdown> {
  const read =
    wanted.by === "tag" ? await readTagRows(store, wanted) : await readRollups(store, wanted);
  const groups = [...Map.groupBy(read, ({ name }) => name)]
    .map(([name, rows]) => ({ name, rows, sum: sumOf(rows) }))
    .sort((one, other) => compare(other.sum, one.sum) || (one.name < other.name ? -1 : 1));
  const kept = groups.length > NAMES_MOST ? groups.slice(0, NAMES_MOST - 1) : groups;
  const rest = groups.slice(kept.length).flatMap(({ rows }) => rows);
  const whole = sumOf(read);
  const titles =
    wanted.by === "key"
      ? await keyNames(
          store,
          kept.map(({ name }) => name),
        )
      : null;
  const shown = (name: string, rows: readonly ReadRow[]): BreakdownRow => {
    const sum = sumOf(rows);
    const title = titles === null ? rows[0]?.title : titles.get(name);
    return {
      name,
      ...(title === undefined || name === OTHER ? {} : { title }),
      ...amountsOf(sum, wanted.by),
      share: whole.cost <= 0n ? 0 : percent(sum.cost, whole.cost),
      ...(wanted.granularity === null ? {} : { series: seriesOf(rows, wanted.steps) }),
    };
  };
  return {
    by: wanted.by,
    steps: wanted.steps.map((step) => stepText(wanted.granularity ?? "day", step)),
    rows: [
      ...kept.map(({ name, rows }) => shown(name, rows)),
      ...(rest.length === 0 ? [] : [shown(OTHER, rest)]),
    ],
    total: amountsOf(whole, wanted.by),
  };
}

interface Sums {
  readonly calls: bigint;
  readonly tokens: bigint;
  readonly input_tokens: bigint;
  readonly output_tokens: bigint;
  readonly cost: bigint;
  readonly events: bigint;
  readonly failed: bigint;
}

interface ReadRow extends Sums {
  readonly name: string;
  readonly title?: string;
  readonly step: Instant;
}

const NOTHING: Sums = {
  calls: 0n,
  tokens: 0n,
  input_tokens: 0n,
  output_tokens: 0n,
  cost: 0n,
  events: 0n,
  failed: 0n,
};
const SUMS = ["calls", "tokens", "input_tokens", "output_tokens", "cost", "events"] as const;

async function readRollups({ db }: Store, wanted: BreakdownWanted): Promise<ReadRow[]> {
  const { by, granularity, customerId, stretch, only } = wanted;
  const column = by === "key" ? "key_id" : by === "tag" ? "model" : by;
  const table = tableOf(granularity, stretch);
  // A model of one name can be at two providers; a sum without steps has one step, 0.
  const step = granularity === null ? sql<bigint>`0` : sql<bigint>`starts_at`;
  let query = db
    .selectFrom(table)
    .select(`${column} as name`)
    .select(({ fn, eb }) => [
      step.as("step"),
      fn.min("provider").as("title"),
      ...SUMS.map((sum) => fn.sum<bigint>(sum).as(sum)),
      fn
        .sum<bigint>(eb.case().when("outcome", "=", "failed").then(eb.ref("events")).else(0).end())
        .as("failed"),
    ])
    .where("customer_id", "=", customerId)
    .groupBy(granularity === null ? [column] : [column, "starts_at"]);
  if (stretch.kind === "periods") {
    query = query.where("period_start", "in", stretch.starts.map(BigInt));
  }
  if (stretch.kind === "between") {
    query = query
      .where("starts_at", ">=", BigInt(stretch.start))
      .where("starts_at", "<", BigInt(stretch.end));
  }
  for (const name of ["provider", "model", "operation", "key_id"] as const) {
    const value = only[name];
    if (value !== undefined) query = query.where(name, "=", value);
  }
  const rows = await query.execute();
  return rows.map(({ title, ...row }) => ({
    ...row,
    ...(by === "model" ? { title } : {}),
    step: instant(Number(row.step)),
  }));
}

function tableOf(granularity: Granularity | null, { kind }: BreakdownStretch) {
  if (granularity === "hour") return "rollups_hour" as const;
  if (granularity === "day" || kind === "between") return "rollups_day" as const;
  return "rollups_period" as const;
}

/** Tags have roll-ups of their own, by day, that know nothing of keys, operations and failures. */
async function readTagRows({ db }: Store, wanted: BreakdownWanted): Promise<ReadRow[]> {
  const { tag = "", granularity, customerId, stretch, only } = wanted;
  const step =
    granularity === null
      ? sql<bigint>`0`
      : granularity === "period"
        ? sql<bigint>`period_start`
        : sql<bigint>`starts_at`;
  let query = db
    .selectFrom("rollups_tag")
    .select("value as name")
    .select(({ fn }) => [
      step.as("step"),
      fn.sum<bigint>("calls").as("calls"),
      fn.sum<bigint>("tokens").as("tokens"),
      fn.sum<bigint>("cost").as("cost"),
      fn.sum<bigint>("events").as("events"),
    ])
    .where("customer_id", "=", customerId)
    .where("tag", "=", tag)
    .groupBy(
      granularity === null
        ? ["value"]
        : ["value", granularity === "period" ? "period_start" : "starts_at"],
    );
  if (stretch.kind === "periods") {
    query = query.where("period_start", "in", stretch.starts.map(BigInt));
  }
  if (stretch.kind === "between") {
    query = query
      .where("starts_at", ">=", BigInt(stretch.start))
      .where("starts_at", "<", BigInt(stretch.end));
  }
  for (const name of ["provider", "model"] as const) {
    const value = only[name];
    if (value !== undefined) query = query.where(name, "=", value);
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    ...NOTHING,
    ...row,
    step: instant(Number(row.step)),
  }));
}

/** Of keys that are known; a key stays known after it was revoked. */
async function keyNames(
  { db }: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("keys").select(["id", "name"]).where("id", "in", ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function sumOf(rows: readonly Sums[]): Sums {
  return rows.reduce<Sums>(
    (sum, row) => ({
      calls: sum.calls + BigInt(row.calls),
      tokens: sum.tokens + BigInt(row.tokens),
      input_tokens: sum.input_tokens + BigInt(row.input_tokens),
      output_tokens: sum.output_tokens + BigInt(row.output_tokens),
      cost: sum.cost + BigInt(row.cost),
      events: sum.events + BigInt(row.events),
      failed: sum.failed + BigInt(row.failed),
    }),
    NOTHING,
  );
}

function amountsOf(sum: Sums, by: Dimension): Breakdown["total"] {
  return {
    calls: Number(sum.calls),
    tokens: Number(sum.tokens),
    input_tokens: by === "tag" ? null : Number(sum.input_tokens),
    output_tokens: by === "tag" ? null : Number(sum.output_tokens),
    cost: usdNumber(nanoUsd(sum.cost)),
    error_rate: by === "tag" ? null : percent(sum.failed, sum.events),
  };
}

function seriesOf(rows: readonly ReadRow[], steps: readonly Instant[]) {
  const byStep = Map.groupBy(rows, ({ step }) => step);
  const sums = steps.map((step) => sumOf(byStep.get(step) ?? []));
  return {
    calls: sums.map(({ calls }) => Number(calls)),
    cost: sums.map(({ cost }) => usdNumber(nanoUsd(cost))),
    tokens: sums.map(({ tokens }) => Number(tokens)),
  };
}

function compare(one: Sums, other: Sums): number {
  const difference = one.cost - other.cost || one.calls - other.calls;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
