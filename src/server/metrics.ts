/** Counts what this process does, for Prometheus: never by customer, and no label has more values than this code names. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { CallPorts } from "../call/call.ts";
import type { ErrorCode } from "../core/errors.ts";
import { nanoUsd, usdText } from "../core/money.ts";
import { statedCostProblem } from "../core/pricing/stated-cost.ts";
import { BUCKETS, type Bucket } from "../core/usage.ts";
import type { Ledger, Operation, UsageEvent } from "../ledger/ledger.ts";
import { DIALECTS } from "../providers/all.ts";
import { createDeliveryCounts, type DeliveryCounts } from "./delivery-counts.ts";
import { type Family, Histogram, prometheusText, type Sample } from "./prometheus-text.ts";

export interface Metrics {
  readonly settled: (event: UsageEvent) => void;
  readonly answered: NonNullable<CallPorts["answered"]>;
  /** A call that was not made, or not answered as asked: our error's code. */
  readonly refused: (refusal: { readonly provider: string; readonly code: ErrorCode }) => void;
  /** An attempt to tell somebody ended. */
  readonly delivered: DeliveryCounts["counted"];
  /** The ledger committed a batch. */
  readonly batch: (batch: { readonly operations: number; readonly ms: number }) => void;
  /** The same ledger, its answers timed and its refusals counted. */
  measured(ledger: Ledger): Ledger;
  text(now: Present): string;
  close(): void;
}

/** What holds at the moment of asking. */
interface Present {
  readonly heldCalls: number;
  readonly callsInFlight: number;
  /** Messages that wait, and that were given up. */
  readonly deliveries: { readonly pending: number; readonly dead: number };
  readonly node: { readonly id: string; readonly database: string; readonly runsJobs: boolean };
}

/** What is counted for each provider. */
interface Tally {
  readonly calls: Map<Outcome, number>;
  readonly used: Map<Bucket, number>;
  readonly refusals: Map<string, number>;
  cost: bigint;
  unpriced: number;
  estimated: number;
  overruns: number;
  totalsDisagreed: number;
  statedCostsDiffered: number;
}

type Outcome = "succeeded" | "failed" | "abandoned" | "refused_by_provider";

/** Callers of the REST API may name any provider; those that we do not speak for share one label. */
const KNOWN: ReadonlySet<string> = new Set(DIALECTS.map(({ provider }) => provider));
const UNKNOWN = "other";

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const OPERATIONS = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const LAG_RESOLUTION_MS = 20;
const NANO_PER_SECOND = 1e9;

/** Counting costs a call well under a microsecond: text is made only when it is asked for. */
export function createMetrics(): Metrics {
  const tallies = new Map<string, Tally>();
  const ledgerSeconds = new Map<Operation["kind"], Histogram>();
  const batchSeconds = new Histogram(SECONDS);
  const batchOperations = new Histogram(OPERATIONS);
  const deliveries = createDeliveryCounts();
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();

  function tallyOf(provider: string): Tally {
    const name = KNOWN.has(provider) ? provider : UNKNOWN;
    const known = tallies.get(name);
    if (known !== undefined) return known;
    const begun = newTally();
    tallies.set(name, begun);
    return begun;
  }

  const refused: Metrics["refused"] = ({ provider, code }) => {
    rise(tallyOf(provider).refusals, code);
  };
  return {
    settled: (event) => countEvent(tallyOf(event.scope.provider), event),
    answered({ provider, reading, charge }) {
      const tally = tallyOf(provider);
      if (reading?.totalDisagrees === true) tally.totalsDisagreed += 1;
      if (statedCostProblem(charge) !== null) tally.statedCostsDiffered += 1;
    },
    refused,
    delivered: deliveries.counted,
    batch({ operations, ms }) {
      batchSeconds.add(ms / 1_000);
      batchOperations.add(operations);
    },
    measured: (ledger) => measuredLedger(ledger, { seconds: ledgerSeconds, refused }),
    text(now) {
      const text = prometheusText([
        ...providerFamilies(tallies),
        ...ledgerFamilies({ ledgerSeconds, batchSeconds, batchOperations }),
        ...deliveries.families(now.deliveries),
        ...processFamilies(now, lag),
      ]);
      lag.reset();
      return text;
    },
    close: () => lag.disable(),
  };
}

function newTally(): Tally {
  return {
    calls: new Map(),
    used: new Map(),
    refusals: new Map(),
    cost: 0n,
    unpriced: 0,
    estimated: 0,
    overruns: 0,
    totalsDisagreed: 0,
    statedCostsDiffered: 0,
  };
}

function rise<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function countEvent(tally: Tally, { facts, overrun }: UsageEvent): void {
  rise(tally.calls, outcomeOf(facts));
  for (const bucket of BUCKETS) {
    const quantity = facts.usage[bucket];
    if (quantity !== undefined) rise(tally.used, bucket, quantity);
  }
  tally.cost += facts.cost;
  if (facts.unpriced) tally.unpriced += 1;
  if (facts.estimated) tally.estimated += 1;
  if (overrun) tally.overruns += 1;
}

/** 499: the client hung up. */
function outcomeOf({ calls, statusCode }: UsageEvent["facts"]): Outcome {
  if (calls === 0) return "refused_by_provider";
  if (statusCode === 499) return "abandoned";
  return statusCode < 400 ? "succeeded" : "failed";
}

/** Who asks waits for the batch, so this is what a call pays; a rejection counts as well. */
function measuredLedger(
  ledger: Ledger,
  into: { seconds: Map<Operation["kind"], Histogram>; refused: Metrics["refused"] },
): Ledger {
  async function timed<Answer>(kind: Operation["kind"], asked: Promise<Answer>): Promise<Answer> {
    const startedAt = performance.now();
    try {
      return await asked;
    } finally {
      const histogram = into.seconds.get(kind) ?? new Histogram(SECONDS);
      into.seconds.set(kind, histogram);
      histogram.add((performance.now() - startedAt) / 1_000);
    }
  }
  return {
    async reserve(operation) {
      const answer = await timed("reserve", ledger.reserve(operation));
      if (answer.kind === "denied") {
        into.refused({ provider: operation.scope.provider, code: answer.code });
      }
      return answer;
    },
    settle: (operation) => timed("settle", ledger.settle(operation)),
    defer: (operation) => timed("defer", ledger.defer(operation)),
    release: (operation) => timed("release", ledger.release(operation)),
    record: (operation) => timed("record", ledger.record(operation)),
    correct: (operation) => timed("correct", ledger.correct(operation)),
    expire: (operation) => timed("expire", ledger.expire(operation)),
    repair: (operation) => timed("repair", ledger.repair(operation)),
    preflight: (operation) => timed("preflight", ledger.preflight(operation)),
    look: (operation) => timed("look", ledger.look(operation)),
    raise: (operation) => timed("raise", ledger.raise(operation)),
  };
}

function providerFamilies(tallies: ReadonlyMap<string, Tally>): Family[] {
  const counter = (name: string, help: string, samplesOf: (tally: Tally) => Sample[]): Family => ({
    name: `purser_${name}_total`,
    help,
    type: "counter",
    samples: [...tallies].flatMap(([provider, tally]) =>
      samplesOf(tally).map((sample) => ({ ...sample, labels: { provider, ...sample.labels } })),
    ),
  });
  const each = (counts: ReadonlyMap<string, number>, label: string): Sample[] =>
    [...counts].map(([name, value]) => ({ labels: { [label]: name }, value }));
  return [
    counter("calls", "Calls with a usage event.", ({ calls }) => each(calls, "outcome")),
    counter("usage", "Units used, by bucket.", ({ used }) => each(used, "bucket")),
    counter("cost_usd", "What providers take, in US dollars.", ({ cost }) => [
      { value: usdText(nanoUsd(cost)) },
    ]),
    counter("refusals", "Calls refused or failed by us, by error code.", ({ refusals }) =>
      each(refusals, "code"),
    ),
    counter("unpriced_events", "Events of models without a price.", ({ unpriced }) => [
      { value: unpriced },
    ]),
    counter("estimated_events", "Events by our own count.", ({ estimated }) => [
      { value: estimated },
    ]),
    counter("overrun_events", "Events of more than was held.", ({ overruns }) => [
      { value: overruns },
    ]),
    counter("total_disagreements", "Answers whose own total disagrees.", (tally) => [
      { value: tally.totalsDisagreed },
    ]),
    counter("stated_cost_differences", "Stated costs over 1 % from ours.", (tally) => [
      { value: tally.statedCostsDiffered },
    ]),
  ];
}

function ledgerFamilies(measured: {
  ledgerSeconds: ReadonlyMap<string, Histogram>;
  batchSeconds: Histogram;
  batchOperations: Histogram;
}): Family[] {
  return [
    {
      name: "purser_ledger_seconds",
      help: "How long a call waits for the ledger.",
      type: "histogram",
      samples: [...measured.ledgerSeconds].flatMap(([operation, histogram]) =>
        histogram.samples({ operation }),
      ),
    },
    {
      name: "purser_ledger_batch_seconds",
      help: "How long a batch takes to become durable.",
      type: "histogram",
      samples: measured.batchSeconds.samples(),
    },
    {
      name: "purser_ledger_batch_operations",
      help: "Operations made durable together.",
      type: "histogram",
      samples: measured.batchOperations.samples(),
    },
  ];
}

function processFamilies(now: Present, lag: ReturnType<typeof monitorEventLoopDelay>): Family[] {
  const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
    name,
    help,
    type: "gauge",
    samples,
  });
  // The monitor measures its own interval too.
  const late = (nanoseconds: number) =>
    Math.max(0, nanoseconds / NANO_PER_SECOND - LAG_RESOLUTION_MS / 1_000);
  const { user, system } = process.cpuUsage();
  return [
    gauge("purser_held_calls", "Holds that are open.", [{ value: now.heldCalls }]),
    gauge("purser_calls_in_flight", "Gateway calls that run now.", [{ value: now.callsInFlight }]),
    gauge("purser_node_info", "This node, and what its database is.", [
      { labels: { node_id: now.node.id, database: now.node.database }, value: 1 },
    ]),
    gauge("purser_jobs_here", "1: the work by the clock is done by this node.", [
      { value: now.node.runsJobs ? 1 : 0 },
    ]),
    gauge("purser_event_loop_lag_seconds", "Since it was last asked for.", [
      { labels: { quantile: "0.5" }, value: late(lag.percentile(50)) },
      { labels: { quantile: "0.99" }, value: late(lag.percentile(99)) },
      { labels: { quantile: "1" }, value: late(lag.max) },
    ]),
    gauge("process_resident_memory_bytes", "Memory of the process.", [
      { value: process.memoryUsage.rss() },
    ]),
    {
      name: "process_cpu_seconds_total",
      help: "CPU time of all threads.",
      type: "counter",
      samples: [{ value: (user + system) / 1e6 }],
    },
  ];
}
