/** When all is quiet: ends what the dead left, asks once more of each customer, and holds the database against the journal. */
import { setTimeout as sleep } from "node:timers/promises";
import { jsonOf } from "./ask.ts";
import { callAs } from "./call-gateway.ts";
import type { Client } from "./cast.ts";
import { checkLimits } from "./check-limits.ts";
import { compareRecords, customerIdsOf } from "./compare-records.ts";
import { HOLD_SECONDS } from "./hold-over-http.ts";
import type { CallEntry } from "./journal.ts";
import { type Records, readPending, readRecords } from "./read-records.ts";
import type { Scene } from "./scene.ts";

/** The sweeper comes every five seconds; a machine under load may be late. */
const PENDING_MS_MOST = (HOLD_SECONDS + 30) * 1_000;
const LOOK_EVERY_MS = 250;
const LOG_PAGE = 5_000;

/** All servers are up and no client waits. Afterwards all servers are stopped. Problems go into the journal. */
export async function auditRound(scene: Scene, clients: readonly Client[]): Promise<void> {
  const { journal, database } = scene;
  // A live server may keep a hold until its call's deadline; a dead one's end when it starts again.
  await Promise.all(scene.nodes.map((node) => node.kill()));
  await Promise.all(scene.nodes.map((node) => node.start()));
  await untilNothingPends(scene);
  const probes = await probe(scene, clients);
  const logs = await readLogs(scene, clients);
  const codes = await Promise.all(scene.nodes.map((node) => node.stop()));
  for (const code of codes) {
    if (code !== 0) journal.violate(`A server that was told to stop ended with ${code}.`);
  }
  const records = await readRecords(database);
  journal.unconfirmed = records.events.filter(({ unconfirmed }) => unconfirmed).length;
  const problems = [
    ...compareRecords(records, journal),
    ...checkLimits(records, journal, probes),
    ...compareLogs(records, scene, logs),
    ...(await database.audit()).map(
      ({ what, found, expected }) => `The ledger's audit: ${what} is ${found}, not ${expected}.`,
    ),
  ];
  for (const problem of problems) journal.violate(problem);
  scene.scarceOfRound.length = 0;
}

async function untilNothingPends({ database, journal }: Scene): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const pending = await readPending(database);
    if (pending.length === 0) return;
    if (performance.now() - startedAt > PENDING_MS_MOST) {
      journal.violate(`Holds were never ended: ${JSON.stringify(pending.slice(0, 20))}`);
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** A call of each customer who was running out, and of each client. */
async function probe(scene: Scene, clients: readonly Client[]): Promise<CallEntry[]> {
  const payers = [
    ...scene.scarceOfRound.map((customer) => ({ customer, key: scene.adminKey })),
    ...clients,
  ];
  const probes: CallEntry[] = [];
  for (const payer of payers) probes.push(await callAs(scene, payer, () => 0.99));
  for (const { customer, end } of probes.slice(scene.scarceOfRound.length)) {
    if (end.kind !== "answered") {
      scene.journal.violate(`${customer} has room, and its call ended ${JSON.stringify(end)}.`);
    }
  }
  return probes;
}

/** The events of each customer as the REST API lists them. */
async function readLogs(
  scene: Scene,
  clients: readonly Client[],
): Promise<Map<string, readonly string[]>> {
  const logs = new Map<string, readonly string[]>();
  for (const customer of [...scene.scarceOfRound, ...clients.map((client) => client.customer)]) {
    const ids: string[] = [];
    for (let cursor = ""; ; ) {
      const path = `/api/subscription/usage-logs?user_id=${customer}&limit=${LOG_PAGE}${cursor}`;
      const answer = await scene.asker.ask({
        url: scene.someUrl() + path,
        method: "GET",
        key: scene.adminKey,
      });
      const page = jsonOf(answer.kind === "whole" ? answer.text : "");
      if (!Array.isArray(page["logs"])) {
        scene.journal.violate(`The log of ${customer} cannot be read: ${JSON.stringify(answer)}`);
        break;
      }
      ids.push(...page["logs"].map((log: { event_id: string }) => log.event_id));
      if (page["next_cursor"] === undefined) break;
      cursor = `&cursor=${String(page["next_cursor"])}`;
    }
    logs.set(customer, ids);
  }
  return logs;
}

function compareLogs(
  records: Records,
  { journal }: Scene,
  logs: ReadonlyMap<string, readonly string[]>,
): string[] {
  const customers = customerIdsOf(records, journal);
  return [...logs].flatMap(([customer, listed]) => {
    const ids = customers.get(customer) ?? new Set();
    const there = records.events.filter(({ customerId }) => ids.has(customerId));
    const shown = new Set(listed);
    const missing = there.filter(({ id }) => !shown.has(id)).map(({ id }) => id);
    return missing.length === 0 && listed.length === there.length
      ? []
      : [
          `The log of ${customer} lists ${listed.length} events and there are ${there.length}; missing: ${missing.slice(0, 10).join(", ")}.`,
        ];
  });
}
