/** A connection that is lost in the middle of a commit loses nothing and does nothing twice. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "../../src/ledger/audit/audit.ts";
import type { OpenedLedger } from "../../src/ledger/door-over.ts";
import {
  addCustomer,
  addPlan,
  countersOf,
  limit,
  NOW,
  plan,
  reserveOf,
  settleOf,
} from "../ledger/support.ts";
import { type EmptyDatabase, emptyDatabase, openLedgerAt } from "../ledger/test-database.ts";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.ts";

let empty: EmptyDatabase;
let proxy: CuttingProxy;
let opened: OpenedLedger;
beforeAll(async () => {
  empty = await emptyDatabase();
  proxy = await startCuttingProxy(empty.address);
  const clock = { now: () => NOW };
  opened = await openLedgerAt(proxy.url, { clock, nodeId: "node", bootId: "boot" });
});
afterAll(async () => {
  await opened.stop();
  await proxy.close();
  await empty.remove();
});

describe.each(["before the commit", "after the commit"] as const)("cut %s", (cut) => {
  test("a write is done, once", async () => {
    const { store } = opened;
    const before = proxy.cuts;
    proxy.cutNext(cut);
    const rows = await store.write([
      store.db
        .insertInto("secrets")
        .values({ name: cut, sealed: Buffer.of(1) })
        .returning("name"),
    ]);
    expect(rows).toEqual([[{ name: cut }]]);
    expect(proxy.cuts).toBe(before + 1);
    const secrets = store.db.selectFrom("secrets").select("name").where("name", "=", cut);
    expect(await secrets.execute()).toEqual([{ name: cut }]);
  });

  test("a hold is held once, and settled once", async () => {
    const { store, ledger } = opened;
    const planVersionId = await addPlan(
      store,
      plan(cut.replaceAll(" ", "-"), [limit({ cap: 10n })]),
    );
    const customer = await addCustomer(store, { planVersionId });
    const before = proxy.cuts;
    const operation = reserveOf(customer);
    proxy.cutNext(cut);
    expect((await ledger.reserve(operation)).kind).toBe("granted");
    expect(await countersOf(store, customer)).toEqual({ "calls * period": [0n, 1n] });
    proxy.cutNext(cut);
    expect(await ledger.settle(settleOf(operation.id))).toMatchObject({
      kind: "settled",
      again: false,
    });
    expect(await countersOf(store, customer)).toEqual({ "calls * period": [1n, 0n] });
    expect(proxy.cuts).toBe(before + 2);
    expect(await audit(store)).toEqual([]);
  });
});

test("where the look at what became of a commit is cut, too, one looks again", async () => {
  const { store } = opened;
  const before = proxy.cuts;
  proxy.cutNext("after the commit");
  proxy.cutAtWords("from lane_commits");
  const name = "looked at twice";
  await store.write([store.db.insertInto("secrets").values({ name, sealed: Buffer.of(1) })]);
  expect(proxy.cuts).toBe(before + 2);
  const secrets = store.db.selectFrom("secrets").select("name").where("name", "=", name);
  expect(await secrets.execute()).toEqual([{ name }]);
});
