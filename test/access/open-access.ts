/** The access parts on a real database, with a clock that is a value. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Callers, createCallers } from "../../src/access/callers.ts";
import { type Customers, createCustomers } from "../../src/access/customers.ts";
import { createKeys, type Keys } from "../../src/access/keys.ts";
import { type Instant, instant } from "../../src/core/instant.ts";
import { openVault } from "../../src/privacy/vault.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";

export const SECRET = "a secret of the tests, long enough for anybody";
export const ADMIN_KEY = "an admin key of the settings, 32 characters or more";

export interface OpenAccess {
  readonly store: Store;
  readonly callers: Callers;
  readonly customers: Customers;
  readonly keys: Keys;
  /** How many selects ran. */
  reads(): number;
  /** The next select has its rows and is not told them until the answer is called. */
  holdNextRead(): () => void;
  /** From now on nobody tells of keys that other nodes revoke. */
  hearNothing(): void;
  setNow(at: Instant): void;
  close(): Promise<void>;
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "purser-access-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function openAccess(): Promise<OpenAccess> {
  const folder = temporaryFolder();
  const { store: opened } = await openSqliteStore({ file: join(folder.path, "purser.db") });
  let reads = 0;
  let gate: Promise<void> | null = null;
  const db = opened.db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === "SelectQueryNode") reads += 1;
      return node;
    },
    transformResult: async ({ result }) => {
      const waiting = gate;
      gate = null;
      await waiting;
      return result;
    },
  });
  const store: Store = { ...opened, db };
  let areCurrent = true;
  let now = instant(Date.parse("2026-04-01T00:00:00Z"));
  const clock = { now: () => now };
  const customers = createCustomers({ store, vault: await openVault(store, SECRET), clock });
  const callers = createCallers({
    store,
    customers,
    clock,
    adminKey: ADMIN_KEY,
    keysAreCurrent: () => areCurrent,
  });
  const keys = createKeys({ store, clock, changed: () => callers.forget() });
  return {
    store,
    callers,
    customers,
    keys,
    reads: () => reads,
    holdNextRead() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    hearNothing: () => {
      areCurrent = false;
    },
    setNow: (at) => {
      now = at;
    },
    async close() {
      await callers.close();
      await opened.close();
      folder.remove();
    },
  };
}
