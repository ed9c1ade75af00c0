/** What the generator in bench/ writes past the ledger is what the ledger would have written. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillHistory } from "../../bench/history/fill.ts";
import { parseInstant } from "../../src/core/instant.ts";
import { auditSteps, type Difference } from "../../src/ledger/audit/audit.ts";
import { readConfig } from "../../src/server/config.ts";
import { openParts } from "../../src/server/open-parts.ts";
import { emptyDatabase, IS_POSTGRES, readRows } from "../ledger/test-database.ts";

const EVENTS = 2_000;

test("a generated history has the events it was asked for, and every sum beside them is theirs", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "purser-history-"));
  const shared = IS_POSTGRES ? await emptyDatabase() : null;
  try {
    const file = join(dataDir, "purser.db");
    const config = readConfig({
      PURSER_DATA_DIR: dataDir,
      PURSER_ADMIN_KEY: "a test's admin key of more than 32 characters",
      PURSER_SECRET: "a test's secret of more than 32 characters",
      ...(shared === null ? {} : { PURSER_DATABASE_URL: shared.address }),
    });
    const until = parseInstant("2026-11-01T00:00:00Z", "until");
    const customers = await fillHistory(config, file, {
      seed: 7,
      events: EVENTS,
      months: 6,
      until,
    });
    expect(customers.reduce((sum, { events }) => sum + events, 0)).toBe(EVENTS);
    const [counted] = await readRows(
      shared?.address ?? file,
      "select (select count(*) from events) as events, (select sum(events) from latencies_day) as latencies",
    );
    expect(Number(counted?.["events"])).toBe(EVENTS);
    expect(Number(counted?.["latencies"])).toBe(EVENTS);

    const parts = await openParts(config, { fault: () => undefined, batch: () => undefined });
    const differences: Difference[] = [];
    let events = 0;
    for await (const step of auditSteps(parts.store)) {
      differences.push(...step.differences);
      events = step.progress.events;
    }
    await parts.close();
    expect(events).toBe(EVENTS);
    expect(differences).toEqual([]);
  } finally {
    await shared?.remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
