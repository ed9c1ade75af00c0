/** Makes the tables in an empty PostgreSQL, or finds a move into it that was interrupted; refuses anything else. */
import { AppError } from "../core/errors.ts";
import { connect, type Sql } from "../store/postgres/connect.ts";
import { migrate, schemaState } from "../store/postgres/migrate.ts";
import { beginMarker, type Marker, readMarker } from "./marker.ts";
import { MOVED_TABLES } from "./tables.ts";

export interface Target {
  readonly sql: Sql;
  readonly marker: Marker;
  readonly resumed: boolean;
}

/**
 * Whoever opens must end `sql`. Throws `conflict` where the database is not empty, belongs to another installation's move,
 * or the source was changed since the move began; `enforcement_unavailable` where it cannot be reached.
 */
export async function prepareTarget(of: {
  readonly url: string;
  readonly source: Marker["source"];
  readonly version: number;
  readonly startedAt: string;
}): Promise<Target> {
  const sql = connect({ url: of.url, connections: 1, purpose: "move", patient: true });
  try {
    await refuseForeign(sql, of.url);
    await migrate(of.url);
    await refuseOtherSchema(of.url, of.version);
    const found = await readMarker(sql);
    if (found !== null) {
      refuseOtherSource(found, of.source);
      return { sql, marker: found, resumed: true };
    }
    await refuseRows(sql);
    const { source, startedAt } = of;
    const begun: Marker = { state: "copying", source, startedAt, tables: {} };
    await beginMarker(sql, begun);
    return { sql, marker: begun, resumed: false };
  } catch (fault) {
    await sql.end({ timeout: 1 });
    throw fault;
  }
}

/** Before our tables are made: not among another program's, whose names could be the same. */
async function refuseForeign(sql: Sql, url: string): Promise<void> {
  const [about] = await reached(sql, url);
  if (about?.["encoding"] !== "UTF8") {
    throw new AppError(
      "conflict",
      `The target's encoding is ${about?.["encoding"]}. Make it with: create database … encoding 'UTF8' template template0`,
    );
  }
  if (about["ours"] !== null) return;
  // What an extension brought (pg_stat_statements) is nobody's.
  const others = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1 limit 1`;
  if (others[0] !== undefined) throw notEmpty(others[0].name);
}

async function reached(sql: Sql, url: string): Promise<readonly Record<string, unknown>[]> {
  try {
    return await sql`select current_setting('server_encoding') as encoding, to_regclass('migrations')::text as ours`;
  } catch (cause) {
    const { hostname, port, pathname } = new URL(url);
    const why =
      cause instanceof Error ? cause.message || ("code" in cause ? cause.code : "") : cause;
    throw new AppError(
      "enforcement_unavailable",
      `PostgreSQL at ${hostname}:${port || "5432"}${pathname} cannot be used: ${why}. Check the address, the account and that it runs.`,
      {},
      { cause },
    );
  }
}

async function refuseOtherSchema(url: string, version: number): Promise<void> {
  const target = await schemaState(url);
  if (target.version === version) return;
  const message = `The source has schema ${version}, the target ${target.version}. Run \`purser migrate\` on the source first.`;
  throw new AppError("conflict", message);
}

function refuseOtherSource(found: Marker, source: Marker["source"]): void {
  if (found.source.identity !== source.identity) {
    const message =
      "Another installation was moved, or is being moved, into this database. Name an empty one.";
    throw new AppError("conflict", message);
  }
  if (found.state === "done" || found.source.stamp === source.stamp) return;
  throw new AppError(
    "conflict",
    "The SQLite database was changed since this move began, so what was copied is no longer what is there. Empty the target (drop and create the database), then move again.",
  );
}

async function refuseRows(sql: Sql): Promise<void> {
  const ours = MOVED_TABLES.map(({ name, into = name }) => into);
  for (const name of [...ours, "event_ids", "nodes", "leases"]) {
    const rows = await sql.unsafe(`select 1 from ${name} limit 1`);
    if (rows.length > 0) throw notEmpty(name);
  }
}

function notEmpty(table: string): AppError {
  const message = `The target is not empty: there is something in \`${table}\`. Name an empty database; nothing was changed.`;
  return new AppError("conflict", message, { table });
}
