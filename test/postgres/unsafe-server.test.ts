/** A server on which an acknowledged commit can be lost is refused, in words that say the mend. */

import postgres from "postgres";
import { expect, test } from "vitest";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { newDatabase } from "./shared-database.ts";

test("synchronous_commit off is refused at the start", async () => {
  const { url, drop } = await newDatabase();
  const name = new URL(url).pathname.slice(1);
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(`alter database ${name} set synchronous_commit = off`);
    await expect(openPostgresStore({ url })).rejects.toThrow("synchronous_commit is off");
    await sql.unsafe(`alter database ${name} set synchronous_commit = local`);
    await (await openPostgresStore({ url })).close();
  } finally {
    await sql.end();
    await drop();
  }
});
