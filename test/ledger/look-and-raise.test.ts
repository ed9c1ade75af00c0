/** Changed limits and wishes are looked at without use, and jobs tell of what they find: each alert comes once, whoever asks. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import type { Raise } from "../../src/ledger/ledger.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  factsOf,
  limit,
  NOW,
  openTestLedger,
  plan,
  recordOf,
  reserveOf,
  settleOf,
  subscribe,
  type TestLedger,
} from "./support.ts";
import { IS_POSTGRES, openLedgerAt } from "./test-database.ts";

let opened: TestLedger;
let customer: CustomerId;
let alerted: number;
beforeEach(async () => {
  alerted = 0;
  opened = await openTestLedger({
    onAlerted: () => {
      alerted += 1;
    },
  });
  customer = await addCustomer(opened.store, { planVersionId: await versionWith(10n) });
});
afterEach(() => opened.remove());

function versionWith(cap: bigint): Promise<number> {
  return addPlan(opened.store, plan(`plan-${cap}`, [limit({ cap })]));
}

async function use(calls: number): Promise<void> {
  await Promise.all(Array.from({ length: calls }, () => opened.ledger.record(recordOf(customer))));
}

const look = () => opened.ledger.look({ kind: "look", payer: { customerId: customer } });

async function told(): Promise<string[]> {
  const rows = await opened.store.db.selectFrom("alerts").selectAll().orderBy("id").execute();
  return rows.map(({ kind, facts }) => {
    const { used, cap, threshold } = JSON.parse(facts);
    return `${kind} ${used}/${cap} at ${threshold}`;
  });
}

test("a downgrade below what is used alerts as soon as it is looked at, for the new cap, once", async () => {
  await use(7);
  await look();
  expect(await told()).toEqual([]);
  expect(alerted).toBe(0);
  await subscribe(opened.store, customer, await versionWith(5n));
  expect(await look()).toEqual({ kind: "looked" });
  expect(await told()).toEqual(["limit_reached 7/5 at 100"]);
  expect(alerted).toBe(1);
  await look();
  await use(1);
  expect(await told()).toHaveLength(1);
  expect(alerted).toBe(1);
});

test("an upgrade re-arms the thresholds, of the new cap", async () => {
  await use(10);
  await subscribe(opened.store, customer, await versionWith(20n));
  await look();
  await use(5);
  expect(await told()).toEqual(["limit_reached 10/10 at 100"]);
  await use(1);
  await use(4);
  expect((await told()).slice(1)).toEqual(["threshold 16/20 at 80", "limit_reached 20/20 at 100"]);
});

test("a wish for lower thresholds is heard at once, of the plan's limits and of a key's", async () => {
  const keyId = await addKey(opened.store, customer, [limit({ cap: 20n })]);
  const payer = { customerId: customer, keyId };
  for (let call = 0; call < 6; call += 1) {
    await opened.ledger.record(recordOf(customer, { payer }));
  }
  const { db } = opened.store;
  const preferences = JSON.stringify({ thresholds: [30, 60] });
  await opened.store.write([
    db
      .insertInto("alert_preferences")
      .values({ customer_id: customer, preferences, updated_at: NOW }),
  ]);
  await look();
  expect(await told()).toEqual(["threshold 6/10 at 60"]);
  await opened.ledger.look({ kind: "look", payer });
  expect((await told()).slice(1)).toEqual(["threshold 6/20 at 30"]);
});

test("a limit that nobody had asked for counts from before, and the deployment's are looked at alike", async () => {
  await use(4);
  await opened.store.write([
    opened.store.db.insertInto("meta").values({
      name: "deployment_limits",
      value: '[{"meter":"tokens","max":600},{"meter":"calls","per":"day","max":5}]',
    }),
  ]);
  await opened.ledger.look({ kind: "look", deployment: true });
  await opened.ledger.look({ kind: "look", deployment: true });
  const rows = await opened.store.db.selectFrom("alerts").selectAll().orderBy("id").execute();
  expect(rows.map(({ customer_id, meter, kind }) => [customer_id, meter, kind])).toEqual([
    ["deployment", "tokens", "limit_reached"],
    ["deployment", "calls", "threshold"],
  ]);
  expect(rows[0]?.message).toContain("All customers together have used 600 of 600 tokens");
});

test("looks of somebody who is not there are answered, and tell nobody", async () => {
  const nobody = { customerId: "nobody" as CustomerId };
  expect(await opened.ledger.look({ kind: "look", payer: nobody })).toEqual({ kind: "looked" });
  expect(await told()).toEqual([]);
});

const RAISE: Omit<Raise, "customerId"> = {
  kind: "raise",
  mark: { counterKey: "error_rate 2026-04-11T10", cap: 0n, threshold: 100 },
  told: {
    kind: "error_rate",
    facts: { hour: "2026-04-11T10:00:00.000Z", calls: 40, failed: 10, rate: 25, rate_least: 20 },
  },
  threshold: 25,
  meter: "calls",
  periodStart: NOW,
};

test("what a job tells twice is told once, also by several nodes at once, of a customer and to the operator", async () => {
  const { address, clock } = opened;
  const other = IS_POSTGRES
    ? await openLedgerAt(address, { clock, nodeId: "other", bootId: "other" })
    : null;
  try {
    const doors = other === null ? [opened] : [opened, other];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => doors[at % doors.length] ?? opened).flatMap((door) =>
        [customer, "deployment"].map((customerId) => door.ledger.raise({ ...RAISE, customerId })),
      ),
    );
    expect(answers.filter(({ again }) => !again)).toHaveLength(2);
  } finally {
    await other?.stop();
  }
  const { db } = opened.store;
  const rows = await db.selectFrom("alerts").selectAll().orderBy("customer_id", "asc").execute();
  expect(new Set(rows.map(({ customer_id }) => customer_id))).toEqual(
    new Set([customer, "deployment"]),
  );
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    kind: "error_rate",
    type: "system",
    severity: "warning",
    threshold: 25n,
    meter: "calls",
    provider: null,
    facts: JSON.stringify(RAISE.told.facts),
    period_start: BigInt(NOW),
    created_at: BigInt(NOW),
  });
  const outbox = await db.selectFrom("outbox").select(["kind", "payload"]).execute();
  expect(new Set(outbox.map(({ payload }) => JSON.parse(payload).alert_id))).toEqual(
    new Set(rows.map(({ id }) => Number(id))),
  );
  expect(outbox).toHaveLength(2);
});

test("another threshold, cap or time is told anew; of somebody who is not there nothing is", async () => {
  const raise = (mark: Partial<Raise["mark"]>, customerId: string = customer) =>
    opened.ledger.raise({ ...RAISE, customerId, mark: { ...RAISE.mark, ...mark } });
  expect(await raise({})).toEqual({ kind: "raised", again: false });
  expect(await raise({})).toEqual({ kind: "raised", again: true });
  expect(await raise({ threshold: 80 })).toMatchObject({ again: false });
  expect(await raise({ cap: 1n })).toMatchObject({ again: false });
  expect(await raise({ counterKey: "error_rate 2026-04-11T11" })).toMatchObject({ again: false });
  await opened.reopen();
  expect(await raise({})).toMatchObject({ again: true });
  expect(await raise({}, "nobody")).toMatchObject({ again: true });
  expect(await told()).toHaveLength(4);
});

test("200 looks and calls that race over a threshold tell of it once", async () => {
  await subscribe(opened.store, customer, await versionWith(250n));
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const call = reserveOf(customer);
      await opened.ledger.reserve(call);
      await Promise.all([opened.ledger.settle(settleOf(call.id)), look()]);
    }),
  );
  expect(await told()).toEqual([]);
  await subscribe(opened.store, customer, await versionWith(125n));
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const call = reserveOf(customer, { payer: { customerId: customer } });
      const [answer] = await Promise.all([opened.ledger.reserve(call), look()]);
      if (answer.kind === "granted") await opened.ledger.settle(settleOf(call.id, factsOf()));
      await look();
    }),
  );
  const thresholds = (await told()).map((words) => words.split(" ").at(-1));
  expect(new Set(thresholds).size).toBe(thresholds.length);
  expect(thresholds).toContain("100");
  const marks = await opened.store.db.selectFrom("alert_marks").select("threshold").execute();
  expect(marks.map(({ threshold }) => Number(threshold)).sort((a, b) => a - b)).toEqual([
    80, 90, 100,
  ]);
});
