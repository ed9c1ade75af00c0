/** What an upgrade makes of what it finds: roll-ups of periods from days, alerts from notices, wishes that somebody had. */
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { first as postgresFirst } from "../../src/store/migrations/postgres/0001-first.ts";
import { prices as postgresPrices } from "../../src/store/migrations/postgres/0002-prices.ts";
import { objects as postgresObjects } from "../../src/store/migrations/postgres/0003-objects.ts";
import { nodes as postgresNodes } from "../../src/store/migrations/postgres/0004-nodes.ts";
import { subscriptions as postgresSubscriptions } from "../../src/store/migrations/postgres/0005-subscriptions.ts";
import { first } from "../../src/store/migrations/sqlite/0001-first.ts";
import { prices } from "../../src/store/migrations/sqlite/0002-prices.ts";
import { objects } from "../../src/store/migrations/sqlite/0003-objects.ts";
import { nodes } from "../../src/store/migrations/sqlite/0004-nodes.ts";
import { subscriptions } from "../../src/store/migrations/sqlite/0005-subscriptions.ts";
import { connect } from "../../src/store/postgres/connect.ts";
import { emptyDatabase, IS_POSTGRES, openStoreAt } from "../ledger/test-database.ts";

const BEFORE = IS_POSTGRES
  ? [postgresFirst, postgresPrices, postgresObjects, postgresNodes, postgresSubscriptions]
  : [first, prices, objects, nodes, subscriptions];

/** Two days of one period, one of another; two outcomes. */
const DAYS = `insert into rollups_day values
  ('ada', 100, 86400000, 'openai', 'gpt-5', 'generate', '', 'success', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
  ('ada', 100, 172800000, 'openai', 'gpt-5', 'generate', '', 'success', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
  ('ada', 100, 172800000, 'openai', 'gpt-5', 'generate', '', 'failed', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
  ('ada', 200, 172800000, 'openai', 'gpt-5', 'generate', '', 'success', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)`;

test("the periods of the days that are there are summed", async () => {
  const { address, remove } = await emptyDatabase();
  onTestFinished(remove);
  await makeOld(address);
  const store = await openStoreAt(address);
  onTestFinished(() => store.close());
  const rows = await store.db
    .selectFrom("rollups_period")
    .select(["period_start", "starts_at", "outcome", "calls", "cost", "events", "retries"])
    .orderBy("period_start")
    .orderBy("events")
    .execute();
  expect(rows.map((row) => Object.values(row).map(String))).toEqual([
    ["100", "100", "failed", "0", "0", "1", "0"],
    ["100", "100", "success", "2", "6", "11", "13"],
    ["200", "200", "success", "1", "1", "1", "1"],
  ]);
});

/** What told the operator before alerts did, and preferences as they were kept whole. */
const NOTICES = `
  insert into outbox (kind, customer_id, payload, created_at) values
    ('operator_alert', null, '{"code":"unpriced","provider":"openai","model":"a","event_id":"e","message":"No price."}', 5);
  insert into alert_preferences values
    ('ada', '{"thresholds":[80,90,100],"channels":{"email":false},"time_zone":"UTC"}', 1),
    ('bob', '{"thresholds":[50],"time_zone":"UTC"}', 1)`;

test("notices become alerts that are not sent any more, and thresholds are kept that somebody chose", async () => {
  const { address, remove } = await emptyDatabase();
  onTestFinished(remove);
  await makeOld(address);
  const { db, close } = await openStoreAt(address);
  onTestFinished(() => close());
  expect(await db.selectFrom("alerts").selectAll().execute()).toMatchObject([
    {
      ...{ customer_id: "deployment", kind: "unpriced", type: "system", severity: "warning" },
      ...{ provider: "openai", message: "No price.", created_at: 5n, facts: "{}", advice: null },
    },
  ]);
  expect(await db.selectFrom("outbox").select("sent_at").execute()).toEqual([{ sent_at: 5n }]);
  const wishes = await db
    .selectFrom("alert_preferences")
    .selectAll()
    .orderBy("customer_id")
    .execute();
  expect(wishes.map(({ preferences }) => JSON.parse(preferences))).toEqual([
    { channels: { email: false }, time_zone: "UTC" },
    { thresholds: [50], time_zone: "UTC" },
  ]);
});

async function makeOld(address: string): Promise<void> {
  const noted = "create table migrations (version bigint primary key, name text, ran_at bigint)";
  const notes = BEFORE.map(
    ({ version, name }) => `insert into migrations values (${version}, '${name}', 0)`,
  );
  const script = [...BEFORE.map(({ sql }) => sql), noted, ...notes, DAYS, NOTICES].join(";\n");
  if (!IS_POSTGRES) {
    const db = new DatabaseSync(address);
    db.exec(script.replaceAll("bigint", "integer"));
    db.close();
    return;
  }
  const sql = connect({ url: address, connections: 1, purpose: "test" });
  await sql.unsafe(script);
  await sql.end();
}
