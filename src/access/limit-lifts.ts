/** Operators lift one limit of one customer until an instant, and take that back. */
import type { Selectable } from "kysely";
import { AppError } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { Limit } from "../core/limits/limit.ts";
import { limitKey, readLimit, writeLimit } from "../core/limits/read-limit.ts";
import { lookLater } from "../ledger/look-later.ts";
import type { Schema } from "../store/schema.ts";
import type { Statement, Store } from "../store/store.ts";
import { auditRow } from "./audit-log.ts";

export interface LiftedLimit {
  readonly id: number;
  /** What it counts, with its cap meanwhile. */
  readonly limit: Limit;
  readonly until: Instant;
  readonly reason: string | null;
  readonly madeBy: string;
  readonly createdAt: Instant;
  /** Taken back or replaced then; null: it was not. */
  readonly endedAt: Instant | null;
}

interface Ports {
  readonly store: Store;
  readonly clock: { now(): Instant };
}

const LISTED_MOST = 100;

/** It holds from its transaction on. One of the same limit that was there ends with it. */
export async function liftLimit(
  { store, clock }: Ports,
  wanted: {
    readonly customerId: CustomerId;
    readonly limit: Limit;
    readonly until: Instant;
    readonly reason: string | null;
    readonly actor: string;
  },
): Promise<LiftedLimit> {
  const { customerId, limit, until, reason, actor } = wanted;
  const at = clock.now();
  const key = limitKey(limit);
  const written = writeLimit(limit);
  const [, made] = await store.write([
    store.db
      .updateTable("limit_lifts")
      .set({ ended_at: at })
      .where("customer_id", "=", customerId)
      .where("limit_key", "=", key)
      .where("ended_at", "is", null),
    store.db
      .insertInto("limit_lifts")
      .values({
        customer_id: customerId,
        limit_key: key,
        limit_json: JSON.stringify(written),
        until,
        reason,
        made_by: actor,
        created_at: at,
      })
      .returningAll(),
    auditRow(store, {
      at,
      actor,
      action: "limit.lift",
      subject: customerId,
      details: { limit: key, max: written.max, until },
    }),
    lookLater(store, { customerId, at }),
  ]);
  // Just what the second statement returns.
  const [row] = (made ?? []) as readonly Row[];
  if (row === undefined) throw new Error("A row that was inserted was not returned.");
  return liftFrom(row);
}

/** The newest first, past ones too, at most 100. */
export async function listLifts(
  { db }: Store,
  customerId: CustomerId,
): Promise<readonly LiftedLimit[]> {
  const rows = await db
    .selectFrom("limit_lifts")
    .selectAll()
    .where("customer_id", "=", customerId)
    .orderBy("id", "desc")
    .limit(LISTED_MOST)
    .execute();
  return rows.map(liftFrom);
}

/** The plan's own cap holds from then on. One that is over is given back as it is. Throws `not_found`. */
export async function endLift(
  { store, clock }: Ports,
  of: { readonly customerId: CustomerId; readonly id: number; readonly actor: string },
): Promise<LiftedLimit> {
  const { customerId, id, actor } = of;
  const at = clock.now();
  const row = await store.db
    .selectFrom("limit_lifts")
    .selectAll()
    .where("id", "=", BigInt(id))
    .where("customer_id", "=", customerId)
    .executeTakeFirst();
  if (row === undefined) {
    throw new AppError("not_found", "This customer has no lifted limit with this id.");
  }
  const lift = liftFrom(row);
  if (lift.endedAt !== null || lift.until <= at) return lift;
  await store.write(endStatements(store, { customerId, lift, actor, at }));
  return { ...lift, endedAt: at };
}

function endStatements(
  store: Store,
  of: {
    readonly customerId: CustomerId;
    readonly lift: LiftedLimit;
    readonly actor: string;
    readonly at: Instant;
  },
): Statement[] {
  const { customerId, lift, actor, at } = of;
  return [
    store.db
      .updateTable("limit_lifts")
      .set({ ended_at: at })
      .where("id", "=", BigInt(lift.id))
      .where("ended_at", "is", null),
    auditRow(store, {
      at,
      actor,
      action: "limit.lift_end",
      subject: customerId,
      details: { limit: limitKey(lift.limit) },
    }),
    lookLater(store, { customerId, at }),
  ];
}

type Row = Selectable<Schema["limit_lifts"]>;

function liftFrom(row: Row): LiftedLimit {
  return {
    id: Number(row.id),
    limit: readLimit(JSON.parse(row.limit_json)),
    until: time(row.until),
    reason: row.reason,
    madeBy: row.made_by,
    createdAt: time(row.created_at),
    endedAt: row.ended_at === null ? null : time(row.ended_at),
  };
}

function time(ms: bigint): Instant {
  return instant(Number(ms));
}
