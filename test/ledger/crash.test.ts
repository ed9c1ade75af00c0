/** Nothing acknowledged is lost when the process is killed in the middle of its work. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { audit } from "../../src/ledger/audit/audit.ts";
import { addCustomer, addPlan, limit, openTestLedger, plan, reserveOf } from "./support.ts";
import { temporaryFolder } from "./test-database.ts";

/** The ids in the log; a last line that was cut counts for nothing. */
function acknowledged(log: string): { held: Set<string>; settled: Set<string> } {
  const said = { held: new Set<string>(), settled: new Set<string>() };
  const text = existsSync(log) ? readFileSync(log, "utf8") : "";
  for (const line of text.split("\n").slice(0, -1)) {
    const [word, id = ""] = line.split(" ");
    said[word === "settled" ? "settled" : "held"].add(id);
  }
  return said;
}

test("after kill -9, every acknowledged hold is one event, the settled ones as they were settled, and calls go on", async () => {
  const opened = await openTestLedger();
  const planVersionId = await addPlan(
    opened.store,
    plan("pro", [limit({ cap: 1_000_000n }), limit({ meter: "tokens", cap: 10n ** 12n })]),
  );
  const customer = await addCustomer(opened.store, { planVersionId });
  await opened.stop();

  const script = new URL("./crashing-caller.ts", import.meta.url).pathname;
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const log = join(folder.path, "acknowledged.log");
  const child = spawn(process.execPath, [script, opened.address, customer, log], {
    stdio: "inherit",
  });
  const exited = once(child, "exit");
  while (child.exitCode === null && acknowledged(log).settled.size < 1_000) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGKILL");
  await exited;
  const said = acknowledged(log);
  expect(child.signalCode).toBe("SIGKILL");

  Object.assign(opened, { stop: () => Promise.resolve() });
  await opened.reopen({ nodeId: "node", bootId: "second" });
  const pending = await opened.store.db.selectFrom("reservations").select("id").execute();
  expect(await opened.recover()).toBe(pending.length);

  const events = await opened.store.db
    .selectFrom("events")
    .select(["id", "usage", "unconfirmed"])
    .execute();
  const byId = new Map(events.map((event) => [event.id, event]));
  expect(byId.size).toBe(events.length);
  for (const id of said.held) expect(byId.has(id)).toBe(true);
  for (const id of said.settled)
    expect(byId.get(id)).toMatchObject({ usage: '{"input":7}', unconfirmed: 0n });
  expect(events.filter(({ unconfirmed }) => unconfirmed === 1n).length).toBe(pending.length);
  expect(await audit(opened.store)).toEqual([]);
  expect((await opened.ledger.reserve(reserveOf(customer))).kind).toBe("granted");
  await opened.remove();
});
