/** The deployment's own limits: the operator's safety net over all customers together. */
import { auditRow } from "../../access/audit-log.ts";
import { readLimit, writeLimit } from "../../core/limits/read-limit.ts";
import { lookAtDeploymentLater } from "../../ledger/look-later.ts";
import type { Api } from "../api.ts";
import { getDeploymentLimits, setDeploymentLimits } from "../contract/endpoints/operation.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { principalOf } from "../who-asks.ts";

const LIMITS_NAME = "deployment_limits";

export function deploymentLimitRoutes(app: Api, ports: ApiPorts): void {
  const { store, clock } = ports;
  serve(app, getDeploymentLimits, async () => {
    const row = await store.db
      .selectFrom("meta")
      .select("value")
      .where("name", "=", LIMITS_NAME)
      .executeTakeFirst();
    const stored: unknown[] = JSON.parse(row?.value ?? "[]");
    return { limits: stored.map((limit) => writeLimit(readLimit(limit))) };
  });
  serve(app, setDeploymentLimits, async ({ body, request }) => {
    const limits = body.limits.map((limit, index) =>
      writeLimit(readLimit(limit, `limits[${index}]`)),
    );
    const value = JSON.stringify(limits);
    await store.write([
      store.db
        .insertInto("meta")
        .values({ name: LIMITS_NAME, value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
      auditRow(store, {
        at: clock.now(),
        actor: principalOf(request).actor,
        action: "limits.set",
        subject: "deployment",
        details: { limits },
      }),
      lookAtDeploymentLater(store, clock.now()),
    ]);
    return { limits };
  });
}
