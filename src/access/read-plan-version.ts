/** Reads one version of a plan. */
import { AppError } from "../core/errors.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { planVersionFrom } from "../core/plans/plan-json.ts";
import type { Store } from "../store/store.ts";

/** Throws `internal` where there is none: the number came from the plans themselves. */
export async function readPlanVersion({ db }: Store, id: number): Promise<PlanVersion> {
  const row = await db
    .selectFrom("plan_versions")
    .selectAll()
    .where("id", "=", BigInt(id))
    .executeTakeFirst();
  if (row === undefined) throw new AppError("internal", "There is no such version of a plan.");
  return planVersionFrom(row);
}

/** The id of a plan's version of that number; null: there is none. */
export async function readPlanVersionNumbered(
  { db }: Store,
  planId: number,
  version: number,
): Promise<number | null> {
  const row = await db
    .selectFrom("plan_versions")
    .select("id")
    .where("plan_id", "=", BigInt(planId))
    .where("version", "=", BigInt(version))
    .executeTakeFirst();
  return row === undefined ? null : Number(row.id);
}
