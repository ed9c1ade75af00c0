/** Nodes start on one database in any order and all at once, and whoever cannot is told why. */
import { connect, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { MARKER } from "../../src/moving/marker.ts";
import { readConfig } from "../../src/server/config.ts";
import { firstAdminKey } from "../../src/server/first-admin-key.ts";
import { openPurser } from "../../src/server/open-purser.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";
import { installationOn, newDataDir, openNode, without } from "./two-nodes.ts";

const missing = whyNoPostgres();

async function emptyDatabase(): Promise<string> {
  const database = await newDatabase();
  onTestFinished(() => database.drop());
  return database.url;
}

async function serve(settings: Readonly<Record<string, string>>): Promise<RunningServer> {
  const server = await startServer(readConfig({ PURSER_DATA_DIR: newDataDir(), ...settings }));
  onTestFinished(() => server.close());
  return server;
}

/** Why a node does not start. */
async function refusal(settings: Readonly<Record<string, string>>): Promise<string> {
  try {
    await openNode(settings);
    return "It started.";
  } catch (fault) {
    return (fault as Error).message;
  }
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe.skipIf(missing !== null)(
  missing === null ? "on PostgreSQL" : `skipped: ${missing}`,
  () => {
    test("four that start at once on an empty database make one admin key and one set of plans, and one has the jobs", async () => {
      const settings = without(installationOn(await emptyDatabase()), "PURSER_ADMIN_KEY");
      const servers = await Promise.all([1, 2, 3, 4].map(() => serve(settings)));
      const [key, ...more] = servers.flatMap(({ adminKeyShownOnce }) => adminKeyShownOnce ?? []);
      expect(more).toEqual([]);
      const ask = async (url: string, path: string): Promise<string> =>
        (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })).text();
      for (const { url, pendingPlanChanges } of servers) {
        expect(pendingPlanChanges).toEqual([]);
        expect(JSON.parse(await ask(url, "/api/admin/keys")).data.keys).toHaveLength(1);
        const { data } = JSON.parse(await ask(url, "/readyz"));
        expect(data.checks).toEqual({ database: "ok", migrations: "ok", kind: "postgresql" });
      }
      const told = await Promise.all(servers.map(({ url }) => ask(url, "/metrics")));
      const ids = told.map(
        (text) =>
          /^purser_node_info\{node_id="([^"]+)",database="postgresql"\} 1$/m.exec(text)?.[1],
      );
      expect(new Set(ids).size).toBe(4);
      const withJobs = async (): Promise<readonly string[]> => {
        const now = await Promise.all(
          running.map(async ({ url }) => ({ url, text: await ask(url, "/metrics") })),
        );
        return now.filter(({ text }) => /^purser_jobs_here 1$/m.test(text)).map(({ url }) => url);
      };
      let running = servers;
      await expect.poll(withJobs, { timeout: 20_000 }).toHaveLength(1);
      const [url] = await withJobs();
      await servers.find((server) => server.url === url)?.close();
      running = servers.filter((server) => server.url !== url);
      await expect.poll(withJobs, { timeout: 20_000 }).toHaveLength(1);
    });

    test("of all that look for a first admin key at once, one makes it", async () => {
      const settings = installationOn(await emptyDatabase());
      const nodes = [await openNode(settings), await openNode(settings)];
      const seekers = Array.from({ length: 5 }, () => nodes).flat();
      const made = await Promise.all(seekers.map(({ parts }) => firstAdminKey(parts)));
      expect(made.filter((key) => key !== null)).toHaveLength(1);
    });

    test("a node without the secret, or with another, is told to have the same as all", async () => {
      const settings = installationOn(await emptyDatabase());
      await openNode(settings);
      expect(await refusal(without(settings, "PURSER_SECRET"))).toMatch(
        /PURSER_SECRET is absent.*give every node the same/,
      );
      expect(await refusal({ ...settings, PURSER_SECRET: "x".repeat(40) })).toMatch(
        /PURSER_SECRET is not the secret.*give every node the first/,
      );
    });

    test("the first node may make the secret itself, and starts again on it", async () => {
      const settings = without(installationOn(await emptyDatabase()), "PURSER_SECRET");
      const own = { ...settings, PURSER_DATA_DIR: newDataDir() };
      const first = await openNode(own);
      const { id } = first.parts.node;
      await first.close();
      expect((await openNode(own)).parts.node.id).toBe(id);
    });

    test("nobody starts on a database into which a move is not finished", async () => {
      const settings = installationOn(await emptyDatabase());
      const { parts, close } = await openNode(settings);
      const marker = {
        state: "copying",
        source: { identity: "a", stamp: "b" },
        startedAt: "2026-04-01T00:00:00Z",
        tables: {},
      };
      const row = { name: MARKER, value: JSON.stringify(marker) };
      await parts.store.write([parts.store.db.insertInto("meta").values(row)]);
      await close();
      expect(await refusal(settings)).toContain("not finished");
    });

    test("a database that is away is named by host and port, and no password is said", async () => {
      const port = await closedPort();
      const settings = installationOn(`postgres://purser:s3c-ret@127.0.0.1:${port}/purser`);
      const words = await refusal(settings);
      expect(words).toContain(`127.0.0.1:${port} (ECONNREFUSED)`);
      expect(words).toMatch(/^PURSER_DATABASE_URL cannot be reached/);
      expect(words).not.toContain("s3c-ret");
    });

    test("a wrong password and a database that is not there are told apart", async () => {
      const url = await emptyDatabase();
      const wrong = new URL(url);
      wrong.password = "s3c-ret";
      const refused = await refusal(installationOn(wrong.href));
      expect(refused).toMatch(/password is wrong/);
      expect(refused).not.toContain("s3c-ret");
      const nowhere = new URL(url);
      nowhere.pathname = "/nowhere";
      expect(await refusal(installationOn(nowhere.href))).toMatch(/not there .*createdb/);
    });

    test("a database that comes a little later is waited for", async () => {
      const url = new URL(await emptyDatabase());
      const port = await closedPort();
      const late = new URL(url);
      late.port = String(port);
      const starting = openPurser(
        readConfig({ PURSER_DATA_DIR: newDataDir(), ...installationOn(late.href) }),
      );
      const relay = createServer((client) => {
        const server = connect(Number(url.port), url.hostname);
        client.pipe(server).pipe(client);
        client.on("error", () => server.destroy());
        server.on("error", () => client.destroy());
      });
      await new Promise((resolve) => setTimeout(resolve, 700));
      await new Promise<void>((resolve) => relay.listen(port, "127.0.0.1", resolve));
      onTestFinished(() => {
        relay.close();
      });
      await (await starting).close();
    });
  },
);
