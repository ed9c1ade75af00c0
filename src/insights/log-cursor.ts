/** Where a page of the log ended, as a client keeps it. */
import { invalidField } from "../core/errors.ts";
import type { LogCount } from "./count-logs.ts";
import type { Place } from "./log-filter.ts";

export interface LogCursor extends Place {
  /** What the first page counted by looking, so that later ones need not; null: it is cheap to know. */
  readonly counted: LogCount | null;
}

export function writeCursor({ at, seq, counted }: LogCursor): string {
  const total = counted === null ? "" : `.${counted.count}${counted.isCapped ? "+" : ""}`;
  return Buffer.from(`${at}.${seq}${total}`).toString("base64url");
}

/** Refuses (`invalid_request`) what no page gave. */
export function readCursor(text: string): LogCursor {
  const plain = Buffer.from(text, "base64url").toString("latin1");
  const match = /^(\d{1,15})\.(\d{1,16})(?:\.(\d{1,12})(\+?))?$/.exec(plain);
  const [, at, seq, count, capped] = match ?? [];
  if (at === undefined || seq === undefined) {
    throw invalidField("cursor", "must be the next_cursor of an earlier page.");
  }
  const counted = count === undefined ? null : { count: Number(count), isCapped: capped === "+" };
  return { at: BigInt(at), seq: BigInt(seq), counted };
}
