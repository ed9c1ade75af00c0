/** A node that lives is known to live, one that stopped is known to have, and two of one id are noticed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Heartbeat, startHeartbeat } from "../../src/nodes/heartbeat.ts";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres/open.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";

const missing = whyNoPostgres();

let store: PostgresStore;
let beating: Heartbeat[];

async function beat(nodeId: string, bootId: string) {
  const ahead: number[] = [];
  const faults: string[] = [];
  const heartbeat = await startHeartbeat({
    ...{ store, nodeId, bootId, everyMs: 20 },
    onTime: (aheadMs) => ahead.push(aheadMs),
    onFault: (fault) => faults.push((fault as Error).message),
  });
  beating.push(heartbeat);
  return { ahead, faults, ...heartbeat };
}

const rows = () => store.db.selectFrom("nodes").selectAll().orderBy("node_id").execute();

describe.skipIf(missing !== null)(
  missing === null ? "on PostgreSQL" : `skipped: ${missing}`,
  () => {
    beforeEach(async () => {
      const database = await newDatabase();
      store = await openPostgresStore(database);
      beating = [];
      return () => database.drop();
    });
    afterEach(async () => {
      await Promise.all(beating.map((heartbeat) => heartbeat.stop()));
      await store.close();
    });

    test("it is there when the start resolves, goes on, and is taken back at the end", async () => {
      const { stop } = await beat("a", "1");
      const [first] = await rows();
      expect(first).toMatchObject({ node_id: "a", boot_id: "1" });
      const since = first?.heartbeat_at ?? 0n;
      await expect.poll(async () => (await rows())[0]?.heartbeat_at).toBeGreaterThan(since);
      await stop();
      expect(await rows()).toEqual([]);
    });

    test("it tells how far the database's clock is ahead", async () => {
      const { db } = store;
      await store.write([db.insertInto("meta").values({ name: "warm", value: "" })]);
      const { ahead } = await beat("a", "1");
      // The same machine's clock, but for the way there and back.
      expect(Math.abs(ahead[0] ?? Number.NaN)).toBeLessThan(5_000);
      await expect.poll(() => ahead.length).toBeGreaterThan(2);
    });

    test("a start forgets nodes that have been gone for a day, and no others", async () => {
      const hourMs = 3_600_000;
      const goneFor = (hours: number) => ({
        node_id: `gone for ${hours} h`,
        boot_id: "1",
        heartbeat_at: BigInt(Date.now() - hours * hourMs),
      });
      const { db } = store;
      await store.write([db.insertInto("nodes").values([goneFor(1), goneFor(25)])]);
      await beat("a", "1");
      expect((await rows()).map(({ node_id }) => node_id)).toEqual(["a", "gone for 1 h"]);
    });

    test("the next start of a node follows the last one; two at once are noticed by the earlier", async () => {
      const first = await beat("a", "1");
      await beat("b", "1");
      const second = await beat("a", "2");
      await expect.poll(() => first.faults).toEqual([expect.stringContaining("node-id")]);
      expect(second.faults).toEqual([]);
      expect(await rows()).toMatchObject([
        { node_id: "a", boot_id: "2" },
        { node_id: "b", boot_id: "1" },
      ]);
      await first.stop();
      expect(await rows()).toMatchObject([{ boot_id: "2" }, { node_id: "b" }]);
    });
  },
);
