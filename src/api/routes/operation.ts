/** Administrators look after the deployment: its plans, its own limits, who is refused, and the test clock. */
import { auditRow } from "../../access/audit-log.ts";
import { AppError } from "../../core/errors.ts";
import type { CustomerId, UserId } from "../../core/ids.ts";
import { formatInstant, parseInstant } from "../../core/instant.ts";
import { readLimit, writeLimit } from "../../core/limits/read-limit.ts";
import type { PlanDefinition } from "../../core/plans/plan.ts";
import { planToJson } from "../../core/plans/plan-json.ts";
import { readPlanFile } from "../../core/plans/read-plan-file.ts";
import { readDenials } from "../../insights/read-denials.ts";
import type { Api } from "../api.ts";
import {
  adminPlans,
  applyPlansIn,
  clock,
  clockIn,
  denials,
  denialsQuery,
  deploymentLimits,
  deploymentLimitsIn,
  planChanges,
} from "../contract/admin.ts";
import { noQuery, success } from "../contract/envelope.ts";
import type { ApiPorts } from "../ports.ts";
import { principalOf } from "../who-asks.ts";
import { shownPlan } from "./plans.ts";

const LIMITS_NAME = "deployment_limits";

export function operationRoutes(app: Api, ports: ApiPorts): void {
  adminPlanRoutes(app, ports);
  deploymentLimitRoutes(app, ports);
  denialRoute(app, ports);
  clockRoute(app, ports);
}

function adminPlanRoutes(app: Api, ports: ApiPorts): void {
  app.get("/api/admin/plans", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "The plans in force, as in a plan file",
      querystring: noQuery,
      response: { 200: success(adminPlans) },
    },
    handler: async () => {
      const shown = ports.plans.all().map((plan) => ({
        ...shownPlan(plan),
        version: plan.version,
        plan_version_id: plan.planVersionId,
        definition: { ...planToJson(plan.definition) },
      }));
      return { success: true as const, data: { plans: shown, total: shown.length } };
    },
  });

  app.post("/api/admin/plans/apply", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Makes a plan file the plans in force, or says what that would change",
      querystring: noQuery,
      body: applyPlansIn,
      response: { 200: success(planChanges) },
    },
    handler: async (request) => {
      const { plans, dry_run: dryRun } = request.body;
      const at = ports.clock.now();
      const definitions = readPlans(plans);
      const entry = auditRow(ports.store, {
        at,
        actor: principalOf(request).actor,
        action: "plans.apply",
        subject: "plans",
        details: { plans: definitions.map(({ slug }) => slug) },
      });
      const changes = await ports.plans.apply(definitions, { dryRun, at, alongside: [entry] });
      const shown = changes.map(({ slug, kind, words }) => ({
        plan: slug,
        kind,
        words: words.join("; "),
      }));
      return { success: true as const, data: { changes: shown, dry_run: dryRun } };
    },
  });
}

/** JSON is YAML, so a list of plans is read by the same rules, the file's own included. */
function readPlans(plans: string | unknown[]): PlanDefinition[] {
  return readPlanFile(typeof plans === "string" ? plans : JSON.stringify({ plans }));
}

function deploymentLimitRoutes(app: Api, ports: ApiPorts): void {
  app.get("/api/admin/limits", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "The deployment's own limits: a safety net over all customers together",
      querystring: noQuery,
      response: { 200: success(deploymentLimits) },
    },
    handler: async () => {
      const row = await ports.store.db
        .selectFrom("meta")
        .select("value")
        .where("name", "=", LIMITS_NAME)
        .executeTakeFirst();
      const stored: unknown[] = JSON.parse(row?.value ?? "[]");
      const limits = stored.map((limit) => writeLimit(readLimit(limit)));
      return { success: true as const, data: { limits } };
    },
  });

  app.put("/api/admin/limits", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Replaces the deployment's own limits; a period of theirs is the calendar month",
      querystring: noQuery,
      body: deploymentLimitsIn,
      response: { 200: success(deploymentLimits) },
    },
    handler: async (request) => {
      const limits = request.body.limits.map((limit, index) =>
        writeLimit(readLimit(limit, `limits[${index}]`)),
      );
      const value = JSON.stringify(limits);
      const { db } = ports.store;
      await ports.store.write([
        db
          .insertInto("meta")
          .values({ name: LIMITS_NAME, value })
          .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
        auditRow(ports.store, {
          at: ports.clock.now(),
          actor: principalOf(request).actor,
          action: "limits.set",
          subject: "deployment",
          details: { limits },
        }),
      ]);
      return { success: true as const, data: { limits } };
    },
  });
}

function denialRoute(app: Api, ports: ApiPorts): void {
  app.get("/api/admin/denials", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Who is being refused, and by what: counts by day, and the latest in full",
      querystring: denialsQuery,
      response: { 200: success(denials) },
    },
    handler: async (request) => {
      const report = await readDenials(ports.store, request.query);
      const all = [...report.counts, ...report.denials].map(({ customerId }) => customerId);
      const userIds = await ports.customers.userIdsOf([...new Set(all)]);
      const named = <Row extends { customerId: CustomerId }>({ customerId, ...row }: Row) => ({
        user_id: userIdOr(userIds, customerId),
        ...row,
      });
      const data = { counts: report.counts.map(named), denials: report.denials.map(named) };
      return { success: true as const, data };
    },
  });
}

/** Of a person who was erased the sums stay, under the random id. */
function userIdOr(userIds: ReadonlyMap<CustomerId, UserId>, id: CustomerId): string {
  return userIds.get(id) ?? id;
}

function clockRoute(app: Api, ports: ApiPorts): void {
  app.post("/api/admin/clock", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Sets ledger time, where the test clock is on; answers once the jobs due have run",
      querystring: noQuery,
      body: clockIn,
      response: { 200: success(clock) },
    },
    handler: async (request) => {
      if (ports.setClock === null) {
        throw new AppError(
          "forbidden",
          "The test clock is off. Start Purser with PURSER_TEST_CLOCK=1 to set the time; never where money is real.",
        );
      }
      const at = parseInstant(request.body.now, "now");
      await ports.setClock(at);
      return { success: true as const, data: { now: formatInstant(at) } };
    },
  });
}
