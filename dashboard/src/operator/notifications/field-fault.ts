/** What the server said of one field of a form. */
import { PurserError } from "../../../../src/client/purser-error.ts";

/** null: nothing, or it was about another one. */
export function reasonOf(fault: Error | null, field: string): string | null {
  if (!(fault instanceof PurserError) || fault.details["field"] !== field) return null;
  return String(fault.details["reason"] ?? fault.message);
}
