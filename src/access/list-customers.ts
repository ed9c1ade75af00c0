/** Lists customers, the newest first. People are sealed, so a search reads them, a bounded number at a time. */
import { invalidField } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import type { SubscriptionStatus } from "../core/subscriptions/plan-at.ts";
import type { Person } from "../privacy/vault.ts";
import { type CustomerPorts, type CustomerRecord, recordOf } from "./customer-row.ts";

export interface CustomersWanted {
  /** A whole id, or a part of an id, e-mail or name. */
  readonly search?: string;
  /** Subscribers of this plan. */
  readonly planId?: number;
  /** `none`: without a subscription. */
  readonly status?: SubscriptionStatus | "none";
  readonly limit: number;
  readonly cursor?: string;
}

/** `person` is null of those who were erased. */
export interface ListedCustomer {
  readonly record: CustomerRecord;
  readonly person: Person | null;
}

export interface CustomerPage {
  readonly customers: readonly ListedCustomer[];
  /** Where the next page begins; null: this is the last. */
  readonly nextCursor: string | null;
  /** How many were looked at. */
  readonly searched: number;
}

/** Of one page of a search or filter. */
const SEARCHED_MOST = 5_000;
/** Unsealed between two turns of the event loop, which also carries calls. */
const ROWS_PER_READ = 250;

/** An id is found at once, an internal one too; else the customers after the cursor are looked at, up to `SEARCHED_MOST`. */
export async function listCustomers(
  ports: CustomerPorts,
  wanted: CustomersWanted,
): Promise<CustomerPage> {
  const { search, cursor } = wanted;
  if (search === undefined || cursor !== undefined) return lookThrough(ports, wanted);
  const named = await findNamed(ports, search);
  if (named === null) return lookThrough(ports, wanted);
  const isWanted = isOnPlan(named, wanted);
  return { customers: isWanted ? [shown(named)] : [], nextCursor: null, searched: 1 };
}

async function lookThrough(ports: CustomerPorts, wanted: CustomersWanted): Promise<CustomerPage> {
  const customers: ListedCustomer[] = [];
  let after = wanted.cursor === undefined ? null : readCursor(wanted.cursor);
  let searched = 0;
  while (searched < SEARCHED_MOST) {
    const rows = await readRows(ports, after);
    for (const row of rows) {
      // There is one more, so that there is a next page.
      if (customers.length === wanted.limit) return pageOf(customers, after, searched);
      searched += 1;
      after = { at: row.created_at, id: row.id };
      if (fits(row, wanted)) customers.push(shown(row));
    }
    if (rows.length < ROWS_PER_READ) return pageOf(customers, null, searched);
  }
  return pageOf(customers, after, searched);
}

interface Row {
  readonly id: string;
  readonly usage_anchor: bigint;
  readonly created_at: bigint;
  readonly person: Person | null;
  readonly status: SubscriptionStatus | "canceled" | null;
  readonly plan_id: bigint | null;
}

interface Place {
  readonly at: bigint;
  readonly id: string;
}

function pageOf(customers: ListedCustomer[], after: Place | null, searched: number): CustomerPage {
  return { customers, nextCursor: after === null ? null : writeCursor(after), searched };
}

function shown(row: Row): ListedCustomer {
  return { record: recordOf(row), person: row.person };
}

function fits(row: Row, wanted: CustomersWanted): boolean {
  return isOnPlan(row, wanted) && isFound(row, wanted);
}

function isOnPlan(row: Row, { planId, status }: CustomersWanted): boolean {
  if (planId !== undefined && row.plan_id !== BigInt(planId)) return false;
  return status === undefined || (row.status ?? "none") === status;
}

function isFound({ person }: Row, { search }: CustomersWanted): boolean {
  if (search === undefined) return true;
  const part = search.toLowerCase();
  const texts = [person?.userId, person?.email, person?.name];
  return texts.some((text) => text?.toLowerCase().includes(part) ?? false);
}

function selectRows({ store }: CustomerPorts) {
  return store.db
    .selectFrom("customers as c")
    .leftJoin("subscriptions as s", (join) =>
      join.onRef("s.customer_id", "=", "c.id").on("s.ended_at", "is", null),
    )
    .leftJoin("plan_versions as v", "v.id", "s.plan_version_id")
    .select(["c.id", "c.sealed_key", "c.sealed", "c.usage_anchor", "c.created_at"])
    .select(["s.status", "v.plan_id"]);
}

async function readRows(ports: CustomerPorts, after: Place | null): Promise<Row[]> {
  let query = selectRows(ports)
    .orderBy("c.created_at", "desc")
    .orderBy("c.id", "desc")
    .limit(ROWS_PER_READ);
  if (after !== null) {
    query = query.where((eb) =>
      eb(eb.refTuple("c.created_at", "c.id"), "<", eb.tuple(after.at, after.id)),
    );
  }
  const rows = await query.execute();
  return rows.map((row) => ({ ...row, person: ports.vault.open(row) }));
}

async function findNamed(ports: CustomerPorts, search: string): Promise<Row | null> {
  const lookup = ports.vault.lookupOf(search as UserId);
  const row = await selectRows(ports)
    .where((eb) => eb.or([eb("c.lookup", "=", lookup), eb("c.id", "=", search)]))
    .executeTakeFirst();
  return row === undefined ? null : { ...row, person: ports.vault.open(row) };
}

function writeCursor({ at, id }: Place): string {
  return Buffer.from(`${at}.${id}`).toString("base64url");
}

function readCursor(text: string): Place {
  const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(
    Buffer.from(text, "base64url").toString("latin1"),
  );
  if (match?.[1] === undefined || match[2] === undefined) {
    throw invalidField("cursor", "must be the next_cursor of an earlier page.");
  }
  return { at: BigInt(match[1]), id: match[2] };
}
