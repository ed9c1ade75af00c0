/** Whatever is put in the outbox wakes whoever sends it, once it is durable; nothing else does. */
import { expect, onTestFinished, test } from "vitest";
import { wakingStore } from "../../src/server/waking-store.ts";
import { openTestLedger } from "../ledger/support.ts";

test("tells of what is put in the outbox once it is there, and of nothing else", async () => {
  const opened = await openTestLedger();
  onTestFinished(() => opened.remove());
  const { db } = opened.store;
  let told = 0;
  const store = wakingStore(opened.store, () => {
    told += 1;
  });
  const note = db.insertInto("meta").values({ name: "a note", value: "1" });
  const row = { kind: "look", customer_id: "deployment", payload: "{}", created_at: 1 };
  await store.write([note]);
  expect(told).toBe(0);
  await store.write([
    db.deleteFrom("meta").where("name", "=", "a note"),
    db.insertInto("outbox").values(row),
  ]);
  expect(told).toBe(1);
  await store.write([
    db
      .insertInto("outbox")
      .columns(["kind", "payload", "created_at"])
      .expression(db.selectFrom("outbox").select(["kind", "payload", "created_at"])),
  ]);
  expect(told).toBe(2);
  await store.write([db.updateTable("outbox").set({ sent_at: 2 }), db.deleteFrom("outbox")]);
  expect(told).toBe(2);
  await expect(store.write([db.insertInto("outbox").values(row), note, note])).rejects.toThrow();
  expect(told).toBe(2);
  expect(await db.selectFrom("outbox").selectAll().execute()).toEqual([]);
});
