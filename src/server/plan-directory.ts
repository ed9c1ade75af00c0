/** The plans that are sold, kept in memory beside the database that holds them. */
import { type Kysely, sql } from "kysely";
import type { Instant } from "../core/instant.ts";
import { diffPlans, type PlanChange } from "../core/plans/diff-plans.ts";
import type { PlanDefinition, PlanVersion } from "../core/plans/plan.ts";
import { planFromJson, planToJson } from "../core/plans/plan-json.ts";
import type { Schema } from "../store/schema.ts";
import { type Statement, type Store, UniqueViolation } from "../store/store.ts";

export interface PlanDirectory {
  /** The newest version of every plan, cheapest first. */
  all(): readonly PlanVersion[];
  byVersion(planVersionId: number): PlanVersion | null;
  /** Reads them again: another node may have changed them. */
  reload(): Promise<void>;
  /** Makes new plans and new versions; says what changes. `dryRun`: only says it. */
  apply(
    definitions: readonly PlanDefinition[],
    options: { dryRun: boolean; at: Instant; alongside?: readonly Statement[] },
  ): Promise<readonly PlanChange[]>;
}

const ATTEMPTS_MOST = 5;

export async function openPlanDirectory(store: Store): Promise<PlanDirectory> {
  let versions = await loadVersions(store);
  let newest = newestOf(versions);
  let lastBegun = 0;
  let lastKept = 0;

  async function reload(): Promise<void> {
    lastBegun += 1;
    const mine = lastBegun;
    const read = await loadVersions(store);
    // Whoever began to read later has read no less.
    if (mine < lastKept) return;
    lastKept = mine;
    versions = read;
    newest = newestOf(versions);
  }

  async function apply(...[definitions, options]: Parameters<PlanDirectory["apply"]>) {
    await reload();
    const changes = diffPlans(
      newest.map(({ definition }) => definition),
      definitions,
    );
    if (options.dryRun || changes.length === 0) return changes;
    const statements = definitions
      .filter((wanted) => differs(newest, wanted))
      .flatMap((wanted) => statementsFor(store.db, wanted, options.at));
    await store.write([...statements, ...(options.alongside ?? [])]);
    await reload();
    return changes;
  }

  return {
    all: () => newest,
    byVersion: (id) => versions.get(id) ?? null,
    reload,
    async apply(definitions, options) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await apply(definitions, options);
        } catch (cause) {
          // Another node made that plan's next version at the same moment: compare with what it made.
          if (!(cause instanceof UniqueViolation) || attempt === ATTEMPTS_MOST) throw cause;
        }
      }
    },
  };
}

async function loadVersions(store: Store): Promise<ReadonlyMap<number, PlanVersion>> {
  const rows = await store.db.selectFrom("plan_versions").selectAll().orderBy("id").execute();
  return new Map(
    rows.map((row) => [
      Number(row.id),
      {
        planId: Number(row.plan_id),
        planVersionId: Number(row.id),
        version: Number(row.version),
        definition: planFromJson(JSON.parse(row.definition)),
      },
    ]),
  );
}

function newestOf(versions: ReadonlyMap<number, PlanVersion>): readonly PlanVersion[] {
  const newest = new Map<number, PlanVersion>();
  for (const version of versions.values()) {
    if ((newest.get(version.planId)?.version ?? 0) < version.version)
      newest.set(version.planId, version);
  }
  return [...newest.values()].sort((a, b) => {
    const byPrice = a.definition.priceMonthly - b.definition.priceMonthly;
    return byPrice === 0n ? a.planId - b.planId : Number(byPrice);
  });
}

function differs(newest: readonly PlanVersion[], wanted: PlanDefinition): boolean {
  const current = newest.find(({ definition }) => definition.slug === wanted.slug);
  return current === undefined || diffPlans([current.definition], [wanted]).length > 0;
}

/** The plan if it is new, and its next version, numbered by the database so that two writers cannot clash. */
function statementsFor(db: Kysely<Schema>, wanted: PlanDefinition, at: Instant): Statement[] {
  const planId = db.selectFrom("plans").select("id").where("slug", "=", wanted.slug);
  return [
    db
      .insertInto("plans")
      .values({ slug: wanted.slug, hidden: 0, created_at: at })
      .onConflict((conflict) => conflict.column("slug").doNothing()),
    db.insertInto("plan_versions").values({
      plan_id: sql<bigint>`(${planId})`,
      version: sql<bigint>`(select coalesce(max(version), 0) + 1 from plan_versions where plan_id = (${planId}))`,
      definition: JSON.stringify(planToJson(wanted)),
      created_at: at,
    }),
  ];
}
