/** Shows that an operator's daily commands on subscriptions, limits and usage do what they say. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { purser, temporaryFolder } from "./run-purser.ts";

const folder = temporaryFolder();
const here = ["--data-dir", folder.path];
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(
    readConfig({ PURSER_DATA_DIR: folder.path, PURSER_PORT: "0", PURSER_LOG_LEVEL: "silent" }),
  );
  await purser("customer", "add", "ada", "--plan", "basic", ...here);
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

const run = async (...words: string[]): Promise<string> => {
  const ended = await purser(...words, ...here);
  expect(ended.err).toBe("");
  expect(ended.code).toBe(0);
  return ended.out;
};

test("a preview says what a change would come to, and changes nothing", async () => {
  const preview = await run("subscription", "change", "ada", "pro", "--preview");
  expect(preview).toMatch(
    /Changing ada would.*\n.*Unused time on Basic.*-\$2[89]\.\d\d\n.*Pro.*\n {2}due: \$/,
  );
  expect(await run("subscription", "show", "ada")).toContain("ada is on Basic.");
});

test("a change is told with its date, undone by resume, and a cancel ends with the period or now", async () => {
  expect(await run("subscription", "change", "ada", "pro")).toContain(
    "to Pro is active. It renews on",
  );
  expect(await run("subscription", "change", "ada", "basic", "--at-period-end")).toMatch(
    /From \d{4}-\d\d-\d\d on it is Basic/,
  );
  expect(await run("subscription", "resume", "ada")).toContain("It renews on");
  expect(await run("subscription", "pause", "ada")).toContain("is paused");
  expect(await run("subscription", "resume", "ada")).toContain("is active");
  expect(await run("subscription", "cancel", "ada")).toMatch(/It ends on \d{4}/);
  expect(await run("subscription", "cancel", "ada", "--now")).toContain("is canceled. It ended on");
  const shown = JSON.parse(await run("subscription", "show", "ada", "--json"));
  expect(shown).toMatchObject({ subscription: null, plan: { slug: "free" } });
  expect(shown.renewals.map((one: { renewal_type: string }) => one.renewal_type)).toEqual([
    "upgrade",
    "new",
  ]);
});

test("limits of a customer and of the deployment are shown, and the latter are set from a file", async () => {
  expect(await run("limits", "show", "ada")).toMatch(/calls gemini +period +0 +– +100 +0\.0 %/);
  const file = join(folder.path, "limits.yaml");
  writeFileSync(file, '- { meter: cost, per: month, max: "5000" }\n');
  expect(await run("limits", "set", file)).toMatch(/cost +month +\$5,000\.00 +deny/);
  expect(JSON.parse(await run("limits", "show", "--json")).limits).toHaveLength(1);
  writeFileSync(file, "- { meter: lightyears, max: 5 }\n");
  const refused = await purser("limits", "set", file, ...here);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("limits[0].meter");
});

test("usage by a dimension is a table, and what is no dimension is refused in words", async () => {
  expect(await run("usage", "ada", "--by", "model")).toContain("No call was made.");
  const refused = await purser("usage", "ada", "--by", "colour", ...here);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("provider, model, operation, key or tag");
});
