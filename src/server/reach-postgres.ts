/** Opens PostgreSQL at the start: waits a little for one that is just starting, and says what is wrong with one that is not. */
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, isLost } from "../store/postgres/faults.ts";
import { databaseAddress } from "./describe-database.ts";
import { ConfigError } from "./read-setting.ts";

/** A database and its nodes are often started together. */
const PATIENCE_MS = 5_000;
const AGAIN_MS = 250;

const SETTING = "PURSER_DATABASE_URL";

/** Throws ConfigError with host and port, never with the password, and what `open` throws for another reason. */
export async function reachPostgres<Opened>(
  url: string,
  open: () => Promise<Opened>,
): Promise<Opened> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await open();
    } catch (fault) {
      if (!isLost(fault)) throw refused(url, fault);
      if (performance.now() > until) throw unreachable(url, fault);
      await sleep(AGAIN_MS);
    }
  }
}

function unreachable(url: string, cause: unknown): ConfigError {
  const reason = `cannot be reached: no PostgreSQL takes a connection at ${databaseAddress(url)} (${codeOf(cause)}).`;
  return new ConfigError(SETTING, `${reason} Start it, or mend the address.`, { cause });
}

/** By the codes of PostgreSQL's appendix A. */
function refused(url: string, cause: unknown): unknown {
  const at = databaseAddress(url);
  const words: Readonly<Record<string, string>> = {
    "28P01": `is refused at ${at}: the user or the password is wrong.`,
    "28000": `is refused at ${at}: its pg_hba.conf does not let this user in from here.`,
    "3D000": `names a database that is not there at ${at}. Make it with createdb.`,
    "42501": `names a user at ${at} who may not make tables. Make the database theirs: alter database … owner to …`,
  };
  const reason = words[codeOf(cause)];
  return reason === undefined ? cause : new ConfigError(SETTING, reason, { cause });
}
