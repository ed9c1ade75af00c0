/** The plans that are sold, kept in memory beside the database that holds them. */
import { type Kysely, sql } from "kysely";
import { AppError } from "../core/errors.ts";
import type { Instant } from "../core/instant.ts";
import { requireFreeDefault } from "../core/plans/default-plan.ts";
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
  /**
   * Makes new plans and new versions; says what changes. `dryRun`: only says it. Throws `invalid_request` where new
   * customers would be left without a free plan.
   */
  apply(
    definitions: readonly PlanDefinition[],
    options: { dryRun: boolean; at: Instant; alongside?: readonly Statement[] },
  ): Promise<readonly PlanChange[]>;
  /** Makes a plan that is not there yet. Throws `conflict` where it is. */
  create(
    definition: PlanDefinition,
    options: { at: Instant; alongside: readonly Statement[] },
  ): Promise<PlanVersion>;
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
    if (options.dryRun || changes.every(({ kind }) => kind === "missing")) return changes;
    requireFreeDefault(afterwards(newest, definitions));
    const statements = definitions.flatMap((wanted) =>
      changeStatements(store.db, currentOf(newest, wanted), wanted, options.at),
    );
    await store.write([...statements, ...(options.alongside ?? [])]);
    await reload();
    return changes;
  }

  async function create(...[definition, { at, alongside }]: Parameters<PlanDirectory["create"]>) {
    await reload();
    requireFreeDefault(afterwards(newest, [definition]));
    const { slug } = definition;
    try {
      await store.write([
        planRow(store.db, definition, at),
        versionRow(store.db, definition, at),
        ...alongside,
      ]);
    } catch (cause) {
      if (!(cause instanceof UniqueViolation)) throw cause;
      throw new AppError("conflict", `There is a plan ${slug} already. Change it with PUT.`, {
        field: "id",
      });
    }
    await reload();
    const made = currentOf(newest, definition);
    if (made === undefined) throw new AppError("internal", "The plan could not be made.");
    return made;
  }

  return {
    all: () => newest,
    byVersion: (id) => versions.get(id) ?? null,
    reload,
    create,
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
  const rows = await store.db
    .selectFrom("plan_versions")
    .innerJoin("plans", "plans.id", "plan_versions.plan_id")
    .selectAll("plan_versions")
    .select("plans.hidden")
    .orderBy("plan_versions.id")
    .execute();
  return new Map(
    rows.map((row) => [
      Number(row.id),
      {
        planId: Number(row.plan_id),
        planVersionId: Number(row.id),
        version: Number(row.version),
        definition: { ...planFromJson(JSON.parse(row.definition)), hidden: row.hidden === 1n },
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

function currentOf(
  newest: readonly PlanVersion[],
  { slug }: PlanDefinition,
): PlanVersion | undefined {
  return newest.find(({ definition }) => definition.slug === slug);
}

/** All plans as they will be, oldest first. */
function afterwards(
  newest: readonly PlanVersion[],
  wanted: readonly PlanDefinition[],
): PlanDefinition[] {
  const kept = [...newest]
    .sort((a, b) => a.planId - b.planId)
    .map(({ definition }) => wanted.find(({ slug }) => slug === definition.slug) ?? definition);
  const added = wanted.filter((plan) => currentOf(newest, plan) === undefined);
  return [...kept, ...added];
}

/** The plan if it is new, whether it is hidden, and its next version where that says something else. */
function changeStatements(
  db: Kysely<Schema>,
  current: PlanVersion | undefined,
  wanted: PlanDefinition,
  at: Instant,
): Statement[] {
  const hidden = wanted.hidden ? 1 : 0;
  const planRows =
    current === undefined
      ? [planRow(db, wanted, at).onConflict((conflict) => conflict.column("slug").doNothing())]
      : current.definition.hidden === wanted.hidden
        ? []
        : [db.updateTable("plans").set({ hidden }).where("slug", "=", wanted.slug)];
  return [...planRows, ...(saysTheSame(current, wanted) ? [] : [versionRow(db, wanted, at)])];
}

function saysTheSame(current: PlanVersion | undefined, wanted: PlanDefinition): boolean {
  if (current === undefined) return false;
  const { definition } = current;
  return diffPlans([{ ...definition, hidden: wanted.hidden }], [wanted]).length === 0;
}

function planRow(db: Kysely<Schema>, { slug, hidden }: PlanDefinition, at: Instant) {
  return db.insertInto("plans").values({ slug, hidden: hidden ? 1 : 0, created_at: at });
}

/** The plan's next version, numbered by the database so that two writers cannot clash. */
function versionRow(db: Kysely<Schema>, wanted: PlanDefinition, at: Instant): Statement {
  const planId = db.selectFrom("plans").select("id").where("slug", "=", wanted.slug);
  const { hidden: _ofThePlan, ...version } = planToJson(wanted);
  return db.insertInto("plan_versions").values({
    plan_id: sql<bigint>`(${planId})`,
    version: sql<bigint>`(select coalesce(max(version), 0) + 1 from plan_versions where plan_id = (${planId}))`,
    definition: JSON.stringify(version),
    created_at: at,
  });
}
