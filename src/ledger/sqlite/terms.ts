/** What customers, keys and the deployment are held to, read once and kept until somebody writes those tables. */
import type { CustomerId, KeyId } from "../../core/ids.ts";
import { instant } from "../../core/instant.ts";
import type { Limit } from "../../core/limits/limit.ts";
import type { PlanVersion } from "../../core/plans/plan.ts";
import type { Connection } from "../../store/sqlite/connection.ts";
import { limitsFrom, maybe, planFrom, type SqlRow, text, whole } from "../read-rows.ts";
import type { CustomerTerms, KeyTerms } from "../rules/rows.ts";

/** Customers and keys kept in memory; beyond this all are read again. */
const KEPT_MOST = 50_000;
const TABLES = /\b(customers|subscriptions|plans|plan_versions|keys|meta)\b/i;

const VERSION = `select v.id, v.plan_id, v.version, v.definition from plan_versions v`;

export class Terms {
  private readonly connection: Connection;
  private readonly customers = new Map<CustomerId, CustomerTerms | undefined>();
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

  customer(id: CustomerId): CustomerTerms | undefined {
    return remember(this.customers, id, () => this.readCustomer(id));
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

  private readCustomer(id: CustomerId): CustomerTerms | undefined {
    const row = this.connection
      .prepare(
        `select c.usage_anchor, v.id, v.plan_id, v.version, v.definition from customers c
         left join subscriptions s on s.customer_id = c.id and s.ended_at is null
         left join plan_versions v on v.id = s.plan_version_id where c.id = ?`,
      )
      .get(id);
    if (row === undefined) return undefined;
    const plan = maybe(row, "id") === null ? this.readDefaultPlan() : this.planFrom(row);
    if (plan === null) return undefined;
    return { usageAnchor: instant(Number(whole(row, "usage_anchor"))), plan };
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

function remember<Key, Value>(kept: Map<Key, Value>, key: Key, read: () => Value): Value {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const value = read();
  if (kept.size >= KEPT_MOST) kept.clear();
  if (value !== undefined) kept.set(key, value);
  return value;
}
