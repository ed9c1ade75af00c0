/** A short run of the crash harness; `npm run torture` is the long one. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { whyNoPostgres } from "../postgres/shared-database.ts";
import { readOptions } from "./read-options.ts";
import { countsOf, summaryText } from "./report.ts";
import { runTorture, type TortureOptions } from "./run-torture.ts";

const SHORT: Omit<TortureOptions, "database" | "nodes" | "seed"> = {
  kills: 4,
  killsARound: 4,
  clients: 12,
  progress: () => undefined,
};
const TIME_OUT_MS = 180_000;
const missing = whyNoPostgres();

async function expectNothingLost(options: TortureOptions): Promise<void> {
  const result = await runTorture(options);
  expect(result.journal.violations.length, summaryText(result)).toBe(0);
  expect(result.kills).toHaveLength(options.kills);
  // A run in which nothing happened would prove nothing.
  const counts = countsOf(result.journal);
  expect(counts.acknowledged).toBeGreaterThan(50);
  expect(counts.refused).toBeGreaterThan(0);
  expect(counts.cut).toBeGreaterThan(0);
  expect(existsSync(result.folder)).toBe(false);
}

// A new seed each time; a failure says it, and `npm run torture -- --seed` takes it.
const seed = Date.now() % 1_000_000;

test(
  `SQLite: four kills, nothing lost and nothing doubled (seed ${seed})`,
  () => expectNothingLost({ ...SHORT, database: "sqlite", nodes: 1, seed }),
  TIME_OUT_MS,
);

test.skipIf(missing !== null)(
  `PostgreSQL: kills of the database and of three servers, nothing lost and nothing doubled (seed ${seed})${missing === null ? "" : ` (skipped: ${missing})`}`,
  () => expectNothingLost({ ...SHORT, database: "postgres", nodes: 3, seed }),
  TIME_OUT_MS,
);

test("what it is asked is read, and what it cannot do is said", () => {
  expect(readOptions(["--database", "sqlite", "--kills", "12", "--seed", "5"])).toMatchObject({
    databases: ["sqlite"],
    kills: 12,
    seed: 5,
  });
  expect(readOptions(["--database", "oracle"])).toContain("sqlite, postgres or both");
  expect(readOptions(["--kills", "none"])).toContain("whole number");
  expect(readOptions(["--help"])).toBe("");
});
