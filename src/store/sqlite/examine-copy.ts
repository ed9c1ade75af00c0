/** Looks whether a file is a sound database of Purser's, and what is in it. */
import { closeSync, openSync, readSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../core/errors.ts";
import { type Instant, instant } from "../../core/instant.ts";
import { refuseNewer } from "../migrations/migration.ts";
import { damaged } from "./copy-database.ts";
import { isDamage } from "./disk-fault.ts";
import { schemaState } from "./migrate.ts";

export interface ExaminedCopy {
  readonly schemaVersion: number;
  readonly events: bigint;
  /** When the call of the last event was; null where there is none. */
  readonly lastEventAt: Instant | null;
  /** Of the secret that the database was made with; null where no secret was ever used. */
  readonly secretFingerprint: string | null;
}

const HEADER = "SQLite format 3\0";

/** Throws `invalid_request` for a file that is no SQLite database. Reads its first bytes only. */
export function refuseOtherFiles(file: string): void {
  const start = Buffer.alloc(HEADER.length);
  const opened = openSync(file, "r");
  try {
    readSync(opened, start);
  } finally {
    closeSync(opened);
  }
  if (start.toString("latin1") !== HEADER) throw notPurser(file);
}

/**
 * Reads the whole file. Throws `internal` where it is damaged, `conflict` where a newer Purser made it, and
 * `invalid_request` where another program did. `named` is what a person calls it: the file it was copied from.
 */
export function examineCopy(file: string, named: string): ExaminedCopy {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    return examine(db, named);
  } catch (fault) {
    throw isDamage(fault) ? damaged(named, fault) : fault;
  } finally {
    db?.close();
  }
}

function examine(db: DatabaseSync, named: string): ExaminedCopy {
  const faults = db.prepare("pragma integrity_check(5)").all().flatMap(Object.values).map(String);
  if (faults.join() !== "ok") throw damaged(named, faults[0]?.split("\n").at(-1));
  const state = schemaState(db);
  refuseNewer(state);
  const tables = "select 1 from sqlite_master where type = 'table' and name in ('events', 'meta')";
  if (state.version === 0 || db.prepare(tables).all().length < 2) throw notPurser(named);
  const events = db.prepare("select count(*) as many from events");
  events.setReadBigInts(true);
  const last = db.prepare("select at from events order by seq desc limit 1").get();
  const secret = db.prepare("select value from meta where name = 'secret_fingerprint'").get();
  return {
    schemaVersion: state.version,
    events: BigInt(Number(events.get()?.["many"])),
    lastEventAt: last === undefined ? null : instant(Number(last["at"])),
    secretFingerprint: secret === undefined ? null : String(secret["value"]),
  };
}

function notPurser(file: string): AppError {
  const message = `${file} is not a database of Purser's. Name a file that \`purser backup\` made.`;
  return new AppError("invalid_request", message, { file });
}
