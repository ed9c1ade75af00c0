/** What the main thread and the database threads say to each other: one message, one whole transaction. */
import type { FaultWords } from "./faults.ts";

export type SqlValue = null | number | bigint | string | Uint8Array;

export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** What an SQLite thread is given at its start. */
export interface ThreadSettings {
  readonly file: string;
  /** The time at the start, for the log of migrations. */
  readonly nowMs: number;
  /** Handed to whatever else lives on the thread (the ledger). */
  readonly extra: unknown;
}

export type ThreadRequest =
  | { readonly id: number; readonly kind: "write"; readonly statements: readonly SqlStatement[] }
  | { readonly id: number; readonly kind: "read"; readonly statement: SqlStatement }
  /** A batch of the ledger, in the ledger's own words. */
  | { readonly id: number; readonly kind: "batch"; readonly payload: string }
  | { readonly id: number; readonly kind: "stop" };

export type ThreadReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly fault: FaultWords };

/** Which of the four SQL value kinds a parameter is; a boolean or a date would be a mistake of the caller. */
export function sqlValue(value: unknown): SqlValue {
  if (value === null || typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new TypeError(`Not a value SQLite can hold: ${typeof value}`);
}
