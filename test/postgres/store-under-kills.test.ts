/** The store's writes when PostgreSQL is killed again and again under load: none that was acknowledged is lost, none is done twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { type Store, UniqueViolation } from "../../src/store/store.ts";
import { type Cluster, startCluster } from "./cluster.ts";

const KILLS = 3;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ durable: true });
});
afterAll(() => cluster.remove());

/** Kills and starts PostgreSQL while the callers call, each time once `done` has risen by 150; then lets them stop. */
async function killUnderLoad(
  callers: readonly ((isOver: () => boolean) => Promise<void>)[],
  done: () => number,
): Promise<void> {
  let isOver = false;
  const running = Promise.all(callers.map((call) => call(() => isOver)));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = done();
    while (done() < before + 150) await sleep(5);
    await cluster.kill();
    await cluster.start();
  }
  const before = done();
  while (done() < before + 150) await sleep(5);
  isOver = true;
  await running;
}

test("a write that was acknowledged is there, whole, and a refused one says that the database is away", async () => {
  const { url } = await cluster.newDatabase();
  const store = await openPostgresStore({ url });
  const acknowledged = new Set<string>();
  const refusals: unknown[] = [];
  const writer = (caller: number) => async (isOver: () => boolean) => {
    for (let n = 0; !isOver(); n += 1) {
      const name = `${caller}-${n}`;
      try {
        await store.write([secret(store, name), logged(store, name)]);
        acknowledged.add(name);
      } catch (fault) {
        refusals.push(fault);
      }
    }
  };
  const reader = async (isOver: () => boolean) => {
    while (!isOver()) {
      try {
        await store.db.selectFrom("plans").select("id").execute();
      } catch (fault) {
        refusals.push(fault);
        await sleep(10);
      }
    }
  };
  try {
    const writers = Array.from({ length: 20 }, (_, n) => writer(n));
    await killUnderLoad([...writers, reader, reader, reader], () => acknowledged.size);
    // A write whose commit was not answered would find its own name taken, were it only tried again.
    expect(refusals.filter((fault) => fault instanceof UniqueViolation)).toEqual([]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: "enforcement_unavailable" });
    }
    const secrets = await store.db.selectFrom("secrets").select("name").execute();
    const names = new Set(secrets.map(({ name }) => name));
    expect([...acknowledged].filter((name) => !names.has(name))).toEqual([]);
    const log = await store.db.selectFrom("audit_log").select("action").execute();
    expect(new Set(log.map(({ action }) => action))).toEqual(names);
    expect(log.length).toBe(names.size);
  } finally {
    await store.close();
  }
});

function secret({ db }: Store, name: string) {
  return db.insertInto("secrets").values({ name, sealed: Buffer.of(1) });
}

function logged({ db }: Store, action: string) {
  return db
    .insertInto("audit_log")
    .values({ at: 1, actor: "test", action, subject: "", details: "{}" });
}
