/** Raises what is summed beside the events: roll-ups of hours, days and periods, histograms of latency, sums of tags. */
import { DAY_MS } from "../../core/instant.ts";
import { METERS } from "../../core/usage.ts";
import type { SqlValue } from "../../store/messages.ts";
import type { Connection } from "../../store/sqlite/connection.ts";
import { ROLLUP_SUMS, type RollupTableName } from "../derived-sum.ts";
import { riseSql } from "../rollup-sql.ts";
import type { Changes, LatencyDelta, RollupDelta, TagDelta } from "../rules/rows.ts";

export function writeRollups(
  connection: Connection,
  { rollups, latencies, tagSums }: Pick<Changes, "rollups" | "latencies" | "tagSums">,
): void {
  for (const delta of rollups) {
    raise(connection, "rollups_hour", delta.hour, delta);
    raise(connection, "rollups_day", delta.hour - (delta.hour % DAY_MS), delta);
    raise(connection, "rollups_period", delta.periodStart, delta);
  }
  for (const delta of latencies) writeLatency(connection, delta);
  for (const delta of tagSums) writeTagSum(connection, delta);
}

const RISE: Readonly<Record<RollupTableName, string>> = {
  rollups_hour: riseSql("rollups_hour", ROLLUP_SUMS, () => "?"),
  rollups_day: riseSql("rollups_day", ROLLUP_SUMS, () => "?"),
  rollups_period: riseSql("rollups_period", ROLLUP_SUMS, () => "?"),
};

function raise(
  connection: Connection,
  table: RollupTableName,
  startsAt: number,
  delta: RollupDelta,
): void {
  const { scope, sums } = delta;
  connection
    .prepare(RISE[table])
    .run(
      delta.customerId,
      delta.periodStart,
      startsAt,
      scope.provider,
      scope.model,
      scope.operation,
      delta.keyId,
      delta.outcome,
      ...METERS.map((meter) => sums[meter]),
      delta.events,
      delta.latencyMs,
      delta.retries,
    );
}

function writeLatency(connection: Connection, delta: LatencyDelta): void {
  connection
    .prepare(
      `insert into latencies_day (customer_id, period_start, starts_at, provider, model, bucket, events)
       values (?, ?, ?, ?, ?, ?, ?) on conflict do update set events = events + excluded.events`,
    )
    .run(
      delta.customerId,
      delta.periodStart,
      delta.day,
      delta.provider,
      delta.model,
      delta.bucket,
      delta.events,
    );
}

const TAG_KEY = ["customer_id", "period_start", "starts_at", "tag", "value", "provider", "model"];
const RAISE_TAG_SUM = `insert into rollups_tag (${TAG_KEY.join(", ")}, calls, tokens, cost, events)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do update set calls = calls + excluded.calls, tokens = tokens + excluded.tokens,
    cost = cost + excluded.cost, events = events + excluded.events`;
const CORRECT_TAG_SUM = `update rollups_tag set tokens = tokens + ?, cost = cost + ?
  where ${TAG_KEY.map((column) => `${column} = ?`).join(" and ")}`;

function writeTagSum(connection: Connection, delta: TagDelta): void {
  const key: SqlValue[] = [delta.customerId, delta.periodStart, delta.day, delta.tag, delta.value];
  key.push(delta.provider, delta.model);
  const { calls, tokens, cost, events } = delta;
  if (events === 0) {
    // An event that was written before its tag was declared is in no sum, and so is what was corrected of it.
    connection.prepare(CORRECT_TAG_SUM).run(tokens, cost, ...key);
    return;
  }
  connection.prepare(RAISE_TAG_SUM).run(...key, calls, tokens, cost, events);
}
