/** Who a customer is: readable with the secret, and by nobody else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCustomers } from "../../src/access/customers.ts";
import type { UserId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";
import { openVault, type Person } from "../../src/privacy/vault.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { SECRET, temporaryFolder } from "../access/open-access.ts";

let store: Store;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ store } = await openSqliteStore({ file: join(folder.path, "purser.db") }));
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const ADA: Person = {
  userId: "ada-lovelace-1815" as UserId,
  email: "ada@analytical.example",
  name: "Ada Lovelace",
  metadata: { team: "engines" },
};

test("what was sealed opens again, after a restart too", async () => {
  const vault = await openVault(store, SECRET);
  const row = vault.seal(ADA);
  expect(vault.open(row)).toEqual(ADA);
  const reopened = await openVault(store, SECRET);
  expect(reopened.open(row)).toEqual(ADA);
  expect(reopened.lookupOf("ada")).toEqual(vault.lookupOf("ada"));
});

test("a foreign secret is refused, with what to do about it", async () => {
  await openVault(store, SECRET);
  await expect(openVault(store, `${SECRET}!`)).rejects.toThrow(/PURSER_SECRET.*earlier secret/s);
});

test("two that open a new database at once have the same keys", async () => {
  const [one, other] = await Promise.all([openVault(store, SECRET), openVault(store, SECRET)]);
  expect(other.open(one.seal(ADA))).toEqual(ADA);
});

test("a person's row opens with their own key only, and not once a bit is changed", async () => {
  const vault = await openVault(store, SECRET);
  const ada = vault.seal(ADA);
  const bob = vault.seal({ userId: "bob" as UserId });
  expect(() => vault.open({ sealed_key: bob.sealed_key, sealed: ada.sealed })).toThrow();
  const changed = Uint8Array.from(ada.sealed);
  changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
  expect(() => vault.open({ sealed_key: ada.sealed_key, sealed: changed })).toThrow();
});

test("one person is sealed differently each time, and found by one hash", async () => {
  const vault = await openVault(store, SECRET);
  expect(vault.seal(ADA).sealed).not.toEqual(vault.seal(ADA).sealed);
  expect(vault.lookupOf("ada")).toHaveLength(32);
  expect(vault.lookupOf("ada")).not.toEqual(vault.lookupOf("bob"));
});

test("nothing in the database's files tells who a customer is", async () => {
  const vault = await openVault(store, SECRET);
  const clock = { now: () => instant(Date.parse("2026-04-01T00:00:00Z")) };
  await createCustomers({ store, vault, clock }).create(ADA, "test");
  await store.close();
  const bytes = readdirSync(folder.path).map((file) => readFileSync(join(folder.path, file)));
  const all = Buffer.concat(bytes);
  expect(all.includes("customer.create")).toBe(true); // The row is there, and can be read.
  for (const word of ["lovelace", "Lovelace", "analytical", "engines", SECRET]) {
    expect([word, all.includes(word)]).toEqual([word, false]);
  }
  ({ store } = await openSqliteStore({ file: join(folder.path, "purser.db") }));
});

test("a text opens for its own purpose only, after a restart too, and not once a bit is changed", async () => {
  const vault = await openVault(store, SECRET);
  const sealed = vault.sealText("channel", "https://hooks.example.com/ äö");
  expect(Buffer.from(sealed).includes("hooks")).toBe(false);
  const reopened = await openVault(store, SECRET);
  expect(reopened.openText("channel", sealed)).toBe("https://hooks.example.com/ äö");
  expect(() => vault.openText("other", sealed)).toThrow();
  const changed = Uint8Array.from(sealed);
  changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
  expect(() => vault.openText("channel", changed)).toThrow();
});

test("a key for a purpose is the same after a restart, and another for another purpose", async () => {
  const vault = await openVault(store, SECRET);
  const reopened = await openVault(store, SECRET);
  expect(vault.keyFor("unsubscribe")).toHaveLength(32);
  expect(reopened.keyFor("unsubscribe")).toEqual(vault.keyFor("unsubscribe"));
  expect(vault.keyFor("other")).not.toEqual(vault.keyFor("unsubscribe"));
});
