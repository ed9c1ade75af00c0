/** How deliveries end that are not sent: given up, dropped, removed when they are old; and what fails holds up nobody. */
import { expect, test } from "vitest";
import { retireTold } from "../../src/alerts/outbox/retire-told.ts";
import { ATTEMPTS_MOST } from "../../src/core/alerts/back-off.ts";
import { DAY_MS, HOUR_MS } from "../../src/core/instant.ts";
import { type OutboxStage, type SendingNode, stageOutbox } from "./outbox-stage.ts";
import { toldIn } from "./receivers/notice-stage.ts";

/** Until nothing waits any more; how many times that was. */
async function untilGivenUp(stage: OutboxStage, { dispatcher }: SendingNode): Promise<number> {
  for (let rounds = 1; ; rounds += 1) {
    await dispatcher.runDue();
    if ((await stage.deliveries()).every(([, state]) => state !== "pending")) return rounds;
    expect(rounds).toBeLessThan(10 * ATTEMPTS_MOST);
    stage.later(15 * HOUR_MS);
  }
}

test("after 14 attempts it is given up and the operator is told, once a day for each receiver; of that no further one comes", async () => {
  const stage = await stageOutbox();
  const [down, ops] = [await stage.receiver(), await stage.receiver()];
  down.react = () => ({ status: 500 });
  await stage.webhook(down, ["*"]);
  await stage.webhook(ops, ["operator.dead_letter"]);
  const node = stage.node();
  await stage.raise(await stage.customer("ann"), 1);
  await untilGivenUp(stage, node);
  expect(await stage.deliveries()).toEqual([
    ["channel:1", "dead", ATTEMPTS_MOST],
    ["channel:1", "dead", ATTEMPTS_MOST],
    ["channel:2", "sent", 1],
  ]);
  expect(ops.posts.map(toldIn)).toMatchObject([
    {
      type: "operator.dead_letter",
      data: {
        customer: null,
        facts: {
          delivery_id: 1,
          channel_id: 1,
          channel: down.host,
          event: "alert.error_rate",
          attempts: ATTEMPTS_MOST,
        },
      },
    },
  ]);
  expect(node.counts).toEqual({
    "webhook failed": 2 * (ATTEMPTS_MOST - 1),
    "webhook dead": 2,
    "webhook sent": 1,
  });
});

test("many that are given up on one day are told of once", async () => {
  const stage = await stageOutbox();
  const [gone, ops] = [await stage.receiver(), await stage.receiver()];
  gone.react = () => ({ status: 410 });
  await stage.webhook(gone, ["alert.*"]);
  await stage.webhook(ops, ["operator.*"]);
  const ann = await stage.customer("ann");
  const node = stage.node();
  for (let n = 1; n <= 3; n += 1) await stage.raise(ann, n);
  await node.dispatcher.runDue();
  expect(ops.posts).toHaveLength(1);
  stage.later(DAY_MS);
  await stage.raise(ann, 4);
  await node.dispatcher.runDue();
  expect(ops.posts).toHaveLength(2);
});

test("of an erased customer nothing more is told, their channels are gone, and no answer that may name them is kept", async () => {
  const stage = await stageOutbox();
  const [down, own] = [await stage.receiver(), await stage.receiver()];
  down.react = () => ({ status: 500 });
  own.react = () => ({ status: 410 });
  const [ann, bob] = [await stage.customer("ann"), await stage.customer("bob")];
  await stage.webhook(down, ["alert.*"]);
  await stage.webhook(own, ["*"], ann);
  const { dispatcher } = stage.node();
  await stage.raise(ann, 1);
  await stage.raise(ann, 2);
  await stage.raise(bob, 3);
  await dispatcher.runDue();
  const before = down.posts.length;
  await stage.customers.erase(ann, "test");
  expect(await stage.deliveries()).toEqual([
    ["channel:1", "dropped", 1],
    ["channel:2", "dropped", 1],
    ["channel:1", "dropped", 0],
    ["channel:2", "dropped", 1],
    ["channel:1", "pending", 0],
  ]);
  expect(await stage.rows("select id from channels order by id")).toHaveLength(1);
  const named = `select id from deliveries where customer_id = '${ann}' and last_error is not null`;
  expect(await stage.rows(named)).toEqual([]);
  down.react = () => "take";
  stage.later(HOUR_MS);
  await dispatcher.runDue();
  expect(down.posts.slice(before).map((post) => toldIn(post).data.facts.calls)).toEqual([3]);
});

test("an alert of somebody who was erased before it was told is told to nobody", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  await stage.webhook(receiver, ["alert.*"]);
  const ann = await stage.customer("ann");
  await stage.raise(ann, 1);
  await stage.customers.erase(ann, "test");
  await stage.node().dispatcher.runDue();
  expect(await stage.deliveries()).toEqual([]);
  expect(await stage.rows("select id from outbox where sent_at is null")).toEqual([]);
});

test("after 90 days what was sent or dropped is removed, and what it came from; what waits or was given up stays", async () => {
  const stage = await stageOutbox();
  const [taking, gone, away] = [
    await stage.receiver(),
    await stage.receiver(),
    await stage.receiver(),
  ];
  gone.react = () => ({ status: 410 });
  await stage.webhook(taking, ["alert.*"]);
  const leaving = await stage.webhook(gone, ["alert.*"]);
  const ann = await stage.customer("ann");
  const { dispatcher } = stage.node();
  await stage.raise(ann, 1);
  await dispatcher.runDue();
  await stage.channels.remove(leaving, "test");
  await stage.webhook(away, ["alert.*"]);
  await stage.raise(ann, 2);
  await dispatcher.runDue();
  const { store } = stage;
  stage.later(90 * DAY_MS);
  await retireTold({ store, now: stage.clock.now() });
  expect(await stage.deliveries()).toHaveLength(4);
  stage.later(1);
  await retireTold({ store, now: stage.clock.now() });
  expect(await stage.deliveries()).toEqual([["channel:2", "dead", 1]]);
  const left = await stage.rows("select id from outbox");
  const [dead] = await stage.rows("select outbox_id from deliveries");
  expect(left.map(({ id }) => Number(id))).toEqual([Number(dead?.["outbox_id"])]);
});

test("an alert is told without advice where looking for it fails; a look that fails is made later, and holds up nobody", async () => {
  const stage = await stageOutbox();
  const receiver = await stage.receiver();
  await stage.webhook(receiver, ["alert.*"]);
  const ann = await stage.customer("ann");
  const { ledger, store, clock } = stage;
  const looks: unknown[] = [];
  const away = new Set(["ledger"]);
  const node = stage.node({
    advise: () => Promise.reject(new Error("no advice")),
    ledger: {
      raise: ledger.raise,
      look(operation) {
        if (away.has("ledger")) return Promise.reject(new Error("away"));
        looks.push(operation);
        return ledger.look(operation);
      },
    },
  });
  const row = { kind: "look", created_at: clock.now() };
  await store.write([
    store.db.insertInto("outbox").values({ ...row, customer_id: ann, payload: "{}" }),
    store.db
      .insertInto("outbox")
      .values({ ...row, customer_id: "deployment", payload: '{"deployment":true}' }),
    store.db.insertInto("outbox").values({ ...row, customer_id: ann, payload: '{"key_id":"k1"}' }),
  ]);
  await stage.raise(ann, 1);
  await node.dispatcher.runDue();
  expect(receiver.posts).toHaveLength(1);
  expect(node.faults).toContainEqual(new Error("no advice"));
  expect(node.faults).toContainEqual(new Error("away"));
  expect(await stage.rows("select id from outbox where sent_at is null")).toHaveLength(3);
  away.clear();
  await node.dispatcher.runDue();
  expect(await stage.rows("select id from outbox where sent_at is null")).toEqual([]);
  expect(looks).toEqual([
    { kind: "look", payer: { customerId: ann } },
    { kind: "look", deployment: true },
    { kind: "look", payer: { customerId: ann, keyId: "k1" } },
  ]);
});
