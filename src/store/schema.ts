/** The tables as types, the same on every database: integers are bigint, instants milliseconds, money nano-dollars. */
import type { ColumnType } from "kysely";
import type { AutoId, Bytes, Int, NullableInt, NullableText, Text } from "./columns.ts";
import type { LedgerTables } from "./ledger-tables.ts";

export interface Schema extends LedgerTables {
  /** Single facts of the installation: fingerprint of the secret, node id, deployment limits, test clock. */
  meta: { name: Text; value: Text };
  /** Random keys, wrapped by PURSER_SECRET. */
  secrets: { name: Text; sealed: Bytes };
  nodes: { node_id: Text; boot_id: Text; heartbeat_at: Int };
  /** Who does a work that only one node may do, and until when unless renewed. */
  leases: { name: Text; holder: Text; until: Int };
  /** Rises with each change of what nodes keep in memory: `plans`, `keys`, `prices`, `customers`, `settings`. */
  config_versions: { name: Text; version: Int };
  plans: { id: AutoId; slug: Text; hidden: Int; created_at: Int };
  /** `definition`: JSON of the plan as in a plan file, see core/plans. */
  plan_versions: { id: AutoId; plan_id: Int; version: Int; definition: Text; created_at: Int };
  customers: {
    id: Text;
    /** Keyed hash of the operator's own id. */
    lookup: Bytes;
    /** The customer's own key, wrapped; destroying it erases the person. */
    sealed_key: Bytes;
    /** Encrypted JSON: { user_id, email?, name?, metadata? }. */
    sealed: Bytes;
    usage_anchor: Int;
    created_at: Int;
  };
  subscriptions: {
    id: AutoId;
    customer_id: Text;
    plan_version_id: Int;
    billing_cycle: "monthly" | "yearly";
    status: "trialing" | "active" | "past_due" | "paused" | "canceled" | "expired";
    current_period_start: Int;
    current_period_end: Int;
    /** Paid periods count from this instant; kept through renewals, so that each boundary comes from it. */
    billing_anchor: Int;
    trial_end: NullableInt;
    /** 1: it ends with the present period. */
    cancel_at_period_end: ColumnType<bigint, bigint | number | undefined, bigint | number>;
    /**
     * From `next_plan_at` on, the customer is on this plan version (null: the default plan), whether the job that
     * carries the change out has run or not.
     */
    next_plan_version_id: NullableInt;
    next_billing_cycle: ColumnType<
      "monthly" | "yearly" | null,
      "monthly" | "yearly" | null | undefined,
      "monthly" | "yearly" | null
    >;
    next_plan_at: NullableInt;
    /** A payment is missing; until then the plan is kept all the same. */
    grace_until: NullableInt;
    paused_at: NullableInt;
    renewal_count: ColumnType<bigint, bigint | number | undefined, bigint | number>;
    /** When the clock next changes something of it; null: never. */
    due_at: NullableInt;
    created_at: Int;
    /** Set when it is no longer the customer's subscription; at most one is open for each customer. */
    ended_at: NullableInt;
  };
  /** Each change of a customer's subscription. Who writes a revision first has made it; the other begins anew. */
  subscription_changes: {
    customer_id: Text;
    revision: Int;
    at: Int;
    actor: Text;
    kind: Text;
    /** JSON of the subscription as the API shows it, or null: none is left. */
    subscription: NullableText;
  };
  /** One row for each period that a subscription began. */
  renewals: {
    id: AutoId;
    customer_id: Text;
    subscription_id: Int;
    revision: Int;
    renewal_type: "new" | "renewal" | "upgrade" | "downgrade";
    plan_version_id: Int;
    previous_plan_version_id: NullableInt;
    billing_cycle: "monthly" | "yearly";
    previous_period_start: NullableInt;
    previous_period_end: NullableInt;
    new_period_start: Int;
    new_period_end: Int;
    renewal_count: Int;
    usage_calls: NullableInt;
    usage_tokens: NullableInt;
    usage_cost: NullableInt;
    payment_amount: Int;
    payment_status: "paid" | "pending" | "failed";
    payment_date: NullableInt;
    created_at: Int;
  };
  /** One limit of one customer has another cap until `until`. The newest one of a limit that has not ended counts. */
  limit_lifts: {
    id: AutoId;
    customer_id: Text;
    /** As core/limits/read-limit.ts writes it. */
    limit_key: Text;
    /** JSON of what it counts and of its cap meanwhile, as a limit in a plan file. */
    limit_json: Text;
    until: Int;
    reason: NullableText;
    made_by: Text;
    created_at: Int;
    /** It was taken back, or replaced, before its time. */
    ended_at: NullableInt;
  };
  /** `preferences`: JSON as in the API. */
  alert_preferences: { customer_id: Text; preferences: Text; updated_at: Int };
  keys: {
    id: Text;
    kind: "admin" | "service" | "customer";
    customer_id: NullableText;
    /** SHA-256 of the whole key. */
    hash: Bytes;
    prefix: Text;
    name: Text;
    /** JSON list of limits, as in a plan file. */
    limits: Text;
    created_at: Int;
    expires_at: NullableInt;
    revoked_at: NullableInt;
    last_used_at: NullableInt;
  };
  alerts: {
    id: AutoId;
    customer_id: Text;
    type:
      | "usage_threshold"
      | "limit_reached"
      | "cost_threshold"
      | "payment"
      | "subscription"
      | "system";
    threshold: Int;
    severity: "info" | "warning" | "error";
    provider: NullableText;
    meter: NullableText;
    title: Text;
    message: Text;
    period_start: Int;
    created_at: Int;
    /** When it first left by a channel, or where there was none, when that was found. */
    sent_at: NullableInt;
    read_at: NullableInt;
    /** As core/alerts/event-types.ts names kinds. */
    kind: ColumnType<string, string | undefined, string>;
    /** JSON of what it is about, by kind. */
    facts: ColumnType<string, string | undefined, string>;
    /** JSON of what to do about it; null: not looked for yet. */
    advice: NullableText;
  };
  /** Which (counter, cap, threshold) have had their alert; `alert_id` null: covered by a higher one. */
  alert_marks: {
    customer_id: Text;
    counter_key: Text;
    cap: Int;
    threshold: Int;
    alert_id: NullableInt;
  };
  /**
   * What is to be told, written with what it tells of. `kind`: `alert` {alert_id}, `subscription` {revision}, or `look`
   * (limits or wishes changed: thresholds are looked at anew). `sent_at`: when its deliveries were written.
   */
  outbox: {
    id: AutoId;
    kind: Text;
    customer_id: NullableText;
    payload: Text;
    created_at: Int;
    sent_at: NullableInt;
  };
  /** Where alerts go. `customer_id` null: the operator's; else only that customer's go there. */
  channels: {
    id: AutoId;
    customer_id: NullableText;
    kind: "email" | "webhook" | "slack";
    name: Text;
    /** JSON list of event types, or of patterns such as `alert.*`. */
    events: Text;
    /** Encrypted JSON of where to, and of its secrets. */
    sealed: Bytes;
    created_at: Int;
    updated_at: Int;
    paused_at: NullableInt;
  };
  /** One message to one receiver: one row of the outbox makes as many as there are receivers. */
  deliveries: {
    id: AutoId;
    outbox_id: Int;
    /** `channel:3`, or `customer:…` for the mail to a customer's own address. Those of one receiver go in order. */
    receiver: Text;
    channel_id: NullableInt;
    customer_id: NullableText;
    /** The same each time it is sent: the receiver drops repeats by it. */
    message_id: Text;
    /** Of core/alerts/event-types.ts. */
    event: Text;
    /** `dropped`: its receiver was gone, or did not want it any more, before it went. */
    state: "pending" | "sent" | "dead" | "dropped";
    attempts: Int;
    /** Ledger time of the next attempt. */
    due_at: Int;
    last_error: NullableText;
    last_status: NullableInt;
    created_at: Int;
    ended_at: NullableInt;
  };
  /** Never changed, only superseded: by a later date, or for the same date by a later row. */
  prices: {
    id: AutoId;
    /** `catalogue`: of a newer catalogue file. */
    origin: "catalogue" | "operator";
    provider: Text;
    model: Text;
    effective_from: Int;
    /** JSON of the hours of the day it holds in, or null: all of them. */
    daily: NullableText;
    /** JSON of dollars by bucket, as in a price file. */
    rates: Text;
    /** JSON of the names that stand for the model, as the catalogue writes them, or null: its own. */
    names: NullableText;
    source: Text;
    description: NullableText;
    created_at: Int;
  };
  /** What a customer made at a provider through us: nobody else may name it. */
  objects: {
    provider: Text;
    object_id: Text;
    /** `response`, `file`, `batch` … */
    kind: Text;
    customer_id: Text;
    /** How many input tokens it makes of a request that names it, where that is known. */
    tokens: NullableInt;
    /** JSON of what the requests in it can use, where it is a batch's input. */
    contents: NullableText;
    /** The work whose result it is. */
    made_by: NullableText;
    created_at: Int;
  };
  /** Work that a provider answers later; its hold is settled once it is over. */
  awaited: {
    call_id: Text;
    provider: Text;
    object_id: Text;
    customer_id: Text;
    /** JSON of the request's own words that its answer is read and priced with. */
    asked: Text;
    created_at: Int;
    /** When to ask next, and how often it was asked. */
    ask_at: Int;
    asks: Int;
  };
  /** Who is signed in; `hash`: SHA-256 of the token. Times are real time. */
  sessions: {
    hash: Bytes;
    kind: "admin" | "customer";
    /** The key that was signed in with: the session ends with it. */
    key_id: NullableText;
    /** Hash of the admin key of the settings, where it was that one. */
    proof: NullableText;
    customer_id: NullableText;
    created_at: Int;
    expires_at: Int;
  };
  /** Links that sign a customer in; gone once used. */
  portal_links: {
    hash: Bytes;
    customer_id: Text;
    return_url: NullableText;
    made_by: Text;
    created_at: Int;
    expires_at: Int;
  };
  /** Who changed what. */
  audit_log: { id: AutoId; at: Int; actor: Text; action: Text; subject: Text; details: Text };
}
