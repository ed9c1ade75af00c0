/** How the tests run: real servers and real databases, so generous time-outs and few at once. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { findBinaries } from "./test/postgres/binaries.ts";

// Hundreds of threads and processes of a run load the same sources: the first one's work serves them all.
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "purser-compile-cache");

const RUN = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  pool: "forks",
  // A worker loads Purser once and not for each file anew, which halves the work of a run. So no test may leave anything behind.
  isolate: false,
  // The runner's own second is too short on a busy machine.
  expect: { poll: { timeout: 20_000 } },
} as const;

/** What must hold on both databases: the same files run on SQLite and, once more, on PostgreSQL. */
const ON_BOTH = [
  "test/ledger/{after-the-fact,alerts,audit,crash,endings,held-for,lifts,limits-hold,look-and-raise,names-and-windows,preflight,rollups,seeding,storms,terms,thresholds}.test.ts",
  "test/jobs/{daily-audit,retire-interrupted,retire-months}.test.ts",
  "test/store/{store,upgrade}.test.ts",
  "test/api/*.test.ts",
  "test/alerts/{look-ahead,outbox}*.test.ts",
  "test/history/*.test.ts",
];
const IN_BROWSER = "test/dashboard/**/*.test.ts";
const ON_POSTGRES = "test/postgres/**/*.test.ts";

const postgres = findBinaries();

export default defineConfig({
  test: {
    globalSetup: ["test/postgres/global-setup.ts"],
    // Many tests wait for clocks and other processes, so three fill two cores.
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...RUN,
          name: "SQLite",
          include: ["test/**/*.test.ts"],
          exclude: [ON_POSTGRES, IN_BROWSER],
        },
      },
      {
        // A browser on a busy machine now and then takes too long: a test counts once it has passed.
        test: {
          ...RUN,
          name: "browser",
          globalSetup: ["test/dashboard/global-setup.ts"],
          include: [IN_BROWSER],
          retry: 2,
        },
      },
      {
        test: {
          ...RUN,
          include: [...ON_BOTH, ON_POSTGRES],
          env: { PURSER_TEST_DATABASE: "PostgreSQL" },
          ...(postgres.kind === "found"
            ? { name: "PostgreSQL" }
            : // Every test of it is then reported as skipped, under a name that says why.
              { name: `PostgreSQL, skipped: ${postgres.reason}`, testNamePattern: /(?!)/ }),
        },
      },
    ],
  },
});
