/** Checks of the machine Purser runs on: its Node, its folder, its disk and its clock. */
import { constants } from "node:fs";
import { access, mkdir, rm, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Check } from "./check.ts";

const OLDEST_NODE = 24;
const MEGABYTE = 1024 * 1024;
const DISK_FAILS_BELOW_MB = 100;
const DISK_WARNS_BELOW_MB = 1024;
/** Purser was written after this day; a clock before it has not been set. */
const EARLIEST_SANE = Date.UTC(2025, 0, 1);
const DRIFT_WARNS_ABOVE_MS = 5_000;

export function checkNode(version: string): Check {
  const fits = Number(version.split(".")[0]) >= OLDEST_NODE;
  return {
    name: "node",
    state: fits ? "ok" : "failed",
    found: `Node ${version}`,
    ...(fits
      ? {}
      : { mend: `Install Node ${OLDEST_NODE} or later, or run it by npm, which brings its own.` }),
  };
}

/** Makes the folder if it is not there, as `serve` would, and writes a file into it. */
export async function checkFolder(dataDir: string): Promise<Check> {
  const name = "data directory";
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    const trial = join(dataDir, `.verify-${process.pid}`);
    await writeFile(trial, "purser verify\n", { flag: "wx" });
    await rm(trial);
    return { name, state: "ok", found: `${dataDir} can be written` };
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    const mend = `Give this user the right to write there (chown, chmod), or set PURSER_DATA_DIR.`;
    return { name, state: "failed", found: `${dataDir} cannot be written: ${why}`, mend };
  }
}

export async function checkDisk(dataDir: string): Promise<Check> {
  const disk = await statfs(dataDir);
  const freeMb = Math.floor((disk.bavail * disk.bsize) / MEGABYTE);
  const found = `${freeMb.toLocaleString("en-US")} MB free`;
  if (freeMb >= DISK_WARNS_BELOW_MB) return { name: "disk", state: "ok", found };
  const mend = "Free some space, or move PURSER_DATA_DIR: on a full disk every call is refused.";
  return { name: "disk", state: freeMb < DISK_FAILS_BELOW_MB ? "failed" : "warning", found, mend };
}

/** The secret file opens every customer's personal fields, so nobody else may read it. */
export async function checkSecretFile(path: string): Promise<Check | null> {
  const file = await stat(path).catch(() => null);
  if (file === null) return null;
  const open = (file.mode & 0o077) !== 0;
  return {
    name: "secret file",
    state: open ? "warning" : "ok",
    found: open ? `${path} can be read by others` : "only this user can read it",
    ...(open ? { mend: `chmod 600 ${path}` } : {}),
  };
}

/**
 * `newest`: when the newest usage event happened, in milliseconds since 1970; null where there is none. `isFollowed`: calls
 * happen at this clock's time (SQLite), and not at the database's.
 */
export function checkClock(at: { now: number; newest: number | null; isFollowed: boolean }): Check {
  const name = "clock";
  const written = new Date(at.now).toISOString();
  const mend = "Set the machine's clock (NTP): windows, prices and bills follow it.";
  if (at.now < EARLIEST_SANE) return { name, state: "failed", found: `it says ${written}`, mend };
  const aheadMost = at.isFollowed ? 0 : DRIFT_WARNS_ABOVE_MS;
  if (at.newest !== null && at.newest - at.now > aheadMost) {
    const newest = new Date(at.newest).toISOString();
    const found = `it says ${written}, but the newest event is from ${newest}`;
    return { name, state: at.isFollowed ? "failed" : "warning", found, mend };
  }
  const drift = Math.abs(at.now - (performance.timeOrigin + performance.now()));
  if (drift > DRIFT_WARNS_ABOVE_MS) {
    const found = `it jumped by ${Math.round(drift / 1000)} s while this ran`;
    return { name, state: "warning", found, mend };
  }
  return { name, state: "ok", found: written };
}
