/** Installations to back up and to restore, processes that use them, and what is in a file. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import type { OpenedLedger } from "../../src/ledger/door-over.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/open.ts";
import { addCustomer, addPlan, limit, NOW, plan, reserveOf, settleOf } from "../ledger/support.ts";
import { temporaryFolder } from "../ledger/test-database.ts";

/** Gone after the last test of a file. */
export const folder = temporaryFolder();
afterAll(folder.remove);

/** An installation with one customer and `calls` settled calls, closed again; the first of each size is made anew. */
export async function installation(name: string, calls: number): Promise<string> {
  const made = fileIn(`with ${calls} calls`);
  if (!existsSync(made)) await fill(made, calls);
  const file = fileIn(name);
  copyFileSync(made, file);
  return file;
}

async function fill(file: string, calls: number): Promise<void> {
  const opened = await openLedger(file);
  const limits = [limit({ cap: 1_000_000n }), limit({ meter: "tokens", cap: 10n ** 12n })];
  const planVersionId = await addPlan(opened.store, plan("pro", limits));
  const customer = await addCustomer(opened.store, { id: "ada", planVersionId });
  await makeCalls(opened, customer, calls);
  await opened.stop();
}

export function fileIn(name: string): string {
  mkdirSync(join(folder.path, name), { recursive: true });
  return join(folder.path, name, "purser.db");
}

export function openLedger(file: string): Promise<OpenedLedger> {
  return openSqliteLedger({ file, clock: { now: () => NOW }, nodeId: "node", bootId: "boot" });
}

export async function makeCalls(opened: OpenedLedger, customer: CustomerId, calls: number) {
  const operations = Array.from({ length: calls }, () => reserveOf(customer));
  await Promise.all(
    operations.map(async (operation) => {
      await opened.ledger.reserve(operation);
      await opened.ledger.settle(settleOf(operation.id));
    }),
  );
}

/** A process with 50 callers that never pause; `settled` are the calls that were acknowledged so far. */
export function busyProcess(file: string): { child: ChildProcess; settled: () => string[] } {
  const script = new URL("../ledger/crashing-caller.ts", import.meta.url).pathname;
  const log = `${file}.log`;
  const child = spawn(process.execPath, [script, file, "ada", log], { stdio: "inherit" });
  const settled = (): string[] =>
    (existsSync(log) ? readFileSync(log, "utf8") : "")
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith("settled "))
      .map((line) => line.slice("settled ".length));
  return { child, settled };
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

export async function until(holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < 50_000 && !holds(); waitedMs += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(holds()).toBe(true);
}

export function eventIds(file: string): Set<string> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return new Set(
      db
        .prepare("select id from events")
        .all()
        .map(({ id }) => String(id)),
    );
  } finally {
    db.close();
  }
}

/** Zeros in place of the pages of its second half. */
export function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0, Math.floor(bytes.length / 2));
  writeFileSync(file, bytes);
}
