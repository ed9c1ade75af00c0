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
  startThreeNodes,
  storm,
  type ThreeNodes,
  tally,
} from "./three-nodes.ts";

const ROOM = 37;
const CHAT = "/openai/v1/chat/completions";
const MISTRAL = "/mistral/v1/chat/completions";
const MODEL = "gpt-4.1-mini";

const plans = (freeCalls: number) => `
plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    limits: [{ meter: calls, operation: image, max: ${freeCalls} }, { meter: calls, max: ${freeCalls} }]
  - { id: open, name: Open, tier: pro, price: { monthly: 1, yearly: 1 }, limits: [] }
  - { id: room, name: Room, tier: basic, price: { monthly: 1, yearly: 1 }, limits: [{ meter: calls, max: ${ROOM} }] }
`;

let three: ThreeNodes;
beforeAll(async () => {
  three = await startThreeNodes(plans(1_000));
});
afterAll(() => three.close());

/** A call of each node, with that key. */
const callEach = (key: string, nodes: readonly Node[] = three.nodes) =>
  Promise.all(storm(nodes, { count: nodes.length, path: CHAT, keys: [key], body: chat(MODEL) }));

async function countersOf(where: string): Promise<{ used: number; held: number }> {
  const [row] = await three.rows(
    `select coalesce(sum(used), 0)::int as used, coalesce(sum(held), 0)::int as held from counters where meter = 'calls' and ${where}`,
  );
  return { used: Number(row?.["used"]), held: Number(row?.["held"]) };
}

const keysCustomer = (key: string) =>
  `subject = (select customer_id from keys where hash = sha256('${key}'::bytea))`;

async function differences() {
  const store = await openPostgresStore({ url: three.databaseUrl });
  try {
    return await audit(store);
  } finally {
    await store.close();
  }
}

test("of 600 calls at once by one customer on three nodes with room for 37, exactly 37 pass", async () => {
  const key = await three.customer("crowd", "room");
  const reached = three.reached(MODEL);
  const calls = { count: 600, path: CHAT, keys: [key], body: chat(MODEL) };
  const answers = await Promise.all(storm(three.nodes, calls));
  expect(tally(answers)).toEqual({ 200: ROOM, 429: 600 - ROOM });
  expect(three.reached(MODEL) - reached).toBe(ROOM);
  await expect.poll(() => countersOf(keysCustomer(key))).toEqual({ used: ROOM, held: 0 });
  expect(await differences()).toEqual([]);
});

test("of 600 calls at once by 60 customers under a limit of 37 for all together, exactly 37 pass", async () => {
  const model = "gpt-4.1-nano";
  const keys = await manyCustomers("many");
  await limitAll([{ meter: "calls", provider: "openai", model, max: ROOM }]);
  const answers = await Promise.all(
    storm(three.nodes, { count: 600, path: CHAT, keys, body: chat(model) }),
  );
  expect(tally(answers)).toEqual({ 200: ROOM, 429: 600 - ROOM });
  expect(three.reached(model)).toBe(ROOM);
  await expect
    .poll(() => countersOf(`subject = 'deployment' and model = '${model}'`))
    .toEqual({ used: ROOM, held: 0 });
  expect(await differences()).toEqual([]);
});

test("a second after a key is revoked on one node, it is refused on the others", async () => {
  const key = await three.customer("revoked", "open");
  expect(tally(await callEach(key))).toEqual({ 200: 3 });
  const { data } = await three.nodes[0].admin("GET", "/api/admin/customers/revoked/keys");
  const [{ id }] = data.keys ?? data;
  const answer = await three.nodes[0].admin("POST", `/api/admin/keys/${id}/revoke`);
  expect(answer.status).toBe(200);
  // The promise is of the time after a second, and it holds however slow this machine is.
  await sleep(1_000);
  expect(tally(await callEach(key))).toEqual({ 401: 3 });
});

test("plans applied on one node bind on the others", async () => {
  const key = await three.customer("on-free");
  expect(tally(await callEach(key))).toEqual({ 200: 3 });
  const [first] = three.nodes;
  const file = join(first.settings["PURSER_DATA_DIR"] ?? "", "tighter.yaml");
  writeFileSync(file, plans(3));
  const applied = await startPurser(["plans", "apply", file], first.settings).ended;
  expect(applied).toMatchObject({ code: 0, err: "" });
  await sleep(1_000);
  expect(tally(await callEach(key))).toEqual({ 429: 3 });
  for (const node of three.nodes) {
    const { data } = await node.admin("GET", "/api/subscription/plans");
    expect(JSON.stringify(data)).toContain('"max":3');
  }
});

describe("when the node that does the work by the clock is killed in the middle of 1,200 calls", () => {
  const LEASE = "select holder from leases where name = 'jobs'";
  const model = "mistral-small-latest";
  let key: string;
  let keys: readonly string[];
  let survivors: readonly Node[];
  let dead: Node;
  let own: readonly Answered[];
  let shared: readonly Answered[];

  beforeAll(async () => {
    key = await three.customer("mourner", "room");
    keys = await manyCustomers("heirs");
    await limitAll([{ meter: "calls", provider: "mistral", model, max: ROOM }]);
    dead = await holderOfJobs();
    survivors = three.nodes.filter((node) => node !== dead);
    const [reachedOwn, reachedShared] = [three.reached(MODEL), three.reached(model)];
    // Some are answered before the kill, some would be after it.
    three.script = () => ({ waitMs: Math.random() < 0.3 ? 0 : 300 });
    const one = storm(three.nodes, { count: 600, path: CHAT, keys: [key], body: chat(MODEL) });
    const all = storm(three.nodes, { count: 600, path: MISTRAL, keys, body: chat(model) });
    while (three.reached(MODEL) === reachedOwn || three.reached(model) === reachedShared) {
      await sleep(1);
    }
    await dead.end("SIGKILL");
    own = await Promise.all(one);
    shared = await Promise.all(all);
    three.script = null;
  });

  async function holderOfJobs(): Promise<Node> {
    const [lease] = await three.rows(LEASE);
    const node = three.nodes.find(({ nodeId }) => String(lease?.["holder"]).startsWith(nodeId));
    if (node === undefined) throw new Error(`Nobody has the jobs: ${JSON.stringify(lease)}.`);
    return node;
  }

  test("the others answer on, and no more pass than there is room for", () => {
    for (const answers of [own, shared]) {
      const counts = tally(answers);
      expect(
        Object.keys(counts).filter((status) => !["200", "429", "null"].includes(status)),
      ).toEqual([]);
      expect(counts["200"] ?? 0).toBeLessThanOrEqual(ROOM);
      // The dead node had a third of the calls; the others answered all of theirs.
      expect(counts["null"] ?? 0).toBeLessThanOrEqual(200);
    }
    expect(three.reached(model)).toBeLessThanOrEqual(ROOM);
  });

  test("another node does the work by the clock, and ends the holds of the dead one", async () => {
    await expect
      .poll(async () => String((await three.rows(LEASE))[0]?.["holder"]), { timeout: 50_000 })
      .toMatch(new RegExp(`^(${survivors.map(({ nodeId }) => nodeId).join("|")})/`));
    await expect
      .poll(() => three.rows("select id from reservations where state = 'pending'"), {
        timeout: 50_000,
      })
      .toEqual([]);
  });

  test("every acknowledged call is an event, and the sums are those of the log", async () => {
    const events = new Set((await three.rows("select id from events")).map(({ id }) => id));
    const acknowledged = [...own, ...shared].filter(({ status }) => status === 200);
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { callId } of acknowledged) expect(events.has(callId)).toBe(true);
    expect(await differences()).toEqual([]);
  });

  test("the rest of the room can be used on the others, to the last call", async () => {
    await Promise.all([
      ...storm(survivors, { count: 100, path: CHAT, keys: [key], body: chat(MODEL) }),
      ...storm(survivors, { count: 100, path: MISTRAL, keys, body: chat(model) }),
    ]);
    await expect.poll(() => countersOf(keysCustomer(key))).toEqual({ used: ROOM, held: 0 });
    await expect
      .poll(() => countersOf(`subject = 'deployment' and model = '${model}'`))
      .toEqual({ used: ROOM, held: 0 });
    expect(await differences()).toEqual([]);
  });
});

function manyCustomers(name: string): Promise<string[]> {
  return Promise.all(Array.from({ length: 60 }, (_, n) => three.customer(`${name}-${n}`, "open")));
}

async function limitAll(limits: readonly unknown[]): Promise<void> {
  const answer = await three.nodes[0].admin("PUT", "/api/admin/limits", { limits });
  expect(answer.status).toBe(200);
}
