/** Fills an installation with a generated history: customers, plans and keys through its own parts, events into the tables. */
import type { UserId } from "../../src/core/ids.ts";
import { DAY_MS, type Instant, instant } from "../../src/core/instant.ts";
import type { Config } from "../../src/server/config.ts";
import { openParts } from "../../src/server/open-parts.ts";
import { type Chance, chanceOf } from "../../test/simulation/chance.ts";
import { addUp, type Row } from "./add-up.ts";
import { drawCustomers, type HistoryCustomer } from "./customers.ts";
import { drawDay, type HistoryEvent, type KnownCustomer } from "./draw-day.ts";
import {
  EVENT_COLUMNS,
  LATENCY_COLUMNS,
  postgresSink,
  ROLLUP_COLUMNS,
  type Sink,
  sqliteSink,
} from "./sink.ts";

export interface History {
  readonly seed: number;
  readonly events: number;
  readonly months: number;
  readonly until: Instant;
}

/** The customers, the largest first. The same seed gives the same history, but for the ids that a database makes itself. */
export async function fillHistory(
  config: Config,
  sqliteFile: string,
  of: History,
): Promise<readonly HistoryCustomer[]> {
  const chance = chanceOf(of.seed);
  const customers = drawCustomers(chance, of);
  const known = await addCustomers(config, customers);
  const sink =
    config.databaseUrl === null ? sqliteSink(sqliteFile) : postgresSink(config.databaseUrl);
  const first = instant(Math.min(...customers.map(({ createdAt }) => createdAt)));
  await sink.open(first, of.until);
  await writeDays(chance, known, {
    sink,
    from: instant(first - (first % DAY_MS)),
    until: of.until,
  });
  await sink.finish();
  return customers;
}

/** Each as of the day they came, so that their periods count from it. */
async function addCustomers(
  config: Config,
  customers: readonly HistoryCustomer[],
): Promise<KnownCustomer[]> {
  const parts = await openParts(config, {
    fault: (cause) => console.error(cause),
    batch: () => undefined,
  });
  const planVersions = new Map(
    parts.plans.all().map(({ definition, planVersionId }) => [definition.slug, planVersionId]),
  );
  const known: KnownCustomer[] = [];
  for (const drawn of customers) {
    parts.clock.set(drawn.createdAt);
    const planVersionId = planVersions.get(drawn.plan);
    if (planVersionId === undefined) throw new Error(`No plan ${drawn.plan}.`);
    const userId = drawn.userId as UserId;
    const subscription = { planVersionId, billingCycle: "monthly" as const };
    const { id, usageAnchor } = await parts.customers.create({ userId, subscription }, "bench");
    const keyIds = [];
    for (let index = 0; index < drawn.keys; index += 1) {
      const name = `key ${index + 1}`;
      keyIds.push(
        (await parts.keys.create({ kind: "customer", name, customerId: id }, "bench")).id,
      );
    }
    known.push({ drawn, id, usageAnchor, keyIds });
  }
  await parts.close();
  return known;
}

async function writeDays(
  chance: Chance,
  known: readonly KnownCustomer[],
  of: { readonly sink: Sink; readonly from: Instant; readonly until: Instant },
): Promise<void> {
  const shares = known.map((customer) => dailyShares(customer.drawn, of));
  const written = known.map(() => 0);
  let seq = 0;
  for (let day: number = of.from, index = 0; day < of.until; day += DAY_MS, index += 1) {
    const events: HistoryEvent[] = [];
    for (const [place, customer] of known.entries()) {
      // Rounded against what was written so far, so that all days together come to exactly the whole.
      const upToNow = Math.round((shares[place]?.[index] ?? 0) * customer.drawn.events);
      const count = upToNow - (written[place] ?? 0);
      written[place] = upToNow;
      if (count > 0) events.push(...drawDay(chance, customer, { day: instant(day), count }));
    }
    events.sort((one, other) => one.at - other.at);
    await writeDay(of.sink, events, seq);
    seq += events.length;
    if (process.stderr.isTTY) process.stderr.write(`\r${seq.toLocaleString("en")} events `);
  }
}

/** By the end of each day, the share of all of the customer's events that has happened; 1 at the last. */
function dailyShares(
  drawn: HistoryCustomer,
  span: { readonly from: Instant; readonly until: Instant },
): number[] {
  const weights: number[] = [];
  for (let day: number = span.from, age = 0; day < span.until; day += DAY_MS) {
    const isThere = day + DAY_MS > drawn.createdAt;
    const weekday = new Date(day).getUTCDay();
    const rest = weekday === 0 || weekday === 6 ? drawn.weekend : 1;
    weights.push(isThere ? drawn.growth ** age * rest : 0);
    if (isThere) age += 1;
  }
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let so = 0;
  return weights.map((weight) => {
    so += weight;
    return so / whole;
  });
}

async function writeDay(
  sink: Sink,
  events: readonly HistoryEvent[],
  before: number,
): Promise<void> {
  const { hours, days, latencies } = addUp(events);
  await sink.write(
    "events",
    EVENT_COLUMNS,
    events.map((event, index) => eventRow(event, before + index + 1)),
  );
  if (sink.namesEvents) {
    const names = events.map(({ id, customerId, at }) => [id, customerId, at]);
    await sink.write("event_ids", "event_id, customer_id, at", names);
  }
  await sink.write("rollups_hour", ROLLUP_COLUMNS, hours);
  await sink.write("rollups_day", ROLLUP_COLUMNS, days);
  await sink.write("latencies_day", LATENCY_COLUMNS, latencies);
}

function eventRow(event: HistoryEvent, seq: number): Row {
  const { habit, input, output } = event;
  return [
    seq,
    event.id,
    event.customerId,
    event.keyId,
    event.at,
    event.periodStart,
    habit.provider,
    habit.model,
    habit.operation,
    habit.endpoint,
    "gateway",
    0,
    event.statusCode,
    event.statusCode < 400 ? 1 : 0,
    output === 0 ? "{}" : `{"input":${input},"output":${output}}`,
    event.cost,
    event.lines,
    event.latencyMs,
    event.retries,
    0,
    0,
    0,
    0,
  ];
}
