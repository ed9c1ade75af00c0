/** What one node changes, the others know within a second, whether they are told or must look. */
import postgres from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CustomerId, UserId } from "../../src/core/ids.ts";
import { readPlanFile } from "../../src/core/plans/read-plan-file.ts";
import type { Purser } from "../../src/server/open-purser.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";
import { installationOn, openNode } from "./two-nodes.ts";

const missing = whyNoPostgres();

async function twoNodes() {
  const database = await newDatabase();
  onTestFinished(() => database.drop());
  const settings = installationOn(database.url);
  const one = await openNode(settings);
  const other = await openNode(settings);
  return { one, other, url: database.url };
}

async function keyOn({ parts }: Purser, userId: string) {
  const customer = await parts.customers.ensure(userId as UserId);
  return parts.keys.create({ kind: "customer", name: "test", customerId: customer.id }, "test");
}

/** How a key fares on a node: `let in`, or why not. */
async function fares({ parts }: Purser, key: string): Promise<string> {
  try {
    await parts.callers.find(key, null);
    return "let in";
  } catch (cause) {
    return (cause as { code: string }).code;
  }
}

/** Cuts the connections that listen, as a network does, and resolves with how many there were. */
async function cutListeners(url: string): Promise<number> {
  const sql = postgres(url, { max: 1 });
  try {
    const cut = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'purser listener' and datname = current_database()`;
    return cut.length;
  } finally {
    await sql.end();
  }
}

describe.skipIf(missing !== null)(
  missing === null ? "on PostgreSQL" : `skipped: ${missing}`,
  () => {
    test("a key revoked on one node is refused on the other, which remembered it", async () => {
      const { one, other } = await twoNodes();
      const { id, key } = await keyOn(one, "ada");
      expect(await fares(other, key)).toBe("let in");
      await expect.poll(() => other.parts.callers.find(key, null) instanceof Promise).toBe(false);
      await one.parts.keys.revoke(id, "test");
      await expect.poll(() => fares(other, key), { interval: 5 }).toBe("unauthenticated");
    });

    test("so it is where nobody listens any more", async () => {
      const { one, other, url } = await twoNodes();
      const { id, key } = await keyOn(one, "ada");
      expect(await fares(other, key)).toBe("let in");
      expect(await cutListeners(url)).toBe(2);
      await one.parts.keys.revoke(id, "test");
      await expect.poll(() => fares(other, key), { interval: 5 }).toBe("unauthenticated");
    });

    test("plans and prices of one node are those of the other", async () => {
      const { one, other } = await twoNodes();
      const plans = `plans:
  - { id: free, name: Gratis, tier: free, price: { monthly: "0", yearly: "0" }, limits: [] }`;
      const at = one.parts.clock.now();
      await one.parts.plans.apply(readPlanFile(plans), { dryRun: false, at });
      const names = () => other.parts.plans.all().map(({ definition }) => definition.name);
      await expect.poll(names, { interval: 5 }).toContain("Gratis");
      const entry = {
        provider: "openai",
        model: "house-model",
        rates: {},
        source: "test",
        from: at,
      };
      await one.request({
        method: "POST",
        path: "/api/admin/prices",
        body: entry,
      });
    });

    test("a customer who is gone is not remembered", async () => {
      const { one, other } = await twoNodes();
      const { key } = await one.parts.keys.create({ kind: "service", name: "backend" }, "test");
      const idOn = async ({ parts }: Purser): Promise<CustomerId> =>
        (await parts.callers.find(key, "ada")).payer.customerId;
      const first = await idOn(other);
      const { store } = one.parts;
      await store.write([store.db.deleteFrom("customers").where("id", "=", first)]);
      await expect.poll(() => idOn(other), { interval: 5 }).not.toBe(first);
    });
  },
);
