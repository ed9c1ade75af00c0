/** What must hold when several Pursers share a database: limits, revoked keys, changed plans, and one of them dying. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "../../src/ledger/audit/audit.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { startPurser } from "../cli/run-purser.ts";
import { chat } from "../gateway/stage.ts";
import {
  type Answered,
  type Node,
  type Storm,
  startThreeNodes,
  storm,
  type ThreeNodes,
  tally,
} from "./three-nodes.ts";

const ROOM = 37;
const OPENAI = "/openai/v1/chat/completions";
const MISTRAL = "/mistral/v1/chat/completions";

const plans = (freeCalls: number) => `
plans:
  - { id: free, name: Free, tier: free, price: { monthly: 0, yearly: 0 }, limits: [{ meter: calls, max: ${freeCalls} }] }
  - { id: open, name: Open, tier: pro, price: { monthly: 1, yearly: 1 }, limits: [] }
  - { id: room, name: Room, tier: basic, price: { monthly: 1, yearly: 1 }, limits: [{ meter: calls, max: ${ROOM} }] }
`;

let three: ThreeNodes;
beforeAll(async () => {
  three = await startThreeNodes(plans(1_000));
});
afterAll(() => three.close());

test("of 600 calls at once by one customer on three nodes with room for 37, exactly 37 pass", async () => {
  const crowd = await oneCustomer("crowd", { model: "gpt-4.1-mini", count: 600 });
  expect(tally(await allHeldAtOnce(crowd))).toEqual({ 200: ROOM, 429: 600 - ROOM });
  expect(three.reached(crowd.model)).toBe(ROOM);
  await expect.poll(() => countersOf(crowd)).toEqual({ used: ROOM, held: 0 });
  expect(await differences()).toEqual([]);
});

test("of 600 calls at once by 60 customers under a limit of 37 for all together, exactly 37 pass", async () => {
  const crowd = await manyCustomers("many", { model: "mistral-medium-latest", count: 600 });
  await limitAll([crowd]);
  expect(tally(await allHeldAtOnce(crowd))).toEqual({ 200: ROOM, 429: 600 - ROOM });
  expect(three.reached(crowd.model)).toBe(ROOM);
  await expect.poll(() => countersOf(crowd)).toEqual({ used: ROOM, held: 0 });
  expect(await differences()).toEqual([]);
});

test("of calls that come one after another to each of three nodes, exactly 37 pass too", async () => {
  const crowd = await manyCustomers("few", { model: "codestral-latest", count: 1 });
  await limitAll([crowd]);
  // Nobody is refused for long, so each node gives away its share of the room without asking the others.
  const untilRefused = async (node: Node): Promise<number> => {
    for (let passed = 0; ; passed += 1) {
      const [answer] = await Promise.all(storm([node], crowd));
      if (answer?.status !== 200) return passed;
    }
  };
  const callers = [...three.nodes, ...three.nodes, ...three.nodes].map(untilRefused);
  const passed = (await Promise.all(callers)).reduce((sum, more) => sum + more, 0);
  expect(passed).toBe(ROOM);
  await expect.poll(() => countersOf(crowd)).toEqual({ used: ROOM, held: 0 });
  expect(await differences()).toEqual([]);
});

test("a second after a key is revoked on one node, it is refused on the others", async () => {
  const key = await three.customer("revoked", "open");
  expect(tally(await callEach(key))).toEqual({ 200: 3 });
  const [row] = await three.rows(`select id from keys where hash = sha256('${key}'::bytea)`);
  const answer = await three.nodes[0].admin("POST", `/api/admin/keys/${row?.["id"]}/revoke`);
  expect(answer.status).toBe(200);
  // The promise is of the time after a second, and it holds however slow this machine is.
  await sleep(1_000);
  expect(tally(await callEach(key))).toEqual({ 401: 3 });
});

test("plans applied on one node bind on the others, and are what they show", async () => {
  const key = await three.customer("on-free");
  expect(tally(await callEach(key))).toEqual({ 200: 3 });
  const [first] = three.nodes;
  const file = join(first.settings["PURSER_DATA_DIR"] ?? "", "tighter.yaml");
  writeFileSync(file, plans(3));
  const applied = await startPurser(["plans", "apply", file], first.settings).ended;
  expect(applied).toMatchObject({ code: 0, err: "" });
  // As with keys, the promise is of the time after a second.
  await sleep(1_000);
  expect(tally(await callEach(key))).toEqual({ 429: 3 });
  for (const { admin } of three.nodes) {
    const shown = async () => JSON.stringify((await admin("GET", "/api/admin/plans")).data);
    await expect.poll(shown, { timeout: 10_000 }).toContain('"version":2');
  }
});

describe("when the node that does the work by the clock is killed in the middle of 1,260 calls", () => {
  let crowds: readonly Crowd[];
  let survivors: readonly Node[];
  let answers: readonly (readonly Answered[])[];

  beforeAll(async () => {
    crowds = [
      await oneCustomer("mourner", { model: "gpt-4.1", count: 600 }),
      await manyCustomers("heirs", { model: "mistral-small-latest", count: 600 }),
      // These leave room, some of which the dead node had taken for itself.
      await oneCustomer("widow", { model: "gpt-4.1-nano", count: 30 }),
      await manyCustomers("orphans", { model: "mistral-large-latest", count: 30 }),
    ];
    await limitAll(crowds);
    const dead = await holderOfJobs();
    survivors = three.nodes.filter((node) => node !== dead);
    // Some are answered before the kill, the others would be after it.
    let asked = 0;
    three.script = () => {
      asked += 1;
      return { waitMs: asked % 3 === 0 ? 0 : 1_500 };
    };
    const calls = crowds.map((crowd) => storm(three.nodes, crowd));
    const holdsOfDead = `select 1 from reservations where state = 'pending' and owner like '${dead.nodeId}/%'`;
    while ((await three.rows(holdsOfDead)).length < 10) await sleep(5);
    await dead.end("SIGKILL");
    answers = await Promise.all(calls.map((each) => Promise.all(each)));
    three.script = null;
  });

  test("the others answer all of theirs, and no more pass than there is room for", () => {
    for (const [index, crowd] of crowds.entries()) {
      const counts = tally(answers[index] ?? []);
      expect(["200", "429", "broken"]).toEqual(expect.arrayContaining(Object.keys(counts)));
      expect(counts["broken"] ?? 0).toBeLessThanOrEqual(crowd.count / 3);
      expect(counts["200"] ?? 0).toBeLessThanOrEqual(ROOM);
      expect(three.reached(crowd.model)).toBeLessThanOrEqual(ROOM);
    }
  });

  test("another node does the work by the clock, and ends the holds of the dead one", async () => {
    const jobs = async () => String((await three.rows(LEASE))[0]?.["holder"]).split("/")[0];
    await expect
      .poll(async () => survivors.map(({ nodeId }) => nodeId).includes((await jobs()) ?? ""), {
        timeout: 50_000,
      })
      .toBe(true);
    const pending = () => three.rows("select id from reservations where state = 'pending'");
    await expect.poll(pending, { timeout: 50_000 }).toEqual([]);
    const unconfirmed = await three.rows("select id from events where unconfirmed = 1");
    expect(unconfirmed.length).toBeGreaterThanOrEqual(10);
  });

  test("every acknowledged call is an event, and the sums are those of the log", async () => {
    const events = new Set((await three.rows("select id from events")).map(({ id }) => id));
    const acknowledged = answers.flat().filter(({ status }) => status === 200);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter(({ callId }) => !events.has(callId))).toEqual([]);
    expect(await differences()).toEqual([]);
  });

  test("the rest of the room can be used on the others, to the last call", async () => {
    await Promise.all(crowds.flatMap((crowd) => storm(survivors, { ...crowd, count: 100 })));
    for (const crowd of crowds) {
      await expect.poll(() => countersOf(crowd)).toEqual({ used: ROOM, held: 0 });
    }
    expect(await differences()).toEqual([]);
  });
});

/** Callers under one limit of 37 calls. */
interface Crowd extends Storm {
  readonly model: string;
  /** Its limit's counters, in SQL. */
  readonly counters: string;
  /** The limit, where it is the deployment's. */
  readonly limit?: unknown;
}

async function oneCustomer(name: string, of: { model: string; count: number }): Promise<Crowd> {
  const key = await three.customer(name, "room");
  const counters = `subject = (select customer_id from keys where hash = sha256('${key}'::bytea))`;
  return { ...of, path: OPENAI, keys: [key], body: chat(of.model), counters };
}

async function manyCustomers(name: string, of: { model: string; count: number }): Promise<Crowd> {
  const keys = await Promise.all(
    Array.from({ length: 60 }, (_, n) => three.customer(`${name}-${n}`, "open")),
  );
  return {
    ...of,
    path: MISTRAL,
    keys,
    body: chat(of.model),
    counters: `subject = 'deployment' and model = '${of.model}'`,
    limit: { meter: "calls", provider: "mistral", model: of.model, max: ROOM },
  };
}

async function limitAll(crowds: readonly Crowd[]): Promise<void> {
  const limits = crowds.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  const answer = await three.nodes[0].admin("PUT", "/api/admin/limits", { limits });
  expect(answer.status).toBe(200);
}

/** The provider answers nothing until every call has reached it or was refused. */
async function allHeldAtOnce(crowd: Crowd): Promise<Answered[]> {
  const gate = Promise.withResolvers<void>();
  three.script = () => ({ waitFor: gate.promise });
  const before = three.reached(crowd.model);
  let answered = 0;
  const calls = storm(three.nodes, crowd).map(async (call) => {
    const answer = await call;
    answered += 1;
    return answer;
  });
  while (answered + three.reached(crowd.model) - before < crowd.count) await sleep(5);
  gate.resolve();
  three.script = null;
  return Promise.all(calls);
}

/** A call of each node, with that key. */
function callEach(key: string): Promise<Answered[]> {
  const call = { count: 3, path: OPENAI, keys: [key], body: chat("gpt-4.1-mini") };
  return Promise.all(storm(three.nodes, call));
}

async function countersOf({ counters }: Crowd): Promise<{ used: number; held: number }> {
  const [row] = await three.rows(
    `select sum(used)::int as used, sum(held)::int as held from counters where meter = 'calls' and ${counters}`,
  );
  return { used: Number(row?.["used"]), held: Number(row?.["held"]) };
}

const LEASE = "select holder from leases where name = 'jobs'";

async function holderOfJobs(): Promise<Node> {
  const [lease] = await three.rows(LEASE);
  const node = three.nodes.find(({ nodeId }) => String(lease?.["holder"]).startsWith(nodeId));
  if (node === undefined) throw new Error(`Nobody has the jobs: ${JSON.stringify(lease)}.`);
  return node;
}

async function differences() {
  const store = await openPostgresStore({ url: three.databaseUrl });
  try {
    return await audit(store);
  } finally {
    await store.close();
  }
}
