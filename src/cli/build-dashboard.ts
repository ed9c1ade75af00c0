/** Builds the dashboard's files where they are not there yet, or are older than what they are made of. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BUILT = join(ROOT, "dashboard", "dist");
const SOURCES = [
  "dashboard/src",
  "dashboard/public",
  "dashboard/index.html",
  "src/client",
  "src/api/contract",
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
  const config = join(ROOT, "dashboard", "vite.config.ts");
  if (folder !== BUILT || !existsSync(config)) return;
  if (newestOf([folder]) >= newestOf(SOURCES.map((source) => join(ROOT, source)))) return;
  say("Building the dashboard's pages, once.");
  // A process of its own: what it loads is gone with it, and it is a production build whatever this process is.
  const vite = join(
    dirname(createRequire(import.meta.url).resolve("vite/package.json")),
    "bin",
    "vite.js",
  );
  await promisify(execFile)(
    process.execPath,
    [vite, "build", dirname(config), "--logLevel", "warn"],
    {
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
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
