/** What SQLite says of its file and the disk under it, in words that say the mend. */
import { AppError } from "../../core/errors.ts";

/** Primary result codes: https://www.sqlite.org/rescode.html */
export const BUSY = 5;
const READONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
export const FULL = 13;
const CANNOT_OPEN = 14;
export const NOT_A_DATABASE = 26;

/** They reach whoever calls the API, so they name no path. */
const WORDS: Readonly<Record<number, string>> = {
  [READONLY]: "Purser's database is read-only. Make its folder writable: it goes on by itself.",
  [IO_ERROR]:
    "Purser's database cannot be read or written. Look at its disk and at the system's log.",
  [CORRUPT]: "Purser's database is damaged. Stop Purser and restore a backup (purser restore).",
  [FULL]:
    "The disk that holds Purser's database is full. Free some space on it: Purser goes on by itself.",
  [CANNOT_OPEN]: "Purser's database cannot be opened. Look whether its folder is still there.",
  [NOT_A_DATABASE]:
    "Purser's database is damaged. Stop Purser and restore a backup (purser restore).",
};

/** No statement is to blame but the file, so nothing else will fare better: nothing was changed, nothing can be allowed. */
export class DiskFault extends AppError {
  /** SQLite's own, with its extension. */
  readonly errcode: number;

  constructor(message: string, errcode: number, cause: unknown) {
    super("enforcement_unavailable", message, {}, { cause });
    this.errcode = errcode;
  }
}

/** A fault of the file becomes a DiskFault; any other stays as it is. */
export function withDiskWords(fault: unknown): unknown {
  const code = sqliteCode(fault);
  const words = code === null ? undefined : WORDS[code & 0xff];
  if (code === null || words === undefined || fault instanceof DiskFault) return fault;
  return new DiskFault(`${words} (${messageOf(fault)})`, code, fault);
}

export function isDamage(fault: unknown): boolean {
  return isOneOf([CORRUPT, NOT_A_DATABASE], fault);
}

export function isUnwritable(fault: unknown): boolean {
  return isOneOf([READONLY, CANNOT_OPEN], fault);
}

/** SQLite's own code of a fault, without its extension; null: it is none of SQLite's. */
export function primaryCode(fault: unknown): number | null {
  const code = sqliteCode(fault);
  return code === null ? null : code & 0xff;
}

function sqliteCode(fault: unknown): number | null {
  if (!(fault instanceof Error && "errcode" in fault)) return null;
  return typeof fault.errcode === "number" ? fault.errcode : null;
}

function isOneOf(codes: readonly number[], fault: unknown): boolean {
  const code = primaryCode(fault);
  return code !== null && codes.includes(code);
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
