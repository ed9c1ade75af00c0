/** Administrators read how fast calls are answered and how many fail, and set objectives for both. */
import { auditRow } from "../../access/audit-log.ts";
import { invalidField } from "../../core/errors.ts";
import type { Objective } from "../../core/objectives/objective.ts";
import { readObjective, writeObjective } from "../../core/objectives/read-objective.ts";
import { readDayRange } from "../../insights/day-range.ts";
import { type DeploymentDays, openDeploymentDays } from "../../insights/deployment-days.ts";
import { readStandings } from "../../insights/read-objectives.ts";
import { readPerformance } from "../../insights/read-performance.ts";
import type { Api } from "../api.ts";
import * as endpoints from "../contract/endpoints/performance.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { principalOf } from "../who-asks.ts";

const OBJECTIVES_NAME = "objectives";

export function performanceRoutes(app: Api, ports: ApiPorts): void {
  const days = openDeploymentDays(ports.store);

  serve(app, endpoints.readPerformance, ({ query }) => {
    const now = ports.clock.now();
    return readPerformance(days, { range: readDayRange(query, now), by: query.by, now });
  });

  serve(app, endpoints.readObjectives, async () => {
    const row = await ports.store.db
      .selectFrom("meta")
      .select("value")
      .where("name", "=", OBJECTIVES_NAME)
      .executeTakeFirst();
    const stored: unknown[] = JSON.parse(row?.value ?? "[]");
    return shownObjectives(ports, days, stored.map(readObjectiveAt));
  });

  serve(app, endpoints.setObjectives, async ({ body, request }) => {
    const objectives = body.objectives.map(readObjectiveAt);
    refuseSameNames(objectives);
    const written = objectives.map(writeObjective);
    const value = JSON.stringify(written);
    const { db } = ports.store;
    await ports.store.write([
      db
        .insertInto("meta")
        .values({ name: OBJECTIVES_NAME, value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
      auditRow(ports.store, {
        at: ports.clock.now(),
        actor: principalOf(request).actor,
        action: "objectives.set",
        subject: "deployment",
        details: { objectives: written },
      }),
    ]);
    return shownObjectives(ports, days, objectives);
  });
}

function readObjectiveAt(json: unknown, index: number): Objective {
  return readObjective(json, `objectives[${index}]`);
}

/** Who reads a standing goes by the name. */
function refuseSameNames(objectives: readonly Objective[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of objectives.entries()) {
    if (seen.has(name)) {
      throw invalidField(`objectives[${index}].name`, `"${name}" is used twice; rename one.`);
    }
    seen.add(name);
  }
}

async function shownObjectives(
  ports: ApiPorts,
  days: DeploymentDays,
  objectives: readonly Objective[],
) {
  const standings = await readStandings(days, objectives, ports.clock.now());
  const shown = objectives.flatMap((objective, index) => {
    const standing = standings[index];
    if (standing === undefined) return [];
    return [
      {
        ...writeObjective(objective),
        achieved_percent: standing.achievedPercent,
        events: standing.events,
        budget_left_percent: standing.budgetLeftPercent,
        status: standing.status,
      },
    ];
  });
  return { objectives: shown };
}
