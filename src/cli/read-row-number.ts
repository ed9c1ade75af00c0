/** Reads the number of something that a list shows, as a command is given it. */
import { CommandFailure } from "./failure.ts";

/** `what`: such as `a channel's id`. Throws a failure that says so. */
export function readRowNumber(text: string, what: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  const message = `"${text}" must be ${what}.`;
  throw new CommandFailure({ code: "invalid_request", message, mend: "" });
}
