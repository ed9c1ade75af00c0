/** Administrators add, look up, change and erase customers, and give them keys. */
import type { CustomerRecord } from "../../access/customer-row.ts";
import type { Customer } from "../../access/customers.ts";
import { readUserId } from "../../access/user-id.ts";
import { invalidField } from "../../core/errors.ts";
import { readLimit } from "../../core/limits/read-limit.ts";
import { subscriptionToJson } from "../../core/subscriptions/subscription-json.ts";
import { readActivity } from "../../insights/read-activity.ts";
import { readPeriodUse } from "../../insights/read-period-use.ts";
import type { Api } from "../api.ts";
import type { BodyOf, QueryOf } from "../contract/endpoint.ts";
import {
  createCustomer,
  createCustomerKey,
  editCustomer,
  eraseCustomer,
  getCustomer,
  listCustomers,
} from "../contract/endpoints/customers.ts";
import { planNamed } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { shownCustomer } from "../shown-customer.ts";
import { noSuchCustomer } from "../subject.ts";
import { principalOf } from "../who-asks.ts";
import { readExpiry } from "./keys.ts";

export function customerRoutes(app: Api, ports: ApiPorts): void {
  serve(app, createCustomer, async ({ body, request }) => {
    const { actor } = principalOf(request);
    const made = await ports.customers.create(newCustomerOf(ports, body), actor);
    return shownCustomer(ports, made, made);
  });
  serve(app, listCustomers, ({ query }) => pageOfCustomers(ports, query));
  serve(app, getCustomer, async ({ params }) => {
    const { customerId, record, person } = await customerOrErased(ports, params.id);
    const now = ports.clock.now();
    const [shown, found, liveKeys, activity] = await Promise.all([
      shownCustomer(ports, record, person),
      ports.subscriptions.read(customerId),
      ports.keys.countLive(customerId),
      readActivity(ports.store, { customerId, usageAnchor: record.usageAnchor, now }),
    ]);
    const subscription = found === null ? null : subscriptionToJson(found.id, found.state);
    return { ...shown, subscription, live_keys: liveKeys, ...activity };
  });
  serve(app, editCustomer, async ({ params, body, request }) => {
    const { id } = await customerNamed(ports, params.id);
    const { actor } = principalOf(request);
    const edited = await ports.customers.edit(id, definedOf(body), actor);
    if (edited === null) throw noSuchCustomer();
    return shownCustomer(ports, edited, edited);
  });
  serve(app, eraseCustomer, async ({ params, request }) => {
    const { record } = await customerOrErased(ports, params.id);
    await erase(ports, record, principalOf(request).actor);
    return { erased: true as const, internal_id: record.id };
  });
  serve(app, createCustomerKey, async ({ params, body, request }) => {
    const { name, limits, expires_at: expiry } = body;
    const owner = await customerNamed(ports, params.id);
    const wanted = {
      kind: "customer" as const,
      name,
      customerId: owner.id,
      limits: (limits ?? []).map((limit, index) => readLimit(limit, `limits[${index}]`)),
      ...readExpiry(expiry, ports.clock.now()),
    };
    return ports.keys.create(wanted, principalOf(request).actor);
  });
}

/** Their subscription ends first and, for whoever subscribed them meanwhile, once more when nobody can find them. */
async function erase(ports: ApiPorts, record: CustomerRecord, actor: string): Promise<void> {
  const endSubscription = () =>
    ports.subscriptions.change(record, { kind: "cancel", when: "now" }, { actor, by: "operator" });
  await endSubscription();
  await ports.customers.erase(record.id, actor);
  ports.callers.forget();
  await endSubscription();
}

function newCustomerOf(ports: ApiPorts, body: BodyOf<typeof createCustomer>) {
  const { id, plan_id: planId, billing_cycle: cycle, email, name, metadata } = body;
  if (planId === undefined && cycle !== undefined) {
    throw invalidField("billing_cycle", "goes with a plan_id.");
  }
  const person = {
    userId: readUserId(id, "id"),
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  if (planId === undefined) return person;
  const { planVersionId } = planNamed(ports.plans.all(), planId);
  return { ...person, subscription: { planVersionId, billingCycle: cycle ?? "monthly" } };
}

async function pageOfCustomers(ports: ApiPorts, query: QueryOf<typeof listCustomers>) {
  const { search, plan, status, limit, cursor } = query;
  const page = await ports.customers.list({
    limit,
    ...(search === undefined ? {} : { search }),
    ...(plan === undefined ? {} : { planId: planNamed(ports.plans.all(), plan).planId }),
    ...(status === undefined ? {} : { status }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const { nextCursor, searched } = page;
  const records = page.customers.map(({ record }) => record);
  const [shown, uses] = await Promise.all([
    Promise.all(page.customers.map(({ record, person }) => shownCustomer(ports, record, person))),
    readPeriodUse(ports.store, records, ports.clock.now()),
  ]);
  return {
    customers: shown.flatMap((each, index) => {
      const usage = uses[index];
      return usage === undefined ? [] : [{ ...each, usage }];
    }),
    limit,
    has_more: nextCursor !== null,
    ...(nextCursor === null ? {} : { next_cursor: nextCursor }),
    searched,
  };
}

/** Throws `not_found`. */
export async function customerNamed(ports: ApiPorts, id: string): Promise<Customer> {
  const found = await ports.customers.find(readUserId(id, "id"));
  if (found === null) throw noSuchCustomer();
  return found;
}

/** By the operator's id; an erased one by the internal id. Throws `not_found`. */
async function customerOrErased(ports: ApiPorts, id: string) {
  const person = await ports.customers.find(readUserId(id, "id"));
  const record = person ?? (await ports.customers.findErased(id));
  if (record === null) throw noSuchCustomer();
  return { customerId: record.id, record, person };
}

/** What was left out stays, and null clears. */
function definedOf({ email, name, metadata }: BodyOf<typeof editCustomer>) {
  return {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
