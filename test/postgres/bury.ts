/** A process that waits for the end of the one that started it, however that came, and then ends and removes its cluster. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { processesNaming, signalAll, untilGone } from "./processes.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Which cluster's folder?");

// The other end is its maker's: it closes when that one closes it, exits, or is killed.
process.stdin.resume();
await new Promise((resolve) => process.stdin.on("end", resolve).on("error", resolve));

// PostgreSQL is named by its folder, its backends are its children.
const pids = processesNaming(join(folder, "db"));
signalAll(pids, "SIGKILL");
await untilGone(pids);
freeSharedMemory(folder);
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** A killed PostgreSQL leaves 56 bytes of the machine's shared memory, named in its pid file's seventh line. */
function freeSharedMemory(cluster: string): void {
  const pidFile = readIfThere(join(cluster, "db", "postmaster.pid"));
  const [, id] = /^\s*\d+\s+(\d+)/.exec(pidFile.split("\n")[6] ?? "") ?? [];
  if (id !== undefined) spawnSync("ipcrm", ["-m", id], { stdio: "ignore" });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
