/** Several ledgers on one database: limits that all of them share hold exactly, and nothing is lost when one leaves. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallId, CustomerId } from "../../src/core/ids.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { writeLimit } from "../../src/core/limits/read-limit.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { type OpenedPostgresLedger, openPostgresLedger } from "../../src/ledger/postgres/open.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  countersOf,
  factsOf,
  limit,
  NOW,
  newId,
  plan,
  recordOf,
  reserveOf,
  settleOf,
} from "../ledger/support.ts";
import { newDatabase } from "./shared-database.ts";

let ledgers: OpenedPostgresLedger[];
let drop: () => Promise<void>;

beforeEach(async () => {
  const database = await newDatabase();
  drop = database.drop;
  ledgers = await Promise.all(
    ["a", "b", "c"].map((nodeId) =>
      openPostgresLedger({
        url: database.url,
        nodeId,
        bootId: newId(),
        clock: { now: () => NOW },
        fixedClock: true,
      }),
    ),
  );
  // All of them are there, so each has a share.
  await node(0).store.write(
    ["a", "b", "c"].map((name) =>
      node(0)
        .store.db.insertInto("nodes")
        .values({ node_id: name, boot_id: "boot", heartbeat_at: NOW }),
    ),
  );
});

afterEach(async () => {
  await Promise.all(ledgers.map((one) => one.stop()));
  await drop();
});

function node(index: number): OpenedPostgresLedger {
  const one = ledgers[index % ledgers.length];
  if (one === undefined) throw new Error("There are three ledgers.");
  return one;
}

async function customers(count: number, limits: readonly Limit[] = []): Promise<CustomerId[]> {
  const { store } = node(0);
  const planVersionId = await addPlan(store, plan("any", limits));
  return Promise.all(Array.from({ length: count }, () => addCustomer(store, { planVersionId })));
}

async function limitDeployment(limits: readonly Limit[]): Promise<void> {
  const { store } = node(0);
  const value = JSON.stringify(limits.map(writeLimit));
  await store.write([
    store.db
      .insertInto("meta")
      .values({ name: "deployment_limits", value })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
  ]);
}

test("600 calls at once by one customer through three ledgers, with room for 37: exactly 37", async () => {
  const [customer] = await customers(1, [limit({ cap: 37n })]);
  if (customer === undefined) throw new Error("No customer.");
  const answers = await Promise.all(
    Array.from({ length: 600 }, (_, index) => node(index).ledger.reserve(reserveOf(customer))),
  );
  expect(answers.filter(({ kind }) => kind === "granted")).toHaveLength(37);
  expect(await audit(node(0).store)).toEqual([]);
});

test("a limit of the whole deployment, 600 calls of 40 customers through three ledgers: exactly 37", async () => {
  const all = await customers(40);
  await limitDeployment([limit({ cap: 37n })]);
  const answers = await Promise.all(
    Array.from({ length: 600 }, (_, index) =>
      node(index).ledger.reserve(reserveOf(at(all, index))),
    ),
  );
  const granted = answers.filter((answer) => answer.kind === "granted");
  expect(granted).toHaveLength(37);
  const [refused] = answers.filter((answer) => answer.kind === "denied");
  expect(refused).toMatchObject({ subject: "deployment", used: 0n, held: 37n, cap: 37n });
  expect(await audit(node(0).store)).toEqual([]);
});

test("a preflight at any node is told what all nodes used and hold, and not one node's share of it", async () => {
  const all = await customers(3);
  await limitDeployment([limit({ cap: 30n })]);
  for (let index = 0; index < 9; index += 1) {
    await node(index).ledger.reserve(reserveOf(at(all, index)));
  }
  const { scope, most, priced } = reserveOf(at(all, 0));
  for (const one of [0, 1, 2]) {
    const { verdicts } = await node(one).ledger.preflight({
      kind: "preflight",
      payer: { customerId: at(all, one) },
      calls: Array.from({ length: 22 }, () => ({ scope, most, priced })),
    });
    expect(verdicts[0]).toMatchObject({ kind: "fits", nearest: { used: 0n, held: 9n, cap: 30n } });
    expect(verdicts[21]).toMatchObject({ code: "limit_held", used: 21n, held: 9n, cap: 30n });
  }
  expect(await audit(node(0).store)).toEqual([]);
});

test("what one node held may end at another, past the cap too, and the next call anywhere sees it", async () => {
  const all = await customers(5);
  await limitDeployment([limit({ meter: "tokens", cap: 3_000n })]);
  const held: CallId[] = [];
  for (let index = 0; index < 12; index += 1) {
    const operation = reserveOf(at(all, index), { owner: "external" });
    const { kind } = await node(index).ledger.reserve(operation);
    expect(kind).toBe("granted");
    held.push(operation.id);
  }
  // 12 x 150 tokens are held; each node ends what another began, one of them with far more than was held.
  await node(1).ledger.settle(settleOf(at(held, 0), { usage: { input: 2_000, output: 100 } }));
  for (const [index, id] of held.entries()) {
    if (index > 0) await node(index + 1).ledger.settle(settleOf(id));
  }
  const used = 2_100n + 11n * 150n;
  for (const index of [0, 1, 2]) {
    const answer = await node(index).ledger.reserve(reserveOf(at(all, index)));
    expect(answer).toMatchObject({ kind: "denied", code: "limit_reached", used, held: 0n });
  }
  expect(await audit(node(0).store)).toEqual([]);
});

test("a storm of reserves, settles, releases and events keeps every sum, under limits that all share", async () => {
  const all = await customers(20, [limit({ per: "day", cap: 1_000n })]);
  const key = await addKey(node(0).store, null, [limit({ cap: 150n })]);
  await limitDeployment([
    limit({ cap: 200n }),
    limit({ meter: "cost", per: "month", cap: 250_000_000n }),
    limit({ meter: "tokens", per: "minute", cap: 30_000n, atCap: "allow" }),
  ]);
  const outcomes = await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const customer = at(all, index);
      if (index % 10 === 9) {
        await node(index).ledger.record(recordOf(customer, { facts: factsOf({ calls: 1 }) }));
        return "recorded";
      }
      const payer =
        index % 2 === 0 ? { customerId: customer, keyId: key } : { customerId: customer };
      const operation = reserveOf(customer, { payer });
      const answer = await node(index).ledger.reserve(operation);
      if (answer.kind === "denied") return "denied";
      if (index % 3 === 0) {
        const { id } = operation;
        await node(index + 1).ledger.release({
          kind: "release",
          id,
          reason: "",
          onlyExternal: false,
        });
        return "released";
      }
      await node(index + index).ledger.settle(settleOf(operation.id));
      return "settled";
    }),
  );
  const count = (what: string): number => outcomes.filter((one) => one === what).length;
  expect(count("denied")).toBeGreaterThan(0);
  const deployment = await countersOf(node(2).store, "deployment");
  expect(deployment["calls * period"]).toEqual([BigInt(count("settled") + count("recorded")), 0n]);
  expect(await audit(node(0).store)).toEqual([]);
});

test("a limit that is raised, lowered and taken away binds at all nodes as it is", async () => {
  const all = await customers(6);
  const pass = async (): Promise<number> => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        node(index).ledger.reserve(reserveOf(at(all, index))),
      ),
    );
    return answers.filter(({ kind }) => kind === "granted").length;
  };
  await limitDeployment([limit({ cap: 10n })]);
  expect(await pass()).toBe(10);
  await limitDeployment([limit({ cap: 17n })]);
  expect(await pass()).toBe(7);
  await limitDeployment([]);
  expect(await pass()).toBe(30);
  await limitDeployment([limit({ cap: 17n })]);
  expect(await pass()).toBe(0);
  await limitDeployment([limit({ cap: 50n })]);
  expect(await pass()).toBe(3);
  expect(await audit(node(0).store)).toEqual([]);
});

test("the operator hears once that the deployment is near its limit, whichever nodes crossed it", async () => {
  const all = await customers(9);
  await limitDeployment([limit({ cap: 90n })]);
  await Promise.all(
    Array.from({ length: 81 }, async (_, index) => {
      const operation = reserveOf(at(all, index));
      await node(index).ledger.reserve(operation);
      await node(index).ledger.settle(settleOf(operation.id));
    }),
  );
  await node(0).sweep();
  const alerts = await node(0)
    .store.db.selectFrom("alerts")
    .select(["customer_id", "threshold"])
    .orderBy("threshold")
    .execute();
  const thresholds = alerts.map(({ threshold }) => threshold);
  expect(new Set(thresholds).size).toBe(thresholds.length);
  expect(thresholds.at(-1)).toBe(90n);
});

function at<One>(list: readonly One[], index: number): One {
  const one = list[index % list.length];
  if (one === undefined) throw new Error("The list is empty.");
  return one;
}

test("what three nodes tell the operator at once, under no customer's lock, is told once each", async () => {
  const times = Array.from({ length: 120 }, (_, index) => index);
  const answers = await Promise.all(
    times.flatMap((time) =>
      [0, 1, 2].map((index) =>
        node(index).ledger.raise({
          kind: "raise",
          customerId: "deployment",
          mark: { counterKey: `retirement ${time}`, cap: 0n, threshold: 100 },
          told: { kind: "retirement_failed", facts: { reason: "The disk is full." } },
          threshold: 100,
          periodStart: NOW,
        }),
      ),
    ),
  );
  expect(answers.filter(({ again }) => !again)).toHaveLength(times.length);
  const rows = await node(0).store.db.selectFrom("alerts").select("id").execute();
  expect(rows).toHaveLength(times.length);
});

test("a deployment's limit that use of all three nodes crosses alerts once, and is looked at by any of them", async () => {
  const all = await customers(20);
  await limitDeployment([limit({ cap: 100n, atCap: "allow", alertAt: [50] })]);
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => node(index).ledger.record(recordOf(at(all, index)))),
  );
  await Promise.all(
    [0, 1, 2].map((index) => node(index).ledger.look({ kind: "look", deployment: true })),
  );
  const rows = await node(0).store.db.selectFrom("alerts").select("threshold").execute();
  expect(rows).toEqual([{ threshold: 50n }]);
  expect(await audit(node(0).store)).toEqual([]);
});
