/** A SQLite installation with something in every table, and texts and numbers that are easily spoilt on the way. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { instant } from "../../src/core/instant.ts";
import { writeLimit } from "../../src/core/limits/read-limit.ts";
import { nanoUsd } from "../../src/core/money.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/open.ts";
import { openVault } from "../../src/privacy/vault.ts";
import {
  addCustomer,
  addKey,
  addPlan,
  limit,
  NOW,
  plan,
  recordOf,
  reserveOf,
  settleOf,
} from "../ledger/support.ts";

export const SECRET = "a secret of 32 characters, or a few more";

/** Told after the fact in months of their own: PostgreSQL keeps each in a table of its own. */
const EARLIER_DAYS = [40, 75, 400];
const DAY_MS = 86_400_000;

/** Beyond 2^53, where a number that is no bigint is rounded. */
const LARGE = 2n ** 60n + 1n;

/**
 * Customers `ada` (3 calls of 5 are used, 1 is held), `bob` (has used 2 of the 3 that a service key may) and `cyd` (has
 * used all that she may); a limit on the whole deployment; `bulk` rows of history
 * and a month that was closed, of nobody: in an audit they would differ.
 */
export async function fillInstallation(file: string, bulk: number): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const opened = await openSqliteLedger({
    file,
    clock: { now: () => NOW },
    nodeId: "embedded",
    bootId: "first",
  });
  const { store, ledger } = opened;
  await openVault(store, SECRET);
  const deployment = JSON.stringify([writeLimit(limit({ cap: 1_000_000n, per: "month" }))]);
  await store.write([
    store.db.insertInto("meta").values({ name: "deployment_limits", value: deployment }),
  ]);
  const five = await addPlan(store, plan("five", [limit({ cap: 5n })]));
  const three = await addPlan(store, plan("three", [limit({ cap: 3n })]));
  const ada = await addCustomer(store, { id: "ada", planVersionId: five });
  const bob = await addCustomer(store, { id: "bob", planVersionId: five });
  const cyd = await addCustomer(store, { id: "cyd", planVersionId: three });
  const keyId = await addKey(store, null, [limit({ cap: 3n })]);
  const payers = [
    ...Array.from({ length: 3 }, () => ({ customerId: ada })),
    ...Array.from({ length: 2 }, () => ({ customerId: bob, keyId })),
    ...Array.from({ length: 3 }, () => ({ customerId: cyd })),
  ];
  for (const payer of payers) {
    const held = reserveOf(payer.customerId, { payer });
    await ledger.reserve(held);
    await ledger.settle(settleOf(held.id, { errorMessage: "odd: \t\\ \"'\n\\N 💰 \\x41" }));
  }
  // One is refused, one stays open, and some are of other months; one of those is corrected.
  await ledger.reserve(reserveOf(cyd));
  await ledger.reserve(reserveOf(ada));
  for (const days of EARLIER_DAYS) {
    const told = recordOf(bob, { timestamp: instant(NOW - days * DAY_MS) });
    await ledger.record({ ...told, sourceId: `told-${days}` });
    await ledger.correct({
      kind: "correct",
      eventId: told.id,
      sourceId: `mend-${days}`,
      reason: "billed late",
      usageDelta: { input: 5 },
      costDelta: nanoUsd(-7n),
    });
  }
  await opened.stop();
  addRest(file, bulk);
}

/** What no ledger writes, row by row as the server would. */
function addRest(file: string, bulk: number): void {
  const db = new DatabaseSync(file);
  db.exec(`
    insert into prices (origin, provider, model, effective_from, rates, source, created_at)
      values ('operator', 'openai', 'gpt-5', 0, '{}', 'a contract', 1);
    insert into audit_log (at, actor, action, subject, details) values (1, 'k', 'a', 's', '{}'), (2, 'k', 'a', 's', '{}');
    delete from audit_log where id = 2;
    insert into objects (provider, object_id, kind, customer_id, contents, created_at)
      values ('openai', 'file-1', 'file', 'ada', 'a' || char(0) || 'b' || char(0), 1);
    insert into awaited (call_id, provider, object_id, customer_id, asked, created_at, ask_at, asks)
      values ('c', 'openai', 'file-1', 'ada', '{}', 1, 2, 3);
    insert into outbox (kind, customer_id, payload, created_at) values ('alert', 'ada', '{"é": "\\u0000"}', 5);
    insert into alerts (customer_id, type, threshold, severity, title, message, period_start, created_at)
      values ('ada', 'system', 0, 'info', '', 'tab	tab', 0, 0);
    insert into channels (customer_id, kind, name, events, sealed, created_at, updated_at)
      values ('ada', 'webhook', 'é', '["*"]', x'0001', ${LARGE}, 1), (null, 'email', '', '[]', x'', 1, 2);
    insert into deliveries (outbox_id, receiver, channel_id, message_id, event, state, attempts, due_at, created_at)
      values (1, 'channel:1', 1, 'm-1', 'alert.threshold', 'pending', 2, ${LARGE}, 5);
    insert into alert_marks (customer_id, counter_key, cap, threshold) values ('ada', 'k', ${LARGE}, 80), ('ada', 'k', ${LARGE + 1n}, 80);
    insert into subscription_changes (customer_id, revision, at, actor, kind, subscription)
      values ('ada', 1, 5, 'key:k', 'subscribed', '{"plan":"five"}'), ('ada', 2, ${LARGE}, 'clock', 'ended', null);
    insert into renewals (customer_id, subscription_id, revision, renewal_type, plan_version_id, billing_cycle,
        new_period_start, new_period_end, renewal_count, usage_cost, payment_amount, payment_status, created_at)
      select 'ada', id, 1, 'new', plan_version_id, 'monthly', 1, 2, 0, ${LARGE}, 29000000000, 'paid', 5
        from subscriptions where customer_id = 'ada';
    insert into limit_lifts (customer_id, limit_key, limit_json, until, reason, made_by, created_at)
      values ('ada', 'calls * * * period', '{"meter":"calls","per":"period","max":9,"at_cap":"deny"}', 5, 'é', 'key:k', ${LARGE});
    insert into alert_preferences (customer_id, preferences, updated_at) values ('ada', '{"é":"\\u0000"}', 5);
    insert into rollups_tag
      values ('ada', 0, 0, 'team', 'a' || char(0), 'openai', 'gpt-5', 1, 2, ${LARGE}, 3), ('ada', 0, 0, 'team', '', 'openai', 'gpt-5', 1, 2, -3, 4);
    insert into archives (month, events, balances, file, bytes, sha256, created_at)
      values ('2023-01', 1, 2, 'events-2023-01.jsonl.gz', ${LARGE}, 'ab', 5);
    insert into event_ids_left values ('left-1', 'ada', 1672531200001), ('left-2', 'nobody', ${LARGE});
    with recursive n (i) as (select 1 union all select i + 1 from n limit ${bulk})
    insert into events (id, customer_id, at, period_start, provider, model, operation, endpoint, source, streamed,
        status_code, calls, usage, cost, lines, latency_ms, retry_count, estimated, unconfirmed, unpriced, overrun)
      select 'bulk-' || i, 'nobody', 1700000000000 + i * 60000, 1700000000000, 'openai', 'gpt-5', 'generate', '/v1/x',
        'import', 0, 200, 1, '{"input":100}', i, '[{"bucket":"input","quantity":100,"price":"2.50"}]', 12, 0, 0, 0, 0, 0
      from n where ${bulk} > 0;
    insert into event_details (event_id, customer_id, tags) select id, customer_id, '{"team":"x"}' from events
      where customer_id = 'nobody';
    insert into closing_balances
      select 'nobody', 0, 0, 'p', 'm', 'o', '', 'success', 1, 2, 3, 4, ${LARGE}, -6, 7, 8, 9, 10, 11, 12
      where ${bulk} > 0;`);
  db.close();
}
