/** What several nodes use together is read as one sum, and what one node lifts holds on all of them at once. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { liftLimit } from "../../src/access/limit-lifts.ts";
import { DAY_MS, instant } from "../../src/core/instant.ts";
import { writeLimit } from "../../src/core/limits/read-limit.ts";
import { readDeploymentLimits } from "../../src/insights/read-deployment-limits.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open.ts";
import { addCustomer, addPlan, limit, NOW, newId, plan, reserveOf } from "../ledger/support.ts";
import { newDatabase } from "./shared-database.ts";

const clock = { now: () => NOW };
let drop: () => Promise<void>;
let one: Awaited<ReturnType<typeof openNode>>;
let other: typeof one;

beforeEach(async () => {
  const database = await newDatabase();
  drop = database.drop;
  one = await openNode(database.url, "one");
  other = await openNode(database.url, "other");
});
afterEach(async () => {
  await Promise.all([one.stop(), other.stop()]);
  await drop();
});

async function openNode(url: string, nodeId: string) {
  const opened = await openPostgresLedger({
    ...{ url, nodeId, clock, fixedClock: true },
    bootId: newId(),
  });
  const { db, write } = opened.store;
  await write([
    db.insertInto("nodes").values({ node_id: nodeId, boot_id: "b", heartbeat_at: NOW }),
  ]);
  return opened;
}

test("the deployment's limits: what each node holds is added up", async () => {
  const { store } = one;
  const value = JSON.stringify([writeLimit(limit({ cap: 10n, per: "day" }))]);
  await store.write([store.db.insertInto("meta").values({ name: "deployment_limits", value })]);
  const planVersionId = await addPlan(store, plan("any", []));
  const customer = await addCustomer(store, { planVersionId });
  await one.ledger.reserve(reserveOf(customer));
  await other.ledger.reserve(reserveOf(customer));
  await other.ledger.reserve(reserveOf(customer));
  const nodes = await store.db.selectFrom("counters").select("held").execute();
  expect(nodes.filter(({ held }) => held > 0n)).toHaveLength(2);
  const [use] = await readDeploymentLimits(store, NOW);
  expect(use).toMatchObject({ used: 0n, held: 3n, cap: 10n });
});

test("a lift by one node is seen by the next call on another", async () => {
  const planVersionId = await addPlan(one.store, plan("one", [limit({ cap: 1n })]));
  const customer = await addCustomer(one.store, { planVersionId });
  expect(await other.ledger.reserve(reserveOf(customer))).toMatchObject({ kind: "granted" });
  expect(await other.ledger.reserve(reserveOf(customer))).toMatchObject({ kind: "denied" });
  const until = instant(NOW + DAY_MS);
  const wanted = { customerId: customer, limit: limit({ cap: 2n }), until };
  await liftLimit({ store: one.store, clock }, { ...wanted, reason: null, actor: "test" });
  expect(await other.ledger.reserve(reserveOf(customer))).toMatchObject({ kind: "granted" });
  expect(await other.ledger.reserve(reserveOf(customer))).toMatchObject({ cap: 2n, held: 2n });
});
