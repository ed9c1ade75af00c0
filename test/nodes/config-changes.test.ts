/** What one node changes, the others know within a second, whether they are told of it or must look. */
import postgres from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CustomerId, UserId } from "../../src/core/ids.ts";
import { readPlanFile } from "../../src/core/plans/read-plan-file.ts";
import { readPriceFile } from "../../src/core/pricing/read-price-file.ts";
import { followConfigChanges, type Reloads } from "../../src/nodes/config-changes.ts";
import type { Purser } from "../../src/server/open-purser.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";
import { installationOn, openNode } from "./two-nodes.ts";

const missing = whyNoPostgres();
/** Looked at this often, to see what happens at once. */
const OFTEN = { interval: 5, timeout: 20_000 };

async function twoNodes() {
  const database = await newDatabase();
  onTestFinished(() => database.drop());
  const settings = installationOn(database.url);
  return { one: await openNode(settings), other: await openNode(settings), url: database.url };
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

async function run(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

/** A follower by itself, and what it reloaded so far. */
async function follower(of: { lookEveryMs: number; reloads?: Partial<Reloads> }) {
  const database = await newDatabase();
  const store = await openPostgresStore(database);
  const reloaded: string[] = [];
  const faults: unknown[] = [];
  const noted = (name: string) => () => void reloaded.push(name);
  const later = (name: string) => async () => void reloaded.push(name);
  const changes = await followConfigChanges({
    store,
    reloads: {
      ...{ keys: noted("keys"), customers: noted("customers") },
      ...{ plans: later("plans"), prices: later("prices") },
      ...of.reloads,
    },
    onFault: (fault) => faults.push(fault),
    lookEveryMs: of.lookEveryMs,
  });
  onTestFinished(async () => {
    await changes.stop();
    await store.close();
    await database.drop();
  });
  const change = () =>
    run(
      database.url,
      "insert into plans (slug, hidden, created_at) values (gen_random_uuid(), 0, 0)",
    );
  return { reloaded, faults, changes, change, url: database.url };
}

const NEVER_MS = 86_400_000;
const SILENT = `create or replace function purser_config_changed() returns trigger language plpgsql as $$
  begin
    insert into config_versions (name, version) values (tg_argv[0], 1)
      on conflict (name) do update set version = config_versions.version + 1;
    return null;
  end $$`;
const CUT_LISTENERS = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'purser listener' and datname = current_database()`;

describe.skipIf(missing !== null)(
  missing === null ? "on PostgreSQL" : `skipped: ${missing}`,
  () => {
    test("a change is told, so nobody waits for the next look", async () => {
      const { reloaded, change } = await follower({ lookEveryMs: NEVER_MS });
      // The first may be found by the looks with which it begins.
      for (let changes = 0; changes < 3; changes += 1) {
        reloaded.length = 0;
        await change();
        await expect.poll(() => reloaded, OFTEN).toContain("plans");
      }
    });

    test("where nothing is told, as behind some poolers of connections, it is found by looking", async () => {
      const { reloaded, change, url } = await follower({ lookEveryMs: 20 });
      await run(url, SILENT);
      await change();
      await expect.poll(() => reloaded, OFTEN).toEqual(["plans"]);
      await change();
      await expect.poll(() => reloaded, OFTEN).toEqual(["plans", "plans"]);
    });

    test("what was told while the line was cut is made up for, and it listens again", async () => {
      const { reloaded, change, url } = await follower({ lookEveryMs: NEVER_MS });
      await change();
      await expect.poll(() => reloaded, OFTEN).toContain("plans");
      for (let cuts = 0; cuts < 3; cuts += 1) {
        reloaded.length = 0;
        expect(await run(url, CUT_LISTENERS)).toHaveLength(1);
        await change();
        await expect.poll(() => reloaded, OFTEN).toContain("plans");
        await expect
          .poll(() => run(url, CUT_LISTENERS.replace("pg_terminate_backend(pid)", "pid")))
          .toHaveLength(1);
      }
    });

    test("a reload that fails is reported once and tried until it succeeds; keys are current all the same", async () => {
      let failures = 3;
      const plans = async (): Promise<void> => {
        failures -= 1;
        if (failures >= 0) throw new Error("It failed.");
      };
      const { changes, faults, change } = await follower({ lookEveryMs: 20, reloads: { plans } });
      await change();
      await expect.poll(() => failures, OFTEN).toBe(-1);
      expect(faults).toHaveLength(1);
      expect(changes.areCurrent()).toBe(true);
    });

    test("where it cannot look for a second, nothing counts as current until it can again", async () => {
      const { changes, url } = await follower({ lookEveryMs: 20 });
      await expect.poll(() => changes.areCurrent(), OFTEN).toBe(true);
      await run(url, "alter table config_versions rename to elsewhere");
      await expect.poll(() => changes.areCurrent(), OFTEN).toBe(false);
      await run(url, "alter table elsewhere rename to config_versions");
      await expect.poll(() => changes.areCurrent(), OFTEN).toBe(true);
    });

    test("a key revoked on one node is refused on the other, which remembered it", async () => {
      const { one, other } = await twoNodes();
      const { id, key } = await keyOn(one, "ada");
      expect(await fares(other, key)).toBe("let in");
      await expect
        .poll(() => other.parts.callers.find(key, null), OFTEN)
        .not.toBeInstanceOf(Promise);
      await one.parts.keys.revoke(id, "test");
      await expect.poll(() => fares(other, key), OFTEN).toBe("unauthenticated");
    });

    test("so it is with the line cut and nothing told", async () => {
      const { one, other, url } = await twoNodes();
      const { id, key } = await keyOn(one, "ada");
      expect(await fares(other, key)).toBe("let in");
      await run(url, SILENT);
      expect(await run(url, CUT_LISTENERS)).toHaveLength(2);
      await one.parts.keys.revoke(id, "test");
      await expect.poll(() => fares(other, key), OFTEN).toBe("unauthenticated");
    });

    test("plans and prices that one node adds are those of the other", async () => {
      const { one, other } = await twoNodes();
      const plans = `plans:
  - { id: free, name: Gratis, tier: free, price: { monthly: "0", yearly: "0" }, limits: [] }`;
      const at = one.parts.clock.now();
      await one.parts.plans.apply(readPlanFile(plans), { dryRun: false, at });
      const names = () => other.parts.plans.all().map(({ definition }) => definition.name);
      await expect.poll(names, OFTEN).toContain("Gratis");
      const price = '  - { provider: openai, model: house-model, rates: { input: "1" } }';
      await one.parts.prices.apply(readPriceFile(`prices:\n${price}`), { dryRun: false, at });
      const wanted = { provider: "openai", model: "house-model", at };
      await expect.poll(() => other.parts.prices.find(wanted)?.origin, OFTEN).toBe("operator");
    });

    test("a customer who is gone is not remembered", async () => {
      const { one, other } = await twoNodes();
      const { key } = await one.parts.keys.create({ kind: "service", name: "backend" }, "test");
      const idOn = async ({ parts }: Purser): Promise<CustomerId> =>
        (await parts.callers.find(key, "ada")).payer.customerId;
      const first = await idOn(other);
      const { store } = one.parts;
      await store.write([store.db.deleteFrom("customers").where("id", "=", first)]);
      await expect.poll(() => idOn(other), OFTEN).not.toBe(first);
    });
  },
);
