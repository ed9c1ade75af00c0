/** The machine's processes, as far as a cluster's end needs them: who belongs to it, and who is gone. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface Running {
  readonly pid: number;
  readonly parent: number;
  /** As `ps` has it: its first letter is `T` for one that is stopped. */
  readonly state: string;
  /** The words it was started with, as far as it has not overwritten them. */
  readonly command: string;
}

/** Those that were started with this word in their command, and their children. Never this one. */
export function processesNaming(word: string): number[] {
  const all = runningProcesses().filter(({ pid }) => pid !== process.pid);
  const named = all.filter(({ command }) => command.includes(word)).map(({ pid }) => pid);
  const children = all.filter(({ parent }) => named.includes(parent)).map(({ pid }) => pid);
  return [...new Set([...named, ...children])];
}

export function childrenOf(parentPid: number): number[] {
  return runningProcesses()
    .filter(({ parent }) => parent === parentPid)
    .map(({ pid }) => pid);
}

/** Resolves once none of them runs; a zombie that its parent never buries counts as gone. Throws after 30 s. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 10) {
    const running = new Set(runningProcesses().map(({ pid }) => pid));
    if (!pids.some((pid) => running.has(pid))) return;
    await sleep(10);
  }
  throw new Error(`Of the processes ${pids.join(", ")} some did not end.`);
}

/** Resolves once it is stopped, or gone: until then it may still make a child. Throws after 5 s. */
export async function untilStopped(pid: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 5) {
    const one = runningProcesses().find((running) => running.pid === pid);
    if (one === undefined || one.state.startsWith("T")) return;
    await sleep(5);
  }
  throw new Error(`The process ${pid} did not stop.`);
}

/** Sends a signal to those that are still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== "ESRCH") throw fault;
    }
  }
}

/** All that run, without the zombies. Linux says it in /proc, also where `ps` is not installed. */
function runningProcesses(): Running[] {
  if (process.platform !== "linux") return fromPs();
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // "pid (name) state parent …", and the name may hold anything.
        const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === "Z" || state === "X") return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent: Number(parent), state, command }];
      } catch {
        return []; // It ended while it was read.
      }
    });
}

function fromPs(): Running[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,stat=,command="], {
    encoding: "utf8",
  });
  return lines.split("\n").flatMap((line) => {
    const [, pid, parent, state = "", command = ""] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), state, command }];
  });
}
