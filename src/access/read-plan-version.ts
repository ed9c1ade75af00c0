/** Reads one version of a plan. */
import { AppError } from "../core/errors.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { planFromJson } from "../core/plans/plan-json.ts";
import type { Store } from "../store/store.ts";

/** Throws `internal` where there is none: the number came from the plans themselves. */
export async function readPlanVersion({ db }: Store, id: number): Promise<PlanVersion> {
  const row = await db
    .selectFrom("plan_versions")
    .selectAll()
    .where("id", "=", BigInt(id))
    .executeTakeFirst();
  if (row === undefined) throw new AppError("internal", "There is no such version of a plan.");
  return {
    planId: Number(row.plan_id),
    planVersionId: id,
    version: Number(row.version),
    definition: planFromJson(JSON.parse(row.definition)),
  };
}
