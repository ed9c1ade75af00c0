/** What is moved: every table, in an order that its references allow, with the key it is read by. */
import { ROLLUP_KEY } from "../store/rollup-key.ts";

export interface MovedTable {
  readonly name: string;
  /** Columns of the SQLite table's primary key, in its order: pages are read by it. */
  readonly key: readonly string[];
  /** The column that its database numbers by itself. */
  readonly numbered?: "id" | "seq";
  /** Columns that PostgreSQL's table does not have. */
  readonly leftOut?: readonly string[];
  /** PostgreSQL's table, where it is called otherwise. */
  readonly into?: string;
  /** Columns that only PostgreSQL's table has, as SQL over the SQLite row. */
  readonly added?: Readonly<Record<string, string>>;
}

/**
 * A counter that every node needs has a row for each node. What was used before there were nodes is that of a node called
 * `moved`, which never comes back. Keys without a customer are those of the operator's backend, shared by all nodes.
 */
const COUNTER_NODE = `case when subject = 'deployment' or exists (
    select 1 from keys where 'key:' || keys.id = counters.subject and keys.customer_id is null)
  then 'moved' else '' end`;

/**
 * People sign in again; the processes of `nodes` and `leases` have ended; PostgreSQL counts its own `config_versions` while
 * the rows come in, and runs its own migrations; nothing moves while a month leaves.
 */
export const STAYING_TABLES: readonly string[] = [
  "sessions",
  "portal_links",
  "nodes",
  "leases",
  "config_versions",
  "migrations",
  "detaching",
];

export const MOVED_TABLES: readonly MovedTable[] = [
  { name: "meta", key: ["name"] },
  { name: "secrets", key: ["name"] },
  { name: "plans", key: ["id"], numbered: "id" },
  { name: "plan_versions", key: ["id"], numbered: "id" },
  { name: "prices", key: ["id"], numbered: "id" },
  { name: "customers", key: ["id"] },
  { name: "subscriptions", key: ["id"], numbered: "id" },
  { name: "subscription_changes", key: ["customer_id", "revision"] },
  { name: "renewals", key: ["id"], numbered: "id" },
  { name: "limit_lifts", key: ["id"], numbered: "id" },
  { name: "alert_preferences", key: ["customer_id"] },
  { name: "keys", key: ["id"] },
  { name: "audit_log", key: ["id"], numbered: "id" },
  { name: "reservations", key: ["id"] },
  { name: "events", key: ["seq"], numbered: "seq" },
  { name: "event_details", key: ["event_id"] },
  { name: "event_keys", key: ["customer_id", "source_id"] },
  { name: "corrections", key: ["id"], numbered: "id" },
  { name: "counters", key: ["id"], leftOut: ["id"], added: { node_id: COUNTER_NODE } },
  { name: "rollups_hour", key: ROLLUP_KEY },
  { name: "rollups_day", key: ROLLUP_KEY },
  { name: "rollups_period", key: ROLLUP_KEY },
  {
    name: "latencies_day",
    key: ["customer_id", "period_start", "starts_at", "provider", "model", "bucket"],
  },
  {
    name: "rollups_tag",
    key: ["customer_id", "period_start", "starts_at", "tag", "value", "provider", "model"],
  },
  { name: "closing_balances", key: ROLLUP_KEY },
  { name: "archives", key: ["month"] },
  // There every event's id is in that table, whether it has left or not.
  { name: "event_ids_left", key: ["event_id"], into: "event_ids" },
  { name: "denial_counts", key: ["customer_id", "limit_key", "code", "day"] },
  { name: "denials", key: ["id"], numbered: "id" },
  { name: "alerts", key: ["id"], numbered: "id" },
  { name: "alert_marks", key: ["customer_id", "counter_key", "cap", "threshold"] },
  { name: "outbox", key: ["id"], numbered: "id" },
  { name: "channels", key: ["id"], numbered: "id" },
  { name: "deliveries", key: ["id"], numbered: "id" },
  { name: "objects", key: ["provider", "object_id"] },
  { name: "awaited", key: ["call_id"] },
];
