/** Tells a benchmark, over IPC, where a child process listens and how much CPU time it has used. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Microseconds of user and system time since the process began. */
export interface CpuTimes {
  readonly allThreadsUs: number;
  readonly mainThreadUs: number;
}

/** In the child: says `ready`, then answers every message with its CPU times. */
export function serveCpuTimes(ready: Readonly<Record<string, string>>): void {
  process.on("message", () => {
    const all = process.cpuUsage();
    const main = process.threadCpuUsage();
    process.send?.({
      allThreadsUs: all.user + all.system,
      mainThreadUs: main.user + main.system,
    } satisfies CpuTimes);
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.(ready);
}

/** In the parent: asks the child for its times. */
export async function cpuTimesOf(child: ChildProcess): Promise<CpuTimes> {
  const answered = once(child, "message");
  child.send("cpu");
  const [times] = (await answered) as [CpuTimes];
  return times;
}
