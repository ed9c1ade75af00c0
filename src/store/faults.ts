/** Faults as words, so that they can cross from a thread to another and be thrown there. */
import { AppError, type ErrorCode } from "../core/errors.ts";
import { UniqueViolation } from "./store.ts";

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

function isUnique(fault: unknown): boolean {
  return fault instanceof Error && "errcode" in fault && UNIQUE_CODES.includes(fault.errcode);
}
