/** The customers: found by a keyed hash of the operator's id, made when first seen. */
import { randomUUID } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { CustomerId, UserId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { begin } from "../core/subscriptions/subscribe.ts";
import type { Person } from "../privacy/vault.ts";
import { type Statement, type Store, UniqueViolation } from "../store/store.ts";
import { auditRow } from "./audit-log.ts";
import {
  type Customer,
  type CustomerPorts,
  type CustomerRecord,
  recordOf,
  selectCustomers,
} from "./customer-row.ts";
import { editCustomer, type PersonChanges } from "./edit-customer.ts";
import { eraseCustomer } from "./erase-customer.ts";
import { type CustomerPage, type CustomersWanted, listCustomers } from "./list-customers.ts";
import { readPlanVersion } from "./read-plan-version.ts";
import { type NewSubscription, stepStatements } from "./subscription-row.ts";

export type { Customer } from "./customer-row.ts";

export interface NewCustomer extends Person {
  /** Left out: the customer is on the default plan. */
  readonly subscription?: NewSubscription;
}

export interface Customers {
  find(userId: UserId): Promise<Customer | null>;
  findById(id: CustomerId): Promise<Customer | null>;
  /** Finds, or makes on the default plan: however many ask at once, one customer is made. */
  ensure(userId: UserId): Promise<Customer>;
  /** Throws `conflict` where the customer exists. */
  create(wanted: NewCustomer, actor: string): Promise<Customer>;
  /** Those who were erased are left out. */
  userIdsOf(ids: readonly CustomerId[]): Promise<ReadonlyMap<CustomerId, UserId>>;
  /** null clears a field; one that is left out stays. Throws `conflict` where others change it all the time. */
  edit(id: CustomerId, changes: PersonChanges, actor: string): Promise<Customer | null>;
  /** An erased customer by the internal id, under which their sums are kept. */
  findErased(id: string): Promise<CustomerRecord | null>;
  list(wanted: CustomersWanted): Promise<CustomerPage>;
  /** Erases a person for good. It can be repeated, for what was written about them meanwhile. */
  erase(id: CustomerId, actor: string): Promise<void>;
}

/** Somebody who has never called: a new customer, who is not in the database. */
export function strangerOf(userId: UserId, now: Instant): Customer {
  return { id: "" as CustomerId, userId, usageAnchor: now, createdAt: now };
}

export function createCustomers(ports: CustomerPorts): Customers {
  const { store, vault } = ports;
  const find = async (userId: UserId): Promise<Customer | null> => {
    const lookup = vault.lookupOf(userId);
    return readCustomer(ports, (query) => query.where("lookup", "=", lookup));
  };
  return {
    find,
    findById: (id) => readCustomer(ports, (query) => query.where("id", "=", id)),
    async ensure(userId) {
      const known = await find(userId);
      if (known !== null) return known;
      await store.write([
        store.db
          .insertInto("customers")
          .values(customerRow(ports, { userId }).row)
          .onConflict((conflict) => conflict.column("lookup").doNothing()),
      ]);
      const made = await find(userId);
      if (made === null) throw new AppError("internal", "The customer could not be made.");
      return made;
    },
    create: (wanted, actor) => createCustomer(ports, wanted, actor),
    async userIdsOf(ids) {
      if (ids.length === 0) return new Map();
      const rows = await store.db
        .selectFrom("customers")
        .select(["id", "sealed_key", "sealed"])
        .where("id", "in", ids)
        .execute();
      return new Map(
        rows.flatMap((row) => {
          const person = vault.open(row);
          return person === null ? [] : [[row.id as CustomerId, person.userId] as const];
        }),
      );
    },
    edit: (id, changes, actor) => editCustomer(ports, id, changes, actor),
    async findErased(id) {
      const row = await selectCustomers(store).where("id", "=", id).executeTakeFirst();
      return row === undefined || vault.open(row) !== null ? null : recordOf(row);
    },
    list: (wanted) => listCustomers(ports, wanted),
    erase: (id, actor) => eraseCustomer(ports, id, actor),
  };
}

type CustomerQuery = ReturnType<typeof selectCustomers>;

async function readCustomer(
  ports: CustomerPorts,
  narrow: (query: CustomerQuery) => CustomerQuery,
): Promise<Customer | null> {
  const row = await narrow(selectCustomers(ports.store)).executeTakeFirst();
  if (row === undefined) return null;
  const person = ports.vault.open(row);
  return person === null ? null : { ...person, ...recordOf(row) };
}

async function createCustomer(
  ports: CustomerPorts,
  wanted: NewCustomer,
  actor: string,
): Promise<Customer> {
  const { subscription, ...person } = wanted;
  const { row, id, at } = customerRow(ports, person);
  const statements: Statement[] = [
    ports.store.db.insertInto("customers").values(row),
    ...(subscription === undefined
      ? []
      : await firstSubscription(ports.store, { customerId: id, at, actor, ...subscription })),
    auditRow(ports.store, { at, actor, action: "customer.create", subject: id }),
  ];
  try {
    await ports.store.write(statements);
  } catch (cause) {
    if (!(cause instanceof UniqueViolation)) throw cause;
    throw new AppError("conflict", "A customer with this id exists already.", { field: "id" });
  }
  return { ...person, id, usageAnchor: at, createdAt: at };
}

async function firstSubscription(
  store: Store,
  of: NewSubscription & { customerId: CustomerId; at: Instant; actor: string },
): Promise<Statement[]> {
  const { customerId, at, actor, planVersionId, billingCycle } = of;
  const plan = await readPlanVersion(store, planVersionId);
  const step = begin({ plan, cycle: billingCycle, trial: null }, at);
  const written = { subscriptionId: null, revision: 1, usageBefore: null, now: at };
  return stepStatements(store, { customerId, step, actor, ...written });
}

function customerRow(ports: CustomerPorts, person: Person) {
  const id = randomUUID() as CustomerId;
  const at = ports.clock.now();
  const row = {
    id,
    lookup: ports.vault.lookupOf(person.userId),
    ...ports.vault.seal(person),
    usage_anchor: at,
    created_at: at,
  };
  return { row, id, at };
}
