/** Runs the command as a person does: as a process of its own, and sees what it printed and how it ended. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Nothing of the developer's own settings reaches the command. */
function cleanEnv(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^PURSER_|_API_KEY$|^(NO_COLOR|FORCE_COLOR|DEBUG)$/.test(name),
  );
  return { ...Object.fromEntries(kept), ...env };
}

export function startPurser(words: readonly string[], env: Readonly<Record<string, string>>) {
  return spawn(process.execPath, ["src/cli/main.ts", ...words], {
    env: cleanEnv(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function runPurser(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return untilEnded(startPurser(words, env));
}

export function untilEnded(running: ReturnType<typeof startPurser>): Promise<Ended> {
  let out = "";
  let err = "";
  running.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  running.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((resolve) => running.on("close", (code) => resolve({ code, out, err })));
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "purser-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
