/** Says where the secret is that a copy of the database needs, and never what it is. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../server/config.ts";

export function secretPlace({ secret, dataDir }: Pick<Config, "secret" | "dataDir">): string {
  if (secret !== null) return "in the setting PURSER_SECRET";
  const file = join(dataDir, "secret");
  return existsSync(file) ? `the file ${file}` : `missing here (neither PURSER_SECRET nor ${file})`;
}
