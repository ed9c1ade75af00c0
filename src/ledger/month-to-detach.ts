/** What is asked for where a month of events is to leave, and what is told of it then; the same on every database. */
import type { Instant } from "../core/instant.ts";
import type { Cut } from "./audit/posting.ts";
import type { Span } from "./audit/span.ts";

export interface MonthToDetach {
  /** Any instant of it; months are UTC's. */
  readonly month: Instant;
  readonly now: Instant;
  /** Reckons everything, and changes nothing. */
  readonly dryRun: boolean;
  /** Who asked for it, as in the audit log. */
  readonly actor: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (counted: Counted) => void;
}

export interface Counted {
  readonly events: number;
  /** Rows of the closing balance. */
  readonly balances: number;
}

export interface DetachedMonth extends Counted {
  /** PostgreSQL: the table that its events are in from now on. */
  readonly table: string | null;
  /** SQLite: the archive that its events are in from now on; null while it was only reckoned. */
  readonly archive: string | null;
  /** What the table takes on the disk with its indexes, or the archive's file. */
  readonly bytes: number | null;
}

export type DetachMonth = (asked: MonthToDetach) => Promise<DetachedMonth>;

/** Events that nothing is added to any more: a month's in `events`, or all of a detached table. */
export interface FrozenEvents {
  readonly table: string;
  readonly span: Span;
  /** Later events are not meant. */
  readonly until: Cut;
}

export interface WrittenArchive {
  /** Its name in the folder of archives. */
  readonly file: string;
  readonly bytes: number;
  /** Of the file as it is, in hexadecimal. */
  readonly sha256: string;
  readonly events: number;
}

/** Writes them into a file of that name, and resolves once it is durable: then they may leave. */
export type WriteArchive = (of: {
  readonly name: string;
  readonly events: FrozenEvents;
  readonly signal?: AbortSignal | undefined;
}) => Promise<WrittenArchive>;
