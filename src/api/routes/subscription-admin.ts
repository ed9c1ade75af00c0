/** Operators pause subscriptions, note payments that are missing or came, and move subscribers to newer versions of plans. */
import type { FastifyRequest } from "fastify";
import { readPlanVersionNumbered } from "../../access/read-plan-version.ts";
import { readUserId } from "../../access/user-id.ts";
import { migrateSubscribers as migrateAll } from "../../billing/migrate-subscribers.ts";
import { invalidField } from "../../core/errors.ts";
import { DAY_MS } from "../../core/instant.ts";
import type { Action } from "../../core/subscriptions/action.ts";
import type { Api } from "../api.ts";
import { askedChange } from "../asked-change.ts";
import {
  migrateSubscribers,
  pauseSubscription,
  reportPaymentFailed,
  reportPaymentReceived,
} from "../contract/endpoints/subscriptions.ts";
import { planNamed } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { noSuchCustomer } from "../subject.ts";
import { principalOf } from "../who-asks.ts";

export function subscriptionAdminRoutes(app: Api, ports: ApiPorts): void {
  serve(app, pauseSubscription, ({ params, request }) =>
    changeOf(ports, request, params.id, { kind: "pause" }),
  );
  serve(app, reportPaymentFailed, ({ params, body, request }) => {
    const graceMs = Math.round(body.grace_days * DAY_MS);
    return changeOf(ports, request, params.id, { kind: "payment_failed", graceMs });
  });
  serve(app, reportPaymentReceived, ({ params, request }) =>
    changeOf(ports, request, params.id, { kind: "payment_received" }),
  );
  serve(app, migrateSubscribers, async ({ params, body, request }) => {
    const to = planNamed(ports.plans.all(), params.id);
    const { from_version: version, when } = body;
    if (version >= to.version) {
      throw invalidField("from_version", `must be older than the newest, ${to.version}.`);
    }
    const fromVersionId = await readPlanVersionNumbered(ports.store, to.planId, version);
    if (fromVersionId === null) throw invalidField("from_version", "there is no such version.");
    const { actor } = principalOf(request);
    return { migrated: await migrateAll(ports, { fromVersionId, to, when, actor }) };
  });
}

async function changeOf(ports: ApiPorts, request: FastifyRequest, id: string, action: Action) {
  const customer = await ports.customers.find(readUserId(id, "id"));
  if (customer === null) throw noSuchCustomer();
  return (await askedChange(ports, { customer, asker: principalOf(request) }, action)).shown;
}
