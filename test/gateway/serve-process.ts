/** A Purser in a process of its own, which can be told to stop, or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ServeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Sends the signal and resolves with the exit code, or null where the signal ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

export async function serveProcess(
  settings: Readonly<Record<string, string>>,
): Promise<ServeProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, ["src/cli/main.ts", "serve"], {
    env: { PATH: process.env["PATH"] ?? "", ...settings, PURSER_PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`purser serve ended with ${child.exitCode}.`);
    const health = await fetch(`${url}/healthz`).catch(() => null);
    if (health?.ok) break;
    await sleep(50);
  }
  return {
    url,
    child,
    async end(signal) {
      const ended = once(child, "exit");
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
