/** The live stream of several nodes on one database: told on any of them, gone on with on any, and nothing lost that commits late. */
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start-server.ts";
import { type LiveReader, listenAt } from "../api/live-reader.ts";
import { installationOn, newDataDir } from "../nodes/two-nodes.ts";
import { newDatabase } from "./shared-database.ts";

interface TwoServers {
  readonly urls: readonly [string, string];
  readonly databaseUrl: string;
  readonly key: string;
  record(url: string, userId: string, inputs: readonly number[]): Promise<void>;
  listen(url: string, after?: string): Promise<LiveReader>;
}

let made = 0;

async function twoServers(): Promise<TwoServers> {
  const { url: databaseUrl, drop } = await newDatabase();
  onTestFinished(drop);
  const shared = installationOn(databaseUrl);
  const start = async (): Promise<string> => {
    const server = await startServer(readConfig({ ...shared, PURSER_DATA_DIR: newDataDir() }));
    onTestFinished(() => server.close());
    return server.url;
  };
  const urls = [await start(), await start()] as const;
  const post = async (url: string, path: string, body: unknown) => {
    const headers = {
      authorization: `Bearer ${shared.PURSER_ADMIN_KEY}`,
      "content-type": "application/json",
    };
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
    return ((await answer.json()) as any).data;
  };
  const key = async (id: string): Promise<string> => {
    await post(urls[0], "/api/admin/customers", { id });
    return (await post(urls[0], `/api/admin/customers/${id}/keys`, { name: "k" })).key;
  };
  const ada = await key("ada");
  await key("bob");
  return {
    urls,
    databaseUrl,
    key: ada,
    async record(url, userId, inputs) {
      const events = inputs.map((input) => {
        made += 1;
        return { id: `e${made}`, provider: "gemini", model: "gemini-2.5-flash", usage: { input } };
      });
      await post(url, `/api/subscription/usage/${userId}/events`, { events });
    },
    async listen(url, after) {
      const of = { key: ada, userId: "ada", ...(after === undefined ? {} : { after }) };
      const reader = await listenAt(url, of);
      onTestFinished(() => reader.leave());
      return reader;
    },
  };
}

const inputOf = async (reader: LiveReader) => (await reader.next())?.data.tokens_input;

test("what is settled on one node is told on the other, and gone on with there, each once", async () => {
  const { urls, record, listen } = await twoServers();
  const [one, two] = urls;
  const first = await listen(one);
  await record(two, "ada", [1]);
  const told = await first.next();
  expect(told?.data.tokens_input).toBe(1);
  first.leave();
  await record(one, "ada", [2]);
  await record(two, "bob", [50]);
  await record(two, "ada", [3]);
  const second = await listen(two, told?.id ?? "");
  expect([await inputOf(second), await inputOf(second)]).toEqual([2, 3]);
  await record(one, "ada", [4]);
  const last = await second.next();
  expect(last?.data.tokens_input).toBe(4);
  // Back to the first, which has not looked for a while.
  const third = await listen(one, last?.id ?? "");
  await record(two, "ada", [5]);
  expect(await inputOf(third)).toBe(5);
});

test("an event whose number is lower than one told before, and commits after it, is told", async () => {
  const { urls, databaseUrl, record, listen } = await twoServers();
  const [one, two] = urls;
  await record(one, "ada", [1]);
  const reader = await listen(one);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  await sql.unsafe("begin");
  await sql.unsafe(`
    create temporary table late on commit drop as select * from events limit 1;
    update late set seq = nextval('event_numbers'), id = 'late', usage = '{"input":77}';
    insert into events select * from late`);
  // Each is told by a look of its own, and the looks go on above the number that is still to come.
  for (const input of [2, 3, 4]) {
    await record(one, "ada", [input]);
    expect(await inputOf(reader)).toBe(input);
  }
  // Here the first look itself is above it.
  const later = await listen(two);
  await sql.unsafe("commit");
  expect(await inputOf(reader)).toBe(77);
  expect(await inputOf(later)).toBe(77);
  await record(one, "ada", [5]);
  expect(await inputOf(reader)).toBe(5);
  expect(await inputOf(later)).toBe(5);
});
