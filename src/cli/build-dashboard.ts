/** Builds the dashboard's files where they are not there yet, or are older than what they are made of. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BUILT = join(ROOT, "dashboard", "dist");
const CONFIG = join(ROOT, "dashboard", "vite.config.ts");
const SOURCES = [
  "dashboard/src",
  "dashboard/public",
  "dashboard/index.html",
  "dashboard/vite.config.ts",
  "dashboard/compress-files.ts",
  "src/client",
  "src/api/contract",
  "src/core",
];

/** The same for a server, which runs without its pages too: a build that fails is told, and what was built before stays. */
export async function tryToBuildDashboard(
  say: (words: string) => void,
  folder?: string,
): Promise<void> {
  try {
    await buildDashboard(say, folder);
  } catch (cause) {
    const [reason] = String(cause).split("\n");
    say(`The dashboard could not be built; everything else runs all the same. ${reason}`);
  }
}

/** Does nothing where the package came without its sources: its files are built then. Throws where the build fails. */
export async function buildDashboard(
  say: (words: string) => void,
  folder: string = BUILT,
): Promise<void> {
  if (folder !== BUILT || isDashboardFresh()) return;
  say("Building the dashboard's pages, once.");
  // Aside first: who serves or builds these files meanwhile must not find half of them.
  const aside = join(
    ROOT,
    "node_modules",
    ".cache",
    `purser-dashboard-${process.pid}-${Date.now()}`,
  );
  try {
    await buildDashboardInto(join(aside, "built"));
    await putInPlace(aside);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Is what was built as new as what it is made of, or the package without that? */
export function isDashboardFresh(): boolean {
  if (!existsSync(CONFIG)) return true;
  return newestOf([BUILT]) >= newestOf(SOURCES.map((source) => join(ROOT, source)));
}

/** Whatever is in that folder is replaced. Throws where the build fails. */
export async function buildDashboardInto(folder: string): Promise<void> {
  // A process of its own: what it loads is gone with it, and it is a production build whatever this process is.
  const vite = join(
    dirname(createRequire(import.meta.url).resolve("vite/package.json")),
    "bin",
    "vite.js",
  );
  const where = ["--outDir", folder, "--emptyOutDir"];
  await promisify(execFile)(
    process.execPath,
    [vite, "build", dirname(CONFIG), ...where, "--logLevel", "warn"],
    { env: { ...process.env, NODE_ENV: "production" } },
  );
}

async function putInPlace(aside: string): Promise<void> {
  try {
    await rename(BUILT, join(aside, "before"));
  } catch (fault) {
    if (!isCode(fault, "ENOENT")) throw fault;
  }
  try {
    await rename(join(aside, "built"), BUILT);
  } catch (fault) {
    // Somebody else built the same at the same time.
    if (!isCode(fault, "ENOTEMPTY") && !isCode(fault, "EEXIST")) throw fault;
  }
}

function isCode(fault: unknown, code: string): boolean {
  return fault instanceof Error && "code" in fault && fault.code === code;
}

/** When the latest file in these was written, in milliseconds; 0: there is none. */
function newestOf(paths: readonly string[]): number {
  return Math.max(0, ...paths.filter((path) => existsSync(path)).map(newestIn));
}

function newestIn(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return newestOf(readdirSync(path).map((name) => join(path, name)));
}
