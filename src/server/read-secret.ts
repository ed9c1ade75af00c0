/** The secret that wraps the keys kept in the database: from the settings, or made once in the data directory. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { ConfigError } from "./read-setting.ts";

const SECRET_BYTES = 48;

/**
 * Makes `<data directory>/secret` (mode 0600) where PURSER_SECRET is absent. A backup of the database lacks it. `isShared`:
 * other nodes stand on the same database. Throws ConfigError where it is absent and none may be made.
 */
export function readSecret(
  config: Config,
  options: { readonly mayMake: boolean; readonly isShared?: boolean },
): string {
  if (config.secret !== null) return config.secret;
  const path = join(config.dataDir, "secret");
  if (existsSync(path)) {
    const secret = readFileSync(path, "utf8").trim();
    if (secret === "")
      throw new ConfigError("PURSER_SECRET", `is absent, and ${path} is empty: restore that file.`);
    return secret;
  }
  // A new secret could not read the customers of an old database, so it is only made with a new one.
  if (!options.mayMake) {
    throw new ConfigError(
      "PURSER_SECRET",
      options.isShared === true
        ? `is absent, and this database was made with one: give every node the same PURSER_SECRET. Where the first node made it itself, it is the file \`secret\` of that node's data directory.`
        : `is absent, and so is ${path}, which was made with this database: restore that file.`,
    );
  }
  mkdirSync(config.dataDir, { recursive: true });
  const made = randomBytes(SECRET_BYTES).toString("base64url");
  writeFileSync(path, `${made}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(path, 0o600);
  return made;
}
