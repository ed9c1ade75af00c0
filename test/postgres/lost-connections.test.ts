/** Connections that are cut under load, a database that is killed, and a lock that does not come. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { type OpenedPostgresLedger, openPostgresLedger } from "../../src/ledger/postgres/open.ts";
import {
  addCustomer,
  addPlan,
  limit,
  NOW,
  newId,
  plan,
  reserveOf,
  settleOf,
} from "../ledger/support.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { type ShakyNetwork, shakyNetwork } from "./shaky-network.ts";

let cluster: Cluster;
let network: ShakyNetwork;
let opened: OpenedPostgresLedger;
let customer: CustomerId;

beforeAll(async () => {
  cluster = await startCluster({ durable: true });
});

afterAll(() => cluster.remove());

beforeEach(async () => {
  const { url } = await cluster.newDatabase();
  network = await shakyNetwork(url);
  opened = await openPostgresLedger({
    url: network.url,
    nodeId: "node",
    bootId: newId(),
    clock: { now: () => NOW },
    fixedClock: true,
  });
  const planVersionId = await addPlan(opened.store, plan("any", [limit({ cap: 100_000n })]));
  customer = await addCustomer(opened.store, { planVersionId });
});

afterEach(async () => {
  await opened.stop();
  await network.close();
});

/** Callers that go on until they are told to end; what was acknowledged is noted. */
function callers(count: number) {
  const [granted, settled] = [new Set<CallId>(), new Set<CallId>()];
  let refusals = 0;
  let isOver = false;
  const call = async (): Promise<void> => {
    while (!isOver) {
      const operation = reserveOf(customer);
      try {
        const answer = await opened.ledger.reserve(operation);
        if (answer.kind !== "granted") throw new Error("There is room.");
        granted.add(operation.id);
        await opened.ledger.settle(settleOf(operation.id));
        settled.add(operation.id);
      } catch (fault) {
        expect(fault).toMatchObject({ code: "enforcement_unavailable" });
        refusals += 1;
        await sleep(5);
      }
    }
  };
  const running = Array.from({ length: count }, call);
  return {
    granted,
    settled,
    refusals: () => refusals,
    end: async () => {
      isOver = true;
      await Promise.all(running);
    },
  };
}

async function nothingIsLostOrDoubled(by: ReturnType<typeof callers>): Promise<void> {
  const { db } = opened.store;
  const events = await db.selectFrom("events").select("id").execute();
  const ids = new Set(events.map(({ id }) => id));
  expect(ids.size).toBe(events.length);
  expect([...by.settled].filter((id) => !ids.has(id))).toEqual([]);
  const holds = await db.selectFrom("reservations").select("id").execute();
  const open = new Set(holds.map(({ id }) => id));
  expect([...by.granted].filter((id) => !ids.has(id) && !open.has(id))).toEqual([]);
  expect(await audit(opened.store)).toEqual([]);
}

test("connections that are cut again and again cost time, and nothing else", async () => {
  const by = callers(32);
  for (let cuts = 0; cuts < 15 || by.settled.size < 200; cuts += 1) {
    await sleep(150);
    network.cutAll();
  }
  await by.end();
  await nothingIsLostOrDoubled(by);
});

test("a database that is killed and comes back is found again by the same process", async () => {
  const by = callers(32);
  for (let kill = 0; kill < 2; kill += 1) {
    await sleep(400);
    await cluster.kill();
    await sleep(200);
    await cluster.start();
  }
  const before = by.settled.size;
  while (by.settled.size < before + 50) await sleep(20);
  await by.end();
  await nothingIsLostOrDoubled(by);
});

test("a lock that somebody else keeps is not waited for without end", async () => {
  const other = await openPostgresLedger({
    url: network.url,
    nodeId: "other",
    bootId: newId(),
    clock: { now: () => NOW },
    fixedClock: true,
  });
  try {
    const { sql } = await holdLock(customer);
    try {
      await expect(opened.ledger.reserve(reserveOf(customer))).rejects.toMatchObject({
        code: "enforcement_unavailable",
      });
    } finally {
      await sql.end();
    }
    expect(await other.ledger.reserve(reserveOf(customer))).toMatchObject({ kind: "granted" });
  } finally {
    await other.stop();
  }
}, 60_000);

async function holdLock(id: CustomerId) {
  const { default: postgres } = await import("postgres");
  const sql = postgres(network.url, { max: 1, onnotice: () => undefined });
  await sql.unsafe("begin");
  await sql.unsafe("select from customers where id = $1 for update", [id]);
  return { sql };
}
