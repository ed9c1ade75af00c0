/** Disks that a test can fill, empty and make read-only: real ones, where this machine lets us. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FailingDisk {
  readonly folder: string;
  /** Nothing more fits, for the process that uses it. */
  fill(pid: number): void;
  free(pid: number): void;
  makeReadOnly(): void;
  remove(): void;
}

const DISK_SIZE = "8m";
const FILLER_BYTES = 4_096;
/** Less than the server's files have already, so that they cannot grow. */
const FILE_BYTES_MOST = 65_536;

/** May this process mount a file system of its own? */
export function mayMount(): boolean {
  try {
    mountedDisk().remove();
    return true;
  } catch {
    return false;
  }
}

export function mayLimitFiles(): boolean {
  try {
    run("prlimit", "--version");
    return true;
  } catch {
    return false;
  }
}

/** A small file system in memory. */
export function mountedDisk(): FailingDisk {
  const folder = mkdtempSync(join(tmpdir(), "purser-disk-"));
  const filler = join(folder, "filler");
  try {
    run("mount", "-t", "tmpfs", "-o", `size=${DISK_SIZE}`, "tmpfs", folder);
  } catch (cause) {
    rmSync(folder, { recursive: true });
    throw cause;
  }
  return {
    folder,
    fill: () => fillWith(filler),
    free: () => rmSync(filler),
    makeReadOnly: () => run("mount", "-o", "remount,ro", folder),
    remove() {
      // Lazily: the last process that used it may not be buried yet.
      run("umount", "-l", folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A plain folder, and a limit on how large the process's files may become: the same to a database as a full disk. */
export function limitedDisk(): FailingDisk {
  const folder = mkdtempSync(join(tmpdir(), "purser-disk-"));
  const limit = (pid: number, bytes: string): void =>
    run("prlimit", `--pid=${pid}`, `--fsize=${bytes}:`);
  return {
    folder,
    fill: (pid) => limit(pid, `${FILE_BYTES_MOST}`),
    free: (pid) => limit(pid, "unlimited"),
    makeReadOnly: () => {
      throw new Error("Only a mounted disk can be made read-only.");
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function fillWith(filler: string): void {
  const file = openSync(filler, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(FILLER_BYTES));
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOSPC")) throw cause;
  } finally {
    closeSync(file);
  }
}

function run(program: string, ...words: readonly string[]): void {
  execFileSync(program, words, { stdio: "ignore" });
}
