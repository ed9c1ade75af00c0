/** Reads the number of a row in a path. */
import { invalidField } from "../core/errors.ts";

/** Throws `invalid_request` where it cannot be one. `what`: such as `a channel's id`. */
export function readRowId(text: string, what: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw invalidField("id", `must be ${what}, a whole number.`);
}
