/** Does a reservation take longer in a full database? PostgreSQL, with ten thousand events and with ten million. */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import type { CustomerId } from "../src/core/ids.ts";
import { instant } from "../src/core/instant.ts";
import { openPostgresLedger } from "../src/ledger/postgres/open.ts";
import { openLane } from "../src/store/postgres/lane.ts";
import { startCluster } from "../test/postgres/cluster.ts";
import { addCustomers, type Measured, measurePairs } from "./pairs.ts";

const { values } = parseArgs({
  options: {
    few: { type: "string", default: "10000" },
    many: { type: "string", default: "10000000" },
    seconds: { type: "string", default: "10" },
  },
});
const [FEW, MANY, SECONDS] = [Number(values.few), Number(values.many), Number(values.seconds)];
const PORTION = 200_000;

/** In the order of time, as events come to be; their numbers are negative, so that new ones come behind them. */
const INSERT = `
  with made as materialized (
    select n - 100000000 as seq, 'filled-' || lpad(n::text, 12, '0') as id,
      (string_to_array($1, ','))[1 + n % cardinality(string_to_array($1, ','))] as customer_id,
      $2::bigint - 31000000000 + (n::numeric / $3::bigint * 30900000000)::bigint as at, n
    from generate_series($4::bigint, $5::bigint) n),
  named as (insert into event_ids select id, customer_id, at from made),
  rolled as (
    insert into rollups_hour select customer_id, 0, at - at % 3600000, 'gemini', 'gemini-2.5-flash', 'generate', '',
      'success', count(*), 150 * count(*), 100 * count(*), 50 * count(*), 100000 * count(*), 0, 0, 0, 0, count(*),
      420 * count(*), 0 from made group by 1, 3
    on conflict (customer_id, period_start, starts_at, provider, model, operation, key_id, outcome)
      do update set calls = rollups_hour.calls + excluded.calls, events = rollups_hour.events + excluded.events),
  days as (
    insert into rollups_day select customer_id, 0, at - at % 86400000, 'gemini', 'gemini-2.5-flash', 'generate', '',
      'success', count(*), 150 * count(*), 100 * count(*), 50 * count(*), 100000 * count(*), 0, 0, 0, 0, count(*),
      420 * count(*), 0 from made group by 1, 3
    on conflict (customer_id, period_start, starts_at, provider, model, operation, key_id, outcome)
      do update set calls = rollups_day.calls + excluded.calls, events = rollups_day.events + excluded.events)
  insert into events (seq, id, customer_id, at, period_start, provider, model, operation, endpoint, source, streamed,
    status_code, calls, usage, cost, lines, latency_ms, retry_count, estimated, unconfirmed, unpriced, overrun)
  select seq, id, customer_id, at, 0, 'gemini', 'gemini-2.5-flash', 'generate', '/v1beta/models:generateContent',
    'gateway', 0, 200, 1, '{"input":100,"output":50}', 100000,
    '[{"bucket":"input","quantity":100,"unit_cost":"0.0000003","cost":"0.00003","price_id":"catalogue:gemini"}]', 420, 0,
    0, 0, 0, 0 from made`;

const cluster = await startCluster({
  durable: true,
  settings: { shared_buffers: "512MB", max_wal_size: "4GB" },
});
try {
  const { url } = await cluster.newDatabase();
  const opened = await openPostgresLedger({
    url,
    nodeId: "bench",
    bootId: randomUUID(),
    clock: { now: () => instant(Date.now()) },
  });
  const customers = await addCustomers(opened.store);
  const measure = (): Promise<Measured> =>
    measurePairs(opened.ledger, customers, { callers: 64, seconds: SECONDS });
  await fill(url, customers, { from: 0, to: FEW });
  await measurePairs(opened.ledger, customers, { callers: 64, seconds: 3 }); // Warm-up.
  const few = await measure();
  show(FEW, few);
  await fill(url, customers, { from: FEW, to: MANY });
  await measurePairs(opened.ledger, customers, { callers: 64, seconds: 3 });
  const many = await measure();
  show(MANY, many);
  const grows = many.reserveP50Ms / few.reserveP50Ms;
  console.log(`a reservation takes ${grows.toFixed(2)} × as long (aim: under 1.5 ×)`);
  await opened.stop();
} finally {
  await cluster.remove();
}

function show(events: number, { pairsPerSecond, reserveP50Ms, reserveP99Ms }: Measured): void {
  console.log(
    [
      `${events.toLocaleString("en")} events:`.padEnd(20),
      `${Math.round(pairsPerSecond).toLocaleString("en")} pairs/s`.padStart(14),
      `reserve p50 ${reserveP50Ms.toFixed(2)} ms, p99 ${reserveP99Ms.toFixed(2)} ms`,
    ].join("  "),
  );
}

/** Events of the last twelve months, spread over the customers, with their roll-ups; written by PostgreSQL itself. */
async function fill(
  url: string,
  customers: readonly CustomerId[],
  span: { readonly from: number; readonly to: number },
): Promise<void> {
  const lane = openLane({ url, purpose: "filling", patient: true });
  const now = Date.now();
  const parameters = [customers.join(","), now, MANY] as const;
  for (let back = 0; back < 13; back += 1) {
    await lane.query("select purser_make_events_month($1::bigint)", [now - back * 30 * 86_400_000]);
  }
  for (let first = span.from + 1; first <= span.to; first += PORTION) {
    const last = Math.min(first + PORTION - 1, span.to);
    await lane.query(INSERT, [...parameters, first, last]);
    if (process.stderr.isTTY) process.stderr.write(`\rfilled ${last.toLocaleString("en")} `);
  }
  await lane.query("analyze");
  lane.close();
}
