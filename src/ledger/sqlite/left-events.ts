/** Knows the events that have left with their month, and those that are leaving: to the rules neither is there. */
import type { CallId } from "../../core/ids.ts";
import type { Connection } from "../../store/sqlite/connection.ts";
import { type SqlRow, whole } from "../read-rows.ts";

interface Leaving {
  readonly from: bigint;
  readonly to: bigint;
  readonly seq: bigint;
}

export class LeftEvents {
  private readonly connection: Connection;
  private leaving: Leaving | null;
  /** Most installations keep all their events, and need not look on every call. */
  private isAnyGone: boolean;

  constructor(connection: Connection) {
    this.connection = connection;
    this.leaving = readLeaving(connection);
    this.isAnyGone = readAnyGone(connection);
  }

  /** Somebody may have begun, or ended, to let a month leave. */
  look(): void {
    this.leaving = readLeaving(this.connection);
    this.isAnyGone = readAnyGone(this.connection);
  }

  /** Is this row of `events` one that is on its way out? Then nothing may be added to it. */
  isLeaving(event: SqlRow): boolean {
    const { leaving } = this;
    if (leaving === null) return false;
    const at = whole(event, "at");
    return at >= leaving.from && at < leaving.to && whole(event, "seq") <= leaving.seq;
  }

  has(id: CallId): boolean {
    if (this.leaving !== null) {
      const row = this.connection.prepare("select seq, at from events where id = ?").get(id);
      if (row !== undefined) return this.isLeaving(row);
    }
    if (!this.isAnyGone) return false;
    const gone = this.connection.prepare("select 1 from event_ids_left where event_id = ?").get(id);
    return gone !== undefined;
  }
}

function readLeaving(connection: Connection): Leaving | null {
  const row = connection.prepare("select from_at, to_at, seq from detaching").get();
  if (row === undefined) return null;
  return { from: whole(row, "from_at"), to: whole(row, "to_at"), seq: whole(row, "seq") };
}

function readAnyGone(connection: Connection): boolean {
  return connection.prepare("select 1 from event_ids_left limit 1").get() !== undefined;
}
