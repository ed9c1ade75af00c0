/** What the database's functions answer to the two reads of a batch. */
import type { SubscriptionStatus } from "../../core/subscriptions/plan-at.ts";
import type { JsonRow } from "./json-rows.ts";

export interface OpenedBatch {
  readonly at: number;
  readonly xid: string;
  /** Ids of holds that are due. */
  readonly due: readonly string[];
  /** Calls that callers' own ids name. */
  readonly named: readonly { customer_id: string; source_id: string; event_id: string }[];
  readonly holds: readonly JsonRow[];
  readonly events: readonly JsonRow[];
  readonly corrections: readonly JsonRow[];
  readonly terms: readonly TermsRow[];
  readonly keys: readonly KeyRow[];
  readonly deployment_limits: string | null;
  /** Rises with each change of limits: `settings` for the deployment's, `keys` for keys'. */
  readonly epochs: { readonly settings?: number; readonly keys?: number } | null;
  readonly live_nodes: readonly string[] | null;
  readonly numbers: readonly number[];
}

export interface TermsRow {
  readonly id: string;
  /** null: there is no such customer. */
  readonly usage_anchor: number | null;
  /** The default plan's newest version; null: there is no plan of tier free, or nobody can be on it. */
  readonly default_plan: number | null;
  /** Of the open subscription; all null: there is none. */
  readonly status: SubscriptionStatus | null;
  readonly plan_version_id: number | null;
  readonly next_plan_at: number | null;
  readonly next_plan_version_id: number | null;
  readonly grace_until: number | null;
  /** JSON of how they wish to be told; null: they never said. */
  readonly preferences: string | null;
  /** Not taken back, the newest first; null: there are none. */
  readonly lifts: readonly { readonly limit_json: string; readonly until: number }[] | null;
}

export interface KeyRow {
  readonly id: string;
  readonly customer_id: string | null;
  readonly limits: string;
}

export interface CountersRead {
  readonly counters: readonly JsonRow[];
  readonly seeds: readonly { index: number; used: string; held: string }[];
  readonly marks: readonly {
    customer_id: string;
    counter_key: string;
    cap: string;
    threshold: number;
  }[];
  readonly terms: readonly TermsRow[];
  readonly keys: readonly KeyRow[];
  readonly alert_numbers: readonly number[];
}
