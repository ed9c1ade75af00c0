/** The database's clock: the one time that all nodes share, in milliseconds since 1970. */
import { sql } from "kysely";

/** Read when the statement comes to it, not when its transaction began; the function is of the first migration. */
export const databaseNow = sql<bigint>`purser_now()`;
