/** What the main thread and the SQLite threads say to each other: one message, one whole transaction. */
import { AppError, type ErrorCode } from "../../core/errors.ts";
import { UniqueViolation } from "../store.ts";

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

export interface FaultWords {
  readonly message: string;
  /** One of ours, `unique` for a unique index, or null: anything else. */
  readonly code: ErrorCode | "unique" | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID. */
const UNIQUE_CODES: readonly unknown[] = [2067, 1555, 2579];

export function faultWords(fault: unknown): FaultWords {
  if (fault instanceof AppError) {
    return { message: fault.message, code: fault.code, details: fault.details };
  }
  const message = fault instanceof Error ? fault.message : String(fault);
  return { message, code: isUnique(fault) ? "unique" : null, details: {} };
}

export function faultFrom(words: FaultWords): Error {
  if (words.code === "unique") return new UniqueViolation(words.message);
  if (words.code === null) return new Error(words.message);
  return new AppError(words.code, words.message, words.details);
}

/** Which of the four SQL value kinds a parameter is; a boolean or a date would be a mistake of the caller. */
export function sqlValue(value: unknown): SqlValue {
  if (value === null || typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new TypeError(`Not a value SQLite can hold: ${typeof value}`);
}

function isUnique(fault: unknown): boolean {
  return fault instanceof Error && "errcode" in fault && UNIQUE_CODES.includes(fault.errcode);
}
