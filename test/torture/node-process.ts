/** One `purser serve` in a process of its own, which is killed and started again, at any moment, also while it starts. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface TortureNode {
  readonly name: string;
  /** Where it listens, or last did: each start takes another port. */
  readonly url: string;
  readonly isUp: boolean;
  /** Milliseconds until it answered, or null where it was killed before. */
  start(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface NodeOptions {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** It ended though nobody killed it. `mayRetry`: the database is away, so starting again is all there is to do. */
  readonly endedByItself: (words: string) => void;
  readonly mayRetry: () => boolean;
}

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const LOOK_EVERY_MS = 20;
const START_MS_MOST = 60_000;
const STOP_MS_MOST = 45_000;
const LOG_TAIL = 2_000;

export function newNode(options: NodeOptions): TortureNode {
  let url = "http://127.0.0.1:1";
  let isUp = false;
  let child: ChildProcess | null = null;
  const toldToEnd = new WeakSet<ChildProcess>();

  const spawned = async (): Promise<ChildProcess> => {
    const port = await freePort();
    const log = openSync(options.logFile, "a");
    const process_ = spawn(process.execPath, [MAIN, "serve"], {
      env: { PATH: process.env["PATH"] ?? "", ...options.settings, PURSER_PORT: String(port) },
      stdio: ["ignore", "ignore", log],
    });
    closeSync(log);
    url = `http://127.0.0.1:${port}`;
    process_.once("exit", (code, signal) => {
      const wasUp = child === process_ && isUp;
      if (child === process_) isUp = false;
      if (toldToEnd.has(process_) || !wasUp) return;
      options.endedByItself(`ended by itself (${code ?? signal}): ${tailOf(options.logFile)}`);
    });
    return process_;
  };
  const end = async (signal: "SIGTERM" | "SIGKILL", mostMs: number): Promise<number | null> => {
    const ending = child;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return null;
    toldToEnd.add(ending);
    isUp = false;
    const exit = once(ending, "exit");
    ending.kill(signal);
    const late = setTimeout(() => ending.kill("SIGKILL"), mostMs);
    const [code] = await exit;
    clearTimeout(late);
    return code;
  };
  return {
    name: options.name,
    get url() {
      return url;
    },
    get isUp() {
      return isUp;
    },
    async start() {
      const startedAt = performance.now();
      while (performance.now() - startedAt < START_MS_MOST) {
        const starting = await spawned();
        child = starting;
        if (await answers(starting, url, startedAt + START_MS_MOST)) {
          isUp = child === starting;
          return performance.now() - startedAt;
        }
        if (toldToEnd.has(starting)) return null;
        const words = `did not start (${starting.exitCode}): ${tailOf(options.logFile)}`;
        if (!options.mayRetry()) {
          options.endedByItself(words);
          return null;
        }
        await sleep(100);
      }
      options.endedByItself(`did not answer within ${START_MS_MOST / 1_000} s.`);
      return null;
    },
    kill: async () => void (await end("SIGKILL", STOP_MS_MOST)),
    stop: () => end("SIGTERM", STOP_MS_MOST),
  };
}

/** false: it ended, or the time is over. */
async function answers(child: ChildProcess, url: string, until: number): Promise<boolean> {
  while (performance.now() < until && child.exitCode === null && child.signalCode === null) {
    const health = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    );
    await health?.arrayBuffer().catch(() => null);
    if (health?.ok === true) return child.exitCode === null && child.signalCode === null;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

function tailOf(file: string): string {
  return readFileSync(file, "utf8").slice(-LOG_TAIL);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
