/** Administrators make, edit, hide and apply plans, and see who subscribes to which version. */
import type { z } from "zod";
import { auditRow } from "../../access/audit-log.ts";
import { AppError, invalidField } from "../../core/errors.ts";
import { formatInstant, instant } from "../../core/instant.ts";
import type { PlanDefinition, PlanVersion } from "../../core/plans/plan.ts";
import { planFromJson, planToJson } from "../../core/plans/plan-json.ts";
import { readPlanFile } from "../../core/plans/read-plan-file.ts";
import type { Statement } from "../../store/store.ts";
import type { Api } from "../api.ts";
import {
  applyPlans,
  createPlan,
  editPlan,
  listAllPlans,
  listPlanVersions,
} from "../contract/endpoints/plans-admin.ts";
import type { adminPlan } from "../contract/plans.ts";
import type { ApiPorts } from "../ports.ts";
import { type Asked, serve } from "../serve.ts";
import { principalOf } from "../who-asks.ts";
import { namedPlan, shownPlan } from "./plans.ts";

type Request = Asked<typeof listAllPlans>["request"];

export function planAdminRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listAllPlans, async () => {
    const subscribers = await countSubscribers(ports);
    const plans = ports.plans.all().map((plan) => shownAdminPlan(plan, subscribers));
    return { plans, total: plans.length };
  });
  serve(app, createPlan, async ({ body, request }) => {
    const definition = planFromJson(body);
    const at = ports.clock.now();
    const alongside = [changeRow(ports, request, "plan.create", definition.slug)];
    const made = await ports.plans.create(definition, { at, alongside });
    return shownAdminPlan(made, []);
  });
  serve(app, editPlan, async ({ params, body, request }) => {
    const { slug } = planOfPath(ports, params.id).definition;
    if (body.id !== undefined && body.id !== slug) {
      throw invalidField("id", `is ${slug} for good; make another plan for another id.`);
    }
    const wanted = planFromJson({ ...body, id: slug });
    const at = ports.clock.now();
    const alongside = [changeRow(ports, request, "plan.edit", slug)];
    const changes = await ports.plans.apply([wanted], { dryRun: false, at, alongside });
    const words = changes.find((change) => change.slug === slug)?.words ?? [];
    const plan = shownAdminPlan(planOfPath(ports, slug), await countSubscribers(ports));
    return { changes: [...words], plan };
  });
  serve(app, listPlanVersions, ({ params }) => versionsOf(ports, planOfPath(ports, params.id)));
  serve(app, applyPlans, async ({ body, request }) => {
    const { plans, dry_run: dryRun } = body;
    const definitions = readPlans(plans);
    const details = { plans: definitions.map(({ slug }) => slug) };
    const alongside = [changeRow(ports, request, "plans.apply", "plans", details)];
    const at = ports.clock.now();
    const changes = await ports.plans.apply(definitions, { dryRun, at, alongside });
    return {
      changes: changes.map(({ slug, kind, words }) => ({
        plan: slug,
        kind,
        words: words.join("; "),
      })),
      dry_run: dryRun,
    };
  });
}

/** By number or slug. Throws `not_found`. */
function planOfPath(ports: ApiPorts, id: string): PlanVersion {
  const found = ports.plans
    .all()
    .find(({ planId, definition }) => String(planId) === id || definition.slug === id);
  if (found === undefined) throw new AppError("not_found", "There is no plan with this id.");
  return found;
}

/** JSON is YAML, so a list of plans is read by the same rules, the file's own included. */
function readPlans(plans: string | unknown[]): PlanDefinition[] {
  return readPlanFile(typeof plans === "string" ? plans : JSON.stringify({ plans }));
}

function changeRow(
  ports: ApiPorts,
  request: Request,
  action: string,
  subject: string,
  details: Readonly<Record<string, unknown>> = {},
): Statement {
  const { actor } = principalOf(request);
  return auditRow(ports.store, { at: ports.clock.now(), actor, action, subject, details });
}

interface SubscriberCount {
  readonly planId: number;
  readonly planVersionId: number;
  readonly version: number;
  readonly subscribers: number;
}

/** Open subscriptions by version, the newest version first; versions without any are left out. */
async function countSubscribers({ store }: ApiPorts): Promise<SubscriberCount[]> {
  const rows = await store.db
    .selectFrom("subscriptions as s")
    .innerJoin("plan_versions as v", "v.id", "s.plan_version_id")
    .select(["v.id", "v.plan_id", "v.version"])
    .select(({ fn }) => fn.countAll<bigint>().as("subscribers"))
    .where("s.ended_at", "is", null)
    .groupBy(["v.id", "v.plan_id", "v.version"])
    .orderBy("v.version", "desc")
    .execute();
  return rows.map((row) => ({
    planId: Number(row.plan_id),
    planVersionId: Number(row.id),
    version: Number(row.version),
    subscribers: Number(row.subscribers),
  }));
}

function shownAdminPlan(
  plan: PlanVersion,
  all: readonly SubscriberCount[],
): z.input<typeof adminPlan> {
  const counts = all.filter(({ planId }) => planId === plan.planId);
  const versions = counts.map(({ version, subscribers }) => ({ version, subscribers }));
  const hasNewest = versions.some(({ version }) => version === plan.version);
  return {
    ...shownPlan(plan),
    hidden: plan.definition.hidden,
    version: plan.version,
    plan_version_id: plan.planVersionId,
    subscribers: counts.reduce((sum, { subscribers }) => sum + subscribers, 0),
    versions: hasNewest ? versions : [{ version: plan.version, subscribers: 0 }, ...versions],
    definition: { ...planToJson(plan.definition) },
  };
}

async function versionsOf(ports: ApiPorts, plan: PlanVersion) {
  const rows = await ports.store.db
    .selectFrom("plan_versions")
    .selectAll()
    .where("plan_id", "=", BigInt(plan.planId))
    .orderBy("version", "desc")
    .execute();
  const counts = await countSubscribers(ports);
  const versions = rows.map((row) => {
    const planVersionId = Number(row.id);
    const { hidden: _ofThePlan, ...definition } = planToJson(
      planFromJson(JSON.parse(row.definition)),
    );
    return {
      version: Number(row.version),
      plan_version_id: planVersionId,
      created_at: formatInstant(instant(Number(row.created_at))),
      subscribers: counts.find((one) => one.planVersionId === planVersionId)?.subscribers ?? 0,
      definition,
    };
  });
  const { hidden } = plan.definition;
  return { plan: namedPlan(plan), hidden, versions, total: versions.length };
}
