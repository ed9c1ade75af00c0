/** Runs the command as a person does, and sees what it printed and how it ended: here, or as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished, vi } from "vitest";
import { runProgram } from "../../src/cli/program.ts";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** In this process, which spares each test the loading of the whole program. One at a time. */
export async function purser(...words: readonly string[]): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text) => out.push(`${text}\n`)),
    vi.spyOn(console, "error").mockImplementation((text) => err.push(`${text}\n`)),
  ];
  const here = process.cwd();
  process.chdir(tmpdir()); // A developer's own `.env` must not be read.
  try {
    const code = await runProgram(words);
    return { code, out: out.join(""), err: err.join("") };
  } finally {
    process.chdir(here);
    for (const spy of spies) spy.mockRestore();
  }
}

/** As a process of its own, without the developer's own settings. It lives no longer than the test. */
export function startPurser(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): { process: ChildProcess; printed: () => string; ended: Promise<Ended> } {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^PURSER_|_API_KEY$|^(FORCE_COLOR|DEBUG)$/.test(name),
  );
  const running = spawn(process.execPath, [resolve("src/cli/main.ts"), ...words], {
    cwd: tmpdir(),
    env: { ...Object.fromEntries(kept), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that fails must not leave a server behind.
  onTestFinished(() => {
    running.kill("SIGKILL");
  });
  let out = "";
  let err = "";
  running.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  running.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    running.on("close", (code) => resolve({ code, out, err })),
  );
  return { process: running, printed: () => out, ended };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "purser-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
