/** What a failure of PostgreSQL means: try again, look whether it was committed, or tell the caller. */
import { AppError } from "../../core/errors.ts";
import { UniqueViolation } from "../store.ts";

/** Serialization failure, deadlock, and a lock that did not come in time. */
const TRY_AGAIN = new Set(["40001", "40P01", "55P03"]);
/** The server ends the session: shutdown, crash of another backend, not ready yet, stalled transaction, no connection left. */
const SESSION_ENDS = new Set(["57P01", "57P02", "57P03", "25P03", "53300"]);
const UNIQUE = "23505";
/** Ours: see transaction.ts. */
export const COMMIT_UNKNOWN = "COMMIT_UNKNOWN";

export function codeOf(fault: unknown): string {
  return fault instanceof Error && "code" in fault && typeof fault.code === "string"
    ? fault.code
    : "";
}

/** The server said no for a reason that passes; nothing of the transaction has happened. */
export function isTransient(fault: unknown): boolean {
  return TRY_AGAIN.has(codeOf(fault));
}

/** The connection is gone, or never came: whatever was not answered may or may not have happened. */
export function isLost(fault: unknown): boolean {
  const code = codeOf(fault);
  if (SESSION_ENDS.has(code) || code.startsWith("08")) return true;
  return /^(CONNECT|E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND))/.test(code);
}

/** No statement is to blame: the database is away, too busy, or does not say what became of a commit. */
export function isAway(fault: unknown): boolean {
  return isLost(fault) || isTransient(fault) || codeOf(fault) === COMMIT_UNKNOWN;
}

export function isUnique(fault: unknown): boolean {
  return codeOf(fault) === UNIQUE;
}

/** The store's own word for a unique index that refused and for a database that is away; anything else as it is. */
export function storeFault(fault: unknown): unknown {
  if (isAway(fault)) return away(fault);
  if (!isUnique(fault)) return fault;
  return new UniqueViolation(fault instanceof Error ? fault.message : "A unique index refused.", {
    cause: fault,
  });
}

/** What cannot be read or written is refused, and may be asked again: it is no mistake of anybody's. */
function away(cause: unknown): AppError {
  return new AppError(
    "enforcement_unavailable",
    "The database does not answer. Nothing can be allowed without it; try again shortly.",
    {},
    { cause },
  );
}
