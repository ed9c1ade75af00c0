/** Administrators add customers and give them keys. */
import type { Customer } from "../../access/customers.ts";
import type { Keys } from "../../access/keys.ts";
import { readUserId } from "../../access/user-id.ts";
import { invalidField } from "../../core/errors.ts";
import { formatInstant, type Instant, parseInstant } from "../../core/instant.ts";
import { readLimit } from "../../core/limits/read-limit.ts";
import type { Api } from "../api.ts";
import { customer, customerIn, customerKeyIn, shownKey } from "../contract/admin.ts";
import { idParams, noQuery, success } from "../contract/envelope.ts";
import { planInForce, planNamed } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { noSuchCustomer } from "../subject.ts";
import { principalOf } from "../who-asks.ts";

export function customerRoutes(app: Api, ports: ApiPorts): void {
  app.post("/api/admin/customers", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Adds a customer, on a plan or on the default one",
      querystring: noQuery,
      body: customerIn,
      response: { 201: success(customer) },
    },
    handler: async (request, reply) => {
      const { id, plan_id: planId, billing_cycle: cycle, ...person } = request.body;
      if (planId === undefined && cycle !== undefined) {
        throw invalidField("billing_cycle", "goes with a plan_id.");
      }
      const subscription =
        planId === undefined
          ? {}
          : {
              subscription: {
                planVersionId: planNamed(ports.plans.all(), planId).planVersionId,
                billingCycle: cycle ?? ("monthly" as const),
              },
            };
      const { actor } = principalOf(request);
      const wanted = { userId: readUserId(id, "id"), ...definedOf(person), ...subscription };
      const made = await ports.customers.create(wanted, actor);
      const shown = await shownCustomer(ports, made);
      return reply.code(201).send({ success: true as const, data: shown });
    },
  });

  app.get("/api/admin/customers/:id", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "A customer, and the plan they are on",
      params: idParams,
      querystring: noQuery,
      response: { 200: success(customer) },
    },
    handler: async (request) => {
      const found = await customerNamed(ports, request.params.id);
      return { success: true as const, data: await shownCustomer(ports, found) };
    },
  });

  app.post("/api/admin/customers/:id/keys", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Makes a key for a customer; its text is shown this once",
      params: idParams,
      querystring: noQuery,
      body: customerKeyIn,
      response: { 201: success(shownKey) },
    },
    handler: async (request, reply) => {
      const { name, limits, expires_at: expiry } = request.body;
      const owner = await customerNamed(ports, request.params.id);
      const wanted: Parameters<Keys["create"]>[0] = {
        kind: "customer",
        name,
        customerId: owner.id,
        limits: (limits ?? []).map((limit, index) => readLimit(limit, `limits[${index}]`)),
        ...readExpiry(expiry, ports.clock.now()),
      };
      const made = await ports.keys.create(wanted, principalOf(request).actor);
      return reply.code(201).send({ success: true as const, data: made });
    },
  });
}

/** Throws `invalid_request` for a time that has passed. */
export function readExpiry(text: string | undefined, now: Instant): { expiresAt?: Instant } {
  if (text === undefined) return {};
  const expiresAt = parseInstant(text, "expires_at");
  if (expiresAt <= now) throw invalidField("expires_at", "has passed already.");
  return { expiresAt };
}

async function customerNamed(ports: ApiPorts, id: string): Promise<Customer> {
  const found = await ports.customers.find(readUserId(id, "id"));
  if (found === null) throw noSuchCustomer();
  return found;
}

async function shownCustomer(ports: ApiPorts, customer: Customer) {
  const { plan, subscriptionStatus } = await planInForce(ports, customer);
  const { slug, name, tier } = plan.definition;
  return {
    id: customer.userId,
    email: customer.email ?? null,
    name: customer.name ?? null,
    metadata: { ...customer.metadata },
    plan: { id: plan.planId, slug, name, tier },
    subscription_status: subscriptionStatus,
    usage_anchor: formatInstant(customer.usageAnchor),
    created_at: formatInstant(customer.createdAt),
  };
}

function definedOf(person: {
  email?: string | undefined;
  name?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
}) {
  const { email, name, metadata } = person;
  return {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
