/** Old months leave while calls go on, and go on leaving after kill -9: nothing is lost, nothing is counted twice. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { retireDue } from "../../src/jobs/retire-months.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { reserveOf, settleOf } from "../ledger/support.ts";
import { readRows } from "../ledger/test-database.ts";
import {
  FEBRUARY,
  idsOf,
  isThere,
  JANUARY,
  MARCH,
  type OldEvents,
  openOldEvents,
  readArchive,
  whenSeen,
} from "./old-events.ts";

/** In each month, of each of three customers. */
const EACH = 600;

let old: OldEvents;
beforeEach(async () => {
  old = await openOldEvents({ each: EACH });
});
afterEach(() => old.remove());

const retire = () => retireDue({ months: old.months(), clock: old.opened.clock, keptMonths: 1 });
const ids = (month: typeof JANUARY): string[] => [...(old.ids.get(month) ?? [])].sort();
const inLog = () => old.opened.store.db.selectFrom("events").select("id").execute();

function customerOf(at: number) {
  const customer = old.customers[at];
  if (customer === undefined) throw new Error("There are customers.");
  return customer;
}

test("months leave while calls go on, and every audit is clean", async () => {
  const { store, ledger } = old.opened;
  const over = new AbortController();
  const call = async (at: number): Promise<void> => {
    while (!over.signal.aborted) {
      const held = reserveOf(customerOf(at));
      expect(await ledger.reserve(held)).toMatchObject({ kind: "granted" });
      expect(await ledger.settle(settleOf(held.id))).toMatchObject({ again: false });
      await sleep(1);
    }
  };
  const differing: unknown[] = [];
  const auditing = async (): Promise<void> => {
    while (!over.signal.aborted) differing.push(...(await audit(store)));
  };
  const running = Promise.all([call(0), call(1), auditing()]);
  await retire();
  over.abort();
  await running;
  expect(differing).toEqual([]);
  expect(await audit(store)).toEqual([]);
  expect(idsOf(await readArchive(old, "2026-01"))).toEqual(ids(JANUARY));
  const [balance] = await store.db
    .selectFrom("closing_balances")
    .select(({ fn }) => fn.sum<bigint>("events").as("events"))
    .execute();
  expect(Number(balance?.events)).toBe(2 * 3 * EACH);
});

test("killed at any moment it is gone on with: each event is in one place, once", async () => {
  const { opened, folder } = old;
  await opened.stop();
  Object.assign(opened, { stop: () => Promise.resolve() });
  const seen = {
    writing: () => isThere(folder, "2026-01.jsonl.gz.part"),
    written: () => isThere(folder, "2026-01.jsonl.gz"),
    leaving: () => isSomeGone(opened.address),
    next: () => isThere(folder, "2026-02.jsonl.gz.part"),
  };
  let kills = 0;
  for (const isSeen of Object.values(seen)) {
    if (await killWhen(isSeen)) kills += 1;
    await opened.reopen();
    expect(await audit(opened.store)).toEqual([]);
    await opened.stop();
    Object.assign(opened, { stop: () => Promise.resolve() });
  }
  expect(kills).toBeGreaterThan(1);
  await opened.reopen();
  await retire();
  const archived = await opened.store.db.selectFrom("archives").select("month").execute();
  expect(archived).toHaveLength(2);
  expect(idsOf(await readArchive(old, "2026-01"))).toEqual(ids(JANUARY));
  expect(idsOf(await readArchive(old, "2026-02"))).toEqual(ids(FEBRUARY));
  expect(idsOf(await inLog())).toEqual(ids(MARCH));
  expect(await audit(opened.store)).toEqual([]);
});

/** Whether it was killed before it had ended by itself. */
async function killWhen(isSeen: () => boolean | Promise<boolean>): Promise<boolean> {
  const script = new URL("./retiring-process.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, old.opened.address, old.folder], {
    stdio: "inherit",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const isOver = (): boolean => child.exitCode !== null;
  await whenSeen(
    async () => isOver() || (await isSeen()),
    async () => child.kill("SIGKILL"),
  );
  await exited;
  return child.signalCode === "SIGKILL";
}

/** Some events of January have left, and not all. */
async function isSomeGone(address: string): Promise<boolean> {
  const select = `select count(*) as there from events where at < ${FEBRUARY}`;
  const [row] = await readRows(address, select);
  const there = Number(row?.["there"]);
  return there < 3 * EACH;
}
