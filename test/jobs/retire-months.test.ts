/** Months older than are kept go into archives, whole, and what has left is never counted anew. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { DAY_MS, HOUR_MS, type Instant, instant } from "../../src/core/instant.ts";
import { dueBefore, retireDue, startRetirement } from "../../src/jobs/retire-months.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { eventually } from "../eventually.ts";
import { NOW, recordOf, reserveOf, settleOf } from "../ledger/support.ts";
import { IS_POSTGRES } from "../ledger/test-database.ts";
import {
  FEBRUARY,
  idsOf,
  isThere,
  JANUARY,
  MARCH,
  monthsOf,
  type OldEvents,
  openOldEvents,
  readArchive,
  refundOf,
  whenSeen,
} from "./old-events.ts";

let old: OldEvents;
beforeEach(async () => {
  old = await openOldEvents();
});
afterEach(() => old.remove());

const retire = (keptMonths: number | null = 1, signal?: AbortSignal) =>
  retireDue({ months: old.months(), clock: old.opened.clock, keptMonths }, signal);
const ids = (month: Instant): string[] => [...(old.ids.get(month) ?? [])].sort();
const inLog = () => old.opened.store.db.selectFrom("events").select("id").execute();
const archives = async (): Promise<string[]> => {
  const { db } = old.opened.store;
  const rows = await db.selectFrom("archives").select("month").orderBy("month").execute();
  return rows.map(({ month }) => month);
};
const kept = async () => {
  const { db } = old.opened.store;
  return {
    hours: await db.selectFrom("rollups_hour").selectAll().orderBy("starts_at").execute(),
    periods: await db.selectFrom("rollups_period").selectAll().orderBy("starts_at").execute(),
  };
};

function customerOf(at = 0) {
  const customer = old.customers[at];
  if (customer === undefined) throw new Error("There are customers.");
  return customer;
}

test("whole months are kept beside the present one", () => {
  expect(dueBefore(NOW, null)).toBeNull();
  expect(dueBefore(NOW, 1)).toBe(MARCH);
  expect(dueBefore(NOW, 12)).toBe(Date.UTC(2025, 3, 1));
  expect(dueBefore(instant(Date.UTC(2026, 2, 31, 23, 59)), 1)).toBe(FEBRUARY);
  expect(dueBefore(NOW, 1_200)).toBe(0);
});

test("every event of an old month is in its archive, once, with its corrections, and all sums stay", async () => {
  const before = await kept();
  const { db } = old.opened.store;
  const wanted = await db
    .selectFrom("events as e")
    .select(["e.id", "e.seq", "e.cost"])
    .where("at", "<", BigInt(FEBRUARY))
    .execute();
  await retire();
  expect(await archives()).toEqual(["2026-01", "2026-02"]);
  const january = await readArchive(old, "2026-01");
  expect(idsOf(january)).toEqual(ids(JANUARY));
  expect(idsOf(await readArchive(old, "2026-02"))).toEqual(ids(FEBRUARY));
  for (const { id, seq } of wanted) {
    const line = january.find((event) => event.id === id);
    expect(line).toMatchObject({ seq: Number(seq), cost_usd: "0.001", streamed: false });
    expect(line?.corrections.length).toBeLessThanOrEqual(1);
  }
  const corrections = january.flatMap((event) => event.corrections);
  expect(corrections).toHaveLength(9);
  expect(corrections[0]).toMatchObject({ cost_usd: "-0.0004", usage: { output: -20 } });
  expect(idsOf(await inLog())).toEqual(ids(MARCH));
  expect(await kept()).toEqual(before);
  expect(await audit(old.opened.store)).toEqual([]);
  // Nothing that names a person, and nothing left over of it.
  expect(JSON.stringify(january)).not.toContain("ada@");
  const details = await db.selectFrom("event_details").select("event_id").execute();
  const march = new Set(ids(MARCH));
  expect(details.every(({ event_id: id }) => march.has(id))).toBe(true);
  expect(details.length).toBeGreaterThan(0);
  // Again, there is nothing to do.
  await retire();
  expect(await archives()).toHaveLength(2);
});

test("where nothing is said of it, everything stays", async () => {
  await retire(null);
  await retire(3);
  expect(await archives()).toEqual([]);
  expect(await inLog()).toHaveLength(108);
});

test("what has left is never counted anew, and knows of no settle and no correction", async () => {
  await retire();
  const { ledger, store } = old.opened;
  const [id] = old.ids.get(JANUARY) ?? [];
  if (id === undefined) throw new Error("There were events.");
  const customer = customerOf();
  const again = [
    () => ledger.record(recordOf(customer, { id })),
    () => ledger.record(recordOf(customer, { sourceId: `${JANUARY}-0` })),
    () => ledger.reserve(reserveOf(customer, { id })),
  ];
  for (const call of again) {
    await expect(call()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("counted before, in a month whose events were detached"),
    });
  }
  expect(await ledger.settle(settleOf(id))).toEqual({ kind: "unknown" });
  expect(await ledger.correct(refundOf(id, "late"))).toEqual({ kind: "unknown" });
  const told = await ledger.record(recordOf(customer, { sourceId: `${MARCH}-0` }));
  expect(told).toMatchObject({ duplicate: true });
  expect(await audit(store)).toEqual([]);
});

test("what is told of a month later makes a further archive, and numbers are never given again", async () => {
  const highest = await old.opened.store.db
    .selectFrom("events")
    .select(({ fn }) => fn.max("seq").as("seq"))
    .executeTakeFirstOrThrow();
  old.opened.clock.at = instant(Date.UTC(2026, 5, 2));
  await old.opened.reopen();
  await retire();
  expect(await archives()).toEqual(["2026-01", "2026-02", "2026-03"]);
  expect(await inLog()).toEqual([]);
  // Also by a process that begins when none is left.
  await old.opened.reopen();
  const timestamp = instant(JANUARY + 1);
  const late = await old.opened.ledger.record(recordOf(customerOf(), { timestamp }));
  expect(late.event.seq).toBeGreaterThan(Number(highest.seq));
  await old.opened.ledger.correct(refundOf(late.event.id));
  expect(await audit(old.opened.store)).toEqual([]);
  await retire();
  expect(await archives()).toEqual(["2026-01", "2026-01-2", "2026-02", "2026-03"]);
  expect(idsOf(await readArchive(old, "2026-01-2"))).toEqual([late.event.id]);
  expect(await audit(old.opened.store)).toEqual([]);
});

test("an archive that cannot be written leaves the month as it was, and it leaves once it can", async () => {
  const { store, address, clock, ledger } = old.opened;
  const blocked = join(old.folder, "a file stands here");
  writeFileSync(blocked, "");
  const months = monthsOf(store, address, blocked);
  await expect(retireDue({ months, clock, keptMonths: 1 })).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(await archives()).toEqual([]);
  expect(await audit(store)).toEqual([]);
  if (!IS_POSTGRES) {
    expect(await inLog()).toHaveLength(108);
    const [id] = old.ids.get(JANUARY) ?? [];
    if (id === undefined) throw new Error("There were events.");
    expect(await ledger.correct(refundOf(id, "r2"))).toMatchObject({ kind: "corrected" });
  }
  await retire();
  expect(idsOf(await readArchive(old, "2026-01"))).toEqual(ids(JANUARY));
  expect(await audit(store)).toEqual([]);
});

test("while its archive is written nothing is added to a month, and what comes stays for the next", async () => {
  const { store, ledger } = old.opened;
  const [id] = old.ids.get(JANUARY) ?? [];
  if (id === undefined) throw new Error("There were events.");
  let answered: unknown;
  let late = "";
  const months = old.months();
  const told = async () => {
    answered = await ledger.correct(refundOf(id, "meanwhile"));
    late = (await ledger.record(recordOf(customerOf(), { timestamp: instant(JANUARY + 1) }))).event
      .id;
  };
  // The file is begun when the month is frozen already.
  const files = ["2026-01.jsonl.gz.part", "2026-01.jsonl.gz"];
  const until = whenSeen(() => files.some((file) => isThere(old.folder, file)), told);
  await retireDue({ months, clock: old.opened.clock, keptMonths: 1 });
  await until;
  expect(answered).toEqual({ kind: "unknown" });
  await retire();
  const all = [...(await readArchive(old, "2026-01")), ...(await readArchive(old, "2026-01-2"))];
  expect(idsOf(all)).toEqual([...ids(JANUARY), late].sort());
  expect(await audit(store)).toEqual([]);
});

test.skipIf(IS_POSTGRES)(
  "the database itself lets no event go before an archive is noted",
  async () => {
    const { store } = old.opened;
    const { db } = store;
    const refused = async (from: Instant): Promise<void> => {
      const within = db
        .selectFrom("events")
        .select("id")
        .where("at", ">=", BigInt(from))
        .where("at", "<", BigInt(from + 20 * DAY_MS));
      for (const each of [
        db.deleteFrom("corrections").where("event_id", "in", within),
        db.deleteFrom("events").where("id", "in", within),
      ]) {
        await expect(store.write([each])).rejects.toThrow("append-only");
      }
    };
    await refused(JANUARY);
    const row = { id: 1, from_at: JANUARY, to_at: FEBRUARY, seq: 10n ** 6n };
    await store.write([db.insertInto("detaching").values(row)]);
    await refused(JANUARY);
    await store.write([db.updateTable("detaching").set({ archive: "2026-01" })]);
    await refused(FEBRUARY);
    await store.write([db.updateTable("detaching").set({ seq: 0 })]);
    await refused(JANUARY);
    await store.write([db.deleteFrom("detaching")]);
    expect(await inLog()).toHaveLength(108);
  },
);

test("the job does it once a day, where it may, and tells of what fails", async () => {
  const faults: unknown[] = [];
  let isMine = false;
  let looks = 0;
  const months = old.months();
  const counted = {
    ...months,
    first: () => {
      looks += 1;
      return months.first();
    },
  };
  const { clock } = old.opened;
  const job = startRetirement({
    months: counted,
    ledger: old.opened.ledger,
    clock,
    keptMonths: 1,
    mayRun: () => isMine,
    everyMs: 2,
    onFault: (fault) => faults.push(fault),
  });
  onTestFinished(() => job.stop());
  await sleep(20);
  expect(looks).toBe(0);
  isMine = true;
  await eventually(async () => expect(await archives()).toHaveLength(2));
  await eventually(() => expect(looks).toBe(3));
  await sleep(20);
  expect(looks).toBe(3);
  clock.at = instant(NOW + DAY_MS);
  await eventually(() => expect(looks).toBe(4));
  expect(faults).toEqual([]);
});

test("what fails is told to the operator once a day, and the work is tried again after an hour", async () => {
  const faults: unknown[] = [];
  const full = new Error("ENOSPC: no space left on device, write");
  const months = { ...old.months(), first: () => Promise.reject(full) };
  const { clock, ledger, store } = old.opened;
  const job = startRetirement({
    months,
    ledger,
    clock,
    keptMonths: 1,
    everyMs: 2,
    onFault: (fault) => faults.push(fault),
  });
  onTestFinished(() => job.stop());
  for (const hours of [1, 2, 14, 15]) {
    await eventually(() => expect(faults.length).toBeGreaterThan(0));
    expect(faults.splice(0)).toEqual([full]);
    clock.at = instant(NOW + hours * HOUR_MS);
  }
  const alerts = await store.db.selectFrom("alerts").selectAll().orderBy("id").execute();
  const told = alerts.filter(({ kind }) => kind === "retirement_failed");
  expect(told.map((alert) => [alert.customer_id, alert.facts, alert.created_at])).toEqual(
    [0, 14].map((hours) => [
      "deployment",
      JSON.stringify({ reason: full.message }),
      BigInt(NOW + hours * HOUR_MS),
    ]),
  );
});
