/** A database of its own for a test, in the PostgreSQL that all test files share. */
import { makeDatabase, type TestDatabase } from "./make-database.ts";

/** Why there is no PostgreSQL on this machine, or null where there is one. */
export function whyNoPostgres(): string | null {
  return process.env["PURSER_TEST_POSTGRES_MISSING"] ?? null;
}

/** The first one of a run waits for PostgreSQL to start. Throws where there is none, or where it does not start. */
export async function newDatabase(): Promise<TestDatabase> {
  address ??= askForAddress();
  return makeDatabase(await address);
}

let address: Promise<string> | undefined;

/** The door of `global-setup.ts`. */
async function askForAddress(): Promise<string> {
  const door = process.env["PURSER_TEST_POSTGRES_AT"];
  if (door === undefined) throw new Error(`There is no PostgreSQL: ${whyNoPostgres()}.`);
  const answer = await fetch(door);
  const said = await answer.text();
  if (!answer.ok) throw new Error(said);
  return said;
}
