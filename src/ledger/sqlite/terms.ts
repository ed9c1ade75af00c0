/** What customers, keys and the deployment are held to, read once and kept until somebody writes those tables. */
import type { CustomerId, KeyId } from "../../core/ids.ts";
import { type Instant, instant } from "../../core/instant.ts";
import { type LimitLift, liftedPlan, readLift } from "../../core/limits/lifted.ts";
import type { Limit } from "../../core/limits/limit.ts";
import type { PlanVersion } from "../../core/plans/plan.ts";
import {
  type PlanTerms,
  planAt,
  type SubscriptionStatus,
} from "../../core/subscriptions/plan-at.ts";
import type { Connection } from "../../store/sqlite/connection.ts";
import {
  alertAtFrom,
  limitsFrom,
  maybe,
  planFrom,
  type SqlRow,
  text,
  whole,
} from "../read-rows.ts";
import type { CustomerTerms, KeyTerms } from "../rules/rows.ts";

/** Customers and keys kept in memory; beyond this all are read again. */
const KEPT_MOST = 50_000;
const TABLES =
  /\b(customers|subscriptions|plans|plan_versions|limit_lifts|keys|meta|alert_preferences)\b/i;

const VERSION = `select v.id, v.plan_id, v.version, v.definition from plan_versions v`;

/** As it stands in the file: what holds at an instant is worked out when it is asked. */
interface KeptCustomer {
  readonly usageAnchor: Instant;
  /** Plans by their version's id. */
  readonly subscription: PlanTerms<bigint> | null;
  readonly alertAt: readonly number[] | null;
  /** The newest first; some may be over. */
  readonly lifts: readonly LimitLift[];
}

export class Terms {
  private readonly connection: Connection;
  private readonly customers = new Map<CustomerId, KeptCustomer | undefined>();
  private readonly keys = new Map<KeyId, KeyTerms | undefined>();
  private readonly plans = new Map<bigint, PlanVersion>();
  private defaultPlan: PlanVersion | null | undefined;
  private deployment: readonly Limit[] | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Somebody wrote this statement: what it may have changed is read again. Plan versions never change. */
  forget(sql: string): void {
    if (!TABLES.test(sql)) return;
    this.customers.clear();
    this.keys.clear();
    this.defaultPlan = undefined;
    this.deployment = undefined;
  }

  /** undefined: no such customer, or no plan for them to be on. */
  customer(id: CustomerId, at: Instant): CustomerTerms | undefined {
    const kept = remember(this.customers, id, () => this.readCustomer(id));
    if (kept === undefined) return undefined;
    const { usageAnchor, subscription, alertAt, lifts } = kept;
    const own = planAt({ subscription, defaultPlan: null }, at);
    const sold = own === null ? this.readDefaultPlan() : this.readPlan(own.plan);
    if (sold === null) return undefined;
    const plan = liftedPlan(sold, lifts, at);
    const isExpired = own?.isExpired ?? false;
    return { usageAnchor, plan, isExpired, ...(alertAt === null ? {} : { alertAt }) };
  }

  /** What a customer would be held to who is not there yet. */
  newcomer(at: Instant): CustomerTerms | undefined {
    const plan = this.readDefaultPlan();
    return plan === null ? undefined : { usageAnchor: at, plan, isExpired: false };
  }

  key(id: KeyId): KeyTerms | undefined {
    return remember(this.keys, id, () => {
      const row = this.connection
        .prepare("select customer_id, limits from keys where id = ?")
        .get(id);
      if (row === undefined) return undefined;
      const limits = limitsFrom(text(row, "limits"));
      const customerId = maybe(row, "customer_id");
      return typeof customerId === "string"
        ? { limits, customerId: customerId as CustomerId }
        : { limits };
    });
  }

  deploymentLimits(): readonly Limit[] {
    if (this.deployment === undefined) {
      const row = this.connection
        .prepare("select value from meta where name = 'deployment_limits'")
        .get();
      this.deployment = row === undefined ? [] : limitsFrom(text(row, "value"));
    }
    return this.deployment;
  }

  private readCustomer(id: CustomerId): KeptCustomer | undefined {
    const row = this.connection
      .prepare(
        `select c.usage_anchor, s.status, s.plan_version_id, s.next_plan_at, s.next_plan_version_id, s.grace_until,
           p.preferences
         from customers c left join subscriptions s on s.customer_id = c.id and s.ended_at is null
         left join alert_preferences p on p.customer_id = c.id where c.id = ?`,
      )
      .get(id);
    if (row === undefined) return undefined;
    const usageAnchor = instant(Number(whole(row, "usage_anchor")));
    return {
      usageAnchor,
      subscription: subscriptionFrom(row),
      alertAt: alertAtFrom(maybe(row, "preferences")),
      lifts: this.readLifts(id),
    };
  }

  private readLifts(id: CustomerId): readonly LimitLift[] {
    return this.connection
      .prepare(
        "select limit_json, until from limit_lifts where customer_id = ? and ended_at is null order by id desc",
      )
      .all(id)
      .map((row) => readLift(text(row, "limit_json"), instant(Number(whole(row, "until")))));
  }

  private readPlan(id: bigint): PlanVersion | null {
    const known = this.plans.get(id);
    if (known !== undefined) return known;
    const row = this.connection.prepare(`${VERSION} where v.id = ?`).get(id);
    return row === undefined ? null : this.planFrom(row);
  }

  /** The first plan of tier free, in its newest version. */
  private readDefaultPlan(): PlanVersion | null {
    if (this.defaultPlan !== undefined) return this.defaultPlan;
    const newest = this.connection
      .prepare(
        `${VERSION} where v.version = (select max(w.version) from plan_versions w where w.plan_id = v.plan_id)
         order by v.plan_id`,
      )
      .all();
    const plans = newest.map((row) => this.planFrom(row));
    this.defaultPlan = plans.find(({ definition }) => definition.tier === "free") ?? null;
    return this.defaultPlan;
  }

  private planFrom(row: SqlRow): PlanVersion {
    const id = whole(row, "id");
    const known = this.plans.get(id);
    if (known !== undefined) return known;
    const plan = planFrom(row);
    this.plans.set(id, plan);
    return plan;
  }
}

function subscriptionFrom(row: SqlRow): PlanTerms<bigint> | null {
  if (maybe(row, "plan_version_id") === null) return null;
  const nextAt = timeOrNull(row, "next_plan_at");
  const next =
    maybe(row, "next_plan_version_id") === null ? null : whole(row, "next_plan_version_id");
  return {
    // The table holds no other words.
    status: text(row, "status") as SubscriptionStatus,
    plan: whole(row, "plan_version_id"),
    next: nextAt === null ? null : { at: nextAt, plan: next },
    graceUntil: timeOrNull(row, "grace_until"),
  };
}

function timeOrNull(row: SqlRow, column: string): Instant | null {
  return maybe(row, column) === null ? null : instant(Number(whole(row, column)));
}

function remember<Key, Value>(kept: Map<Key, Value>, key: Key, read: () => Value): Value {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const value = read();
  if (kept.size >= KEPT_MOST) kept.clear();
  if (value !== undefined) kept.set(key, value);
  return value;
}
