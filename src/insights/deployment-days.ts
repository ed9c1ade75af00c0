/** Sums of the whole deployment, read day by day; of days that are over they are remembered for some minutes. */
import { LRUCache } from "lru-cache";
import type { CustomerId } from "../core/ids.ts";
import { DAY_MS, type Instant, MINUTE_MS } from "../core/instant.ts";
import type { Store } from "../store/store.ts";
import { type DayRange, daysOf } from "./day-range.ts";
import type { LatencySum, ModelSum } from "./performance-figures.ts";

export interface CustomerSum {
  readonly customerId: CustomerId;
  readonly events: number;
  readonly calls: number;
  readonly cost: bigint;
}

export interface OfDay<Row> {
  readonly day: Instant;
  readonly rows: readonly Row[];
}

type ReadDays<Row> = (range: DayRange, now: Instant) => Promise<readonly OfDay<Row>[]>;

export interface DeploymentDays {
  /** How many events took how long, by model. */
  readonly latencies: ReadDays<LatencySum>;
  readonly models: ReadDays<ModelSum>;
  readonly customers: ReadDays<CustomerSum>;
}

/** Usage may be told late, so what is remembered of a day that is over is forgotten after this. */
const REMEMBERED_MS = 5 * MINUTE_MS;
const ROWS_REMEMBERED_MOST = 200_000;

/**
 * A statement reads one day, by the index on days, so that none takes long however many events there are. Open it once:
 * it holds what is remembered.
 */
export function openDeploymentDays(store: Store): DeploymentDays {
  return {
    latencies: remembering((day) => readLatencies(store, day)),
    models: remembering((day) => readModels(store, day)),
    customers: remembering((day) => readCustomers(store, day)),
  };
}

function remembering<Row>(readDay: (day: Instant) => Promise<readonly Row[]>): ReadDays<Row> {
  const remembered = new LRUCache<Instant, readonly Row[]>({
    maxSize: ROWS_REMEMBERED_MOST,
    sizeCalculation: (rows) => rows.length + 1,
    ttl: REMEMBERED_MS,
  });
  return async (range, now) => {
    const read: OfDay<Row>[] = [];
    for (const day of daysOf(range)) {
      const isOver = day + DAY_MS <= now;
      const known = isOver ? remembered.get(day) : undefined;
      const rows = known ?? (await readDay(day));
      if (isOver && known === undefined) remembered.set(day, rows);
      read.push({ day, rows });
    }
    return read;
  };
}

async function readLatencies({ db }: Store, day: Instant): Promise<LatencySum[]> {
  const rows = await db
    .selectFrom("latencies_day")
    .select(["provider", "model", "bucket"])
    .select(({ fn }) => fn.sum<bigint>("events").as("events"))
    .where("starts_at", "=", BigInt(day))
    .groupBy(["provider", "model", "bucket"])
    .execute();
  return rows.map((row) => ({ ...row, bucket: Number(row.bucket), events: Number(row.events) }));
}

async function readModels({ db }: Store, day: Instant): Promise<ModelSum[]> {
  const rows = await db
    .selectFrom("rollups_day")
    .select(["provider", "model"])
    .select(({ fn, eb }) => [
      fn.sum<bigint>("events").as("events"),
      fn.sum<bigint>("calls").as("calls"),
      fn.sum<bigint>("tokens").as("tokens"),
      fn.sum<bigint>("cost").as("cost"),
      fn
        .sum<bigint>(eb.case().when("outcome", "=", "failed").then(eb.ref("events")).else(0).end())
        .as("failed"),
    ])
    .where("starts_at", "=", BigInt(day))
    .groupBy(["provider", "model"])
    .execute();
  return rows.map((row) => ({
    provider: row.provider,
    model: row.model,
    events: Number(row.events),
    failed: Number(row.failed),
    calls: Number(row.calls),
    tokens: Number(row.tokens),
    cost: BigInt(row.cost),
  }));
}

async function readCustomers({ db }: Store, day: Instant): Promise<CustomerSum[]> {
  const rows = await db
    .selectFrom("rollups_day")
    .select("customer_id")
    .select(({ fn }) => [
      fn.sum<bigint>("events").as("events"),
      fn.sum<bigint>("calls").as("calls"),
      fn.sum<bigint>("cost").as("cost"),
    ])
    .where("starts_at", "=", BigInt(day))
    .groupBy("customer_id")
    .execute();
  return rows.map((row) => ({
    customerId: row.customer_id as CustomerId,
    events: Number(row.events),
    calls: Number(row.calls),
    cost: BigInt(row.cost),
  }));
}
