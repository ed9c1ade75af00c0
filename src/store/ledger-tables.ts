/** The tables that the ledger writes: holds, events, counters, roll-ups, and refusals. */
import type { AutoId, Int, NullableInt, NullableText, Text } from "./columns.ts";

/** Every meter's sum; the columns that counters are seeded from. */
interface MeterSums {
  calls: Int;
  tokens: Int;
  input_tokens: Int;
  output_tokens: Int;
  cost: Int;
  images: Int;
  characters: Int;
  seconds: Int;
  pages: Int;
}

/** One row for each (customer, usage period, hour or day, provider, model, operation, key, outcome). */
interface RollupTable extends MeterSums {
  customer_id: Text;
  period_start: Int;
  /** The UTC hour (or day) the row covers. */
  starts_at: Int;
  provider: Text;
  model: Text;
  operation: Text;
  /** Empty where no key was used. */
  key_id: Text;
  outcome: "success" | "failed";
  events: Int;
  latency_ms: Int;
  retries: Int;
}

export interface LedgerTables {
  /** Open holds, and the tombstones of released ones. A settled or expired hold is an event with the same id. */
  reservations: {
    id: Text;
    customer_id: Text;
    key_id: NullableText;
    provider: Text;
    model: Text;
    operation: Text;
    endpoint: Text;
    streamed: Int;
    /** `node_id/boot_id`, or `external`. */
    owner: Text;
    state: "pending" | "released";
    at: Int;
    /** The customer's usage period at that instant; kept, since the anchor may move before the call ends. */
    period_start: Int;
    expires_at: Int;
    /** JSON of amounts by meter (whole numbers as text), of the answer given, and of the expected usage and cost. */
    held: Text;
    answer: Text;
    expected: Text;
  };
  events: {
    seq: AutoId;
    id: Text;
    customer_id: Text;
    key_id: NullableText;
    at: Int;
    period_start: Int;
    provider: Text;
    /** As the request named it: what limits, counters and roll-ups go by. */
    model: Text;
    /** As the provider named it, where that differs. */
    answered_model: NullableText;
    operation: Text;
    endpoint: Text;
    source: "gateway" | "library" | "reservation" | "event" | "import";
    streamed: Int;
    status_code: Int;
    calls: Int;
    /** JSON of buckets. */
    usage: Text;
    cost: Int;
    /** JSON of the charge's lines. */
    lines: Text;
    stated_cost: NullableInt;
    latency_ms: Int;
    first_token_ms: NullableInt;
    retry_count: Int;
    estimated: Int;
    unconfirmed: Int;
    unpriced: Int;
    overrun: Int;
    /** As in `reservations`: what was held for it and what was expected of it; null: nothing was, or it is not known. */
    held: NullableText;
    expected: NullableText;
  };
  event_details: {
    event_id: Text;
    customer_id: Text;
    error_message: NullableText;
    tags: NullableText;
  };
  /** Ids that callers bring; each names one event (or the hold that becomes it). */
  event_keys: { customer_id: Text; source_id: Text; event_id: Text };
  corrections: {
    id: AutoId;
    event_id: Text;
    customer_id: Text;
    source_id: Text;
    reason: Text;
    usage_delta: Text;
    cost_delta: Int;
    created_at: Int;
  };
  /** `used` and `held` of one (subject, window, combination); `*` stands for all. */
  counters: {
    id: AutoId;
    /** Customer id, `key:…`, or `deployment`. */
    subject: Text;
    window_start: Int;
    per: Text;
    meter: Text;
    provider: Text;
    model: Text;
    operation: Text;
    window_end: Int;
    used: Int;
    held: Int;
  };
  rollups_hour: RollupTable;
  rollups_day: RollupTable;
  /** `starts_at` is the usage period's start. */
  rollups_period: RollupTable;
  /** How many events of a UTC day took how long; `bucket` is a step of core/latency-histogram.ts. */
  latencies_day: {
    customer_id: Text;
    period_start: Int;
    starts_at: Int;
    provider: Text;
    model: Text;
    bucket: Int;
    events: Int;
  };
  /** Of the tag names that the operator declares (PURSER_TAGS), by UTC day. */
  rollups_tag: {
    customer_id: Text;
    period_start: Int;
    starts_at: Int;
    tag: Text;
    value: Text;
    provider: Text;
    model: Text;
    calls: Int;
    tokens: Int;
    cost: Int;
    events: Int;
  };
  /** Files with the events of months that were detached. */
  archives: {
    /** `2026-01`; `2026-01-2` for what was told of the month after it had left. */
    month: Text;
    events: Int;
    balances: Int;
    file: Text;
    bytes: Int;
    sha256: Text;
    created_at: Int;
  };
  /**
   * On SQLite: the month whose events, those up to `seq`, are leaving at this moment. `archive` is the one that holds
   * them, a row of `archives`; null: it is being written, and all of them are there.
   */
  detaching: { id: Int; from_at: Int; to_at: Int; seq: Int; archive: NullableText };
  /** On SQLite: the events that left. */
  event_ids_left: { event_id: Text; customer_id: Text; at: Int };
  /** The sums of months whose events have left, hour by hour: in an audit they stand for those events. */
  closing_balances: RollupTable;
  denial_counts: { customer_id: Text; limit_key: Text; code: Text; day: Int; count: Int };
  /** The last 1,000 refusals in full. */
  denials: {
    id: AutoId;
    customer_id: Text;
    at: Int;
    code: Text;
    provider: Text;
    model: Text;
    operation: Text;
    /** JSON of the limit, or null where the plan or a price refused. */
    limit_json: NullableText;
    used: NullableInt;
    held: NullableInt;
    cap: NullableInt;
    requested: NullableInt;
  };
}
