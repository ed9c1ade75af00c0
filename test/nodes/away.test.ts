/** Where the database is away, a node trusts no key that it remembers, and finds back by itself. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { UserId } from "../../src/core/ids.ts";
import { startCluster } from "../postgres/cluster.ts";
import { whyNoPostgres } from "../postgres/shared-database.ts";
import { installationOn, openNode } from "./two-nodes.ts";

const missing = whyNoPostgres();

describe.skipIf(missing !== null)(
  missing === null ? "on PostgreSQL" : `skipped: ${missing}`,
  () => {
    test("a key that was remembered is refused while nobody can say that it was not revoked", async () => {
      const cluster = await startCluster();
      onTestFinished(() => cluster.remove());
      const { parts } = await openNode(installationOn((await cluster.newDatabase()).url));
      const customer = await parts.customers.ensure("ada" as UserId);
      const wanted = { kind: "customer", name: "test", customerId: customer.id } as const;
      const { key } = await parts.keys.create(wanted, "test");
      const fares = async (): Promise<unknown> => {
        try {
          await parts.callers.find(key, null);
          return "let in";
        } catch (cause) {
          return (cause as { code: string }).code;
        }
      };
      expect(await fares()).toBe("let in");
      await cluster.kill();
      await expect.poll(fares, { timeout: 20_000 }).toBe("enforcement_unavailable");
      await cluster.start();
      await expect.poll(fares, { timeout: 20_000 }).toBe("let in");
    });
  },
);
