/** Makes a database of its own for one test in a running PostgreSQL. */
import { randomBytes } from "node:crypto";
import postgres from "postgres";

export interface TestDatabase {
  readonly url: string;
  /** Whoever is still connected is cut off. */
  drop(): Promise<void>;
}

/** `adminUrl` names any other database of the same PostgreSQL, and an account that may make databases. */
export async function makeDatabase(adminUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await run(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => run(adminUrl, `drop database if exists ${name} with (force)`),
  };
}

async function run(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
