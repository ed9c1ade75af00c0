/** Writes what a batch changed, each row once, inside the batch's transaction. */
import { DAY_MS } from "../../core/instant.ts";
import { writeLimit } from "../../core/limits/read-limit.ts";
import type { Connection } from "../../store/sqlite/connection.ts";
import type { UsageEvent } from "../ledger.ts";
import { amountsText, expectedText } from "../read-rows.ts";
import type { Changes, CounterRow, DenialRow, HeldFor, HoldRow, Slot } from "../rules/rows.ts";
import { writeEventKey } from "./write-event-key.ts";
import { writeObjects } from "./write-objects.ts";
import { writeRepairs } from "./write-repairs.ts";
import { writeRollups } from "./write-rollups.ts";

/** How many refusals are kept in full. */
const DENIALS_KEPT = 1_000;

/** `counterId` gives the number of a counter's row, or undefined where there is none yet. */
export function writeChanges(
  connection: Connection,
  changes: Changes,
  counterId: (row: CounterRow) => bigint | undefined,
): void {
  for (const slot of changes.counters) writeCounter(connection, slot, counterId(slot.row));
  for (const [id, hold] of changes.holds) {
    if (hold === null) connection.prepare("delete from reservations where id = ?").run(id);
    else writeHold(connection, hold);
  }
  for (const event of changes.events) {
    writeEvent(connection, event, changes.heldFor.get(event.id));
  }
  for (const key of changes.eventKeys) writeEventKey(connection, key);
  writeCorrections(connection, changes);
  writeRollups(connection, changes);
  writeDenials(connection, changes.denials);
  writeObjects(connection, changes);
  writeAlerts(connection, changes);
  writeRepairs(connection, changes.repairs);
  if (changes.forgetReleasedBefore !== null) {
    connection
      .prepare("delete from reservations where state = 'released' and expires_at < ?")
      .run(changes.forgetReleasedBefore);
  }
}

function writeCounter(
  connection: Connection,
  { row, used, held }: Slot,
  id: bigint | undefined,
): void {
  if (id !== undefined) {
    connection.prepare("update counters set used = ?, held = ? where id = ?").run(used, held, id);
    return;
  }
  connection
    .prepare(
      `insert into counters
       (subject, window_start, per, meter, provider, model, operation, window_end, used, held)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      row.subject,
      row.windowStart,
      row.per,
      row.meter,
      row.provider,
      row.model,
      row.operation,
      row.windowEnd,
      used,
      held,
    );
}

function writeHold(connection: Connection, hold: HoldRow): void {
  const { expected, outputTokens, outputCapped } = hold;
  connection
    .prepare(
      `insert into reservations
       (id, customer_id, key_id, provider, model, operation, endpoint, streamed, owner, state, at, period_start,
        expires_at, held, answer, expected)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict do update set
         state = excluded.state, owner = excluded.owner, expires_at = excluded.expires_at`,
    )
    .run(
      hold.id,
      hold.customerId,
      hold.keyId ?? null,
      hold.scope.provider,
      hold.scope.model,
      hold.scope.operation,
      hold.endpoint,
      Number(hold.streamed),
      hold.owner,
      hold.state,
      hold.at,
      hold.periodStart,
      hold.expiresAt,
      amountsText(hold.held),
      JSON.stringify({ output_tokens: outputTokens, output_capped: outputCapped }),
      expectedText(expected),
    );
}

function writeEvent(connection: Connection, event: UsageEvent, heldFor?: HeldFor): void {
  const { facts, scope } = event;
  connection
    .prepare(
      `insert into events
       (seq, id, customer_id, key_id, at, period_start, provider, model, answered_model, operation, endpoint, source,
        streamed, status_code, calls, usage, cost, lines, stated_cost, latency_ms, first_token_ms, retry_count,
        estimated, unconfirmed, unpriced, overrun, held, expected)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      event.seq,
      event.id,
      event.customerId,
      event.keyId ?? null,
      event.at,
      event.periodStart,
      scope.provider,
      scope.model,
      facts.model === scope.model ? null : facts.model,
      scope.operation,
      event.endpoint,
      event.source,
      Number(event.streamed),
      facts.statusCode,
      facts.calls,
      JSON.stringify(facts.usage),
      facts.cost,
      facts.lines,
      facts.statedCost ?? null,
      facts.latencyMs,
      facts.firstTokenMs ?? null,
      facts.retryCount,
      Number(facts.estimated),
      Number(event.unconfirmed),
      Number(facts.unpriced),
      Number(event.overrun),
      heldFor === undefined ? null : amountsText(heldFor.held),
      heldFor === undefined ? null : expectedText(heldFor.expected),
    );
  writeDetails(connection, event);
}

/** Words and tags, apart from the event, so that they can be deleted. */
function writeDetails(connection: Connection, { id, customerId, facts }: UsageEvent): void {
  const { errorMessage, tags } = facts;
  if (errorMessage === undefined && tags === undefined) return;
  connection
    .prepare(
      "insert into event_details (event_id, customer_id, error_message, tags) values (?, ?, ?, ?)",
    )
    .run(id, customerId, errorMessage ?? null, tags === undefined ? null : JSON.stringify(tags));
}

function writeCorrections(connection: Connection, changes: Changes): void {
  for (const row of changes.corrections) {
    connection
      .prepare(
        `insert into corrections (event_id, customer_id, source_id, reason, usage_delta, cost_delta, created_at)
         values (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        row.eventId,
        row.customerId,
        row.sourceId,
        row.reason,
        JSON.stringify(row.usageDelta),
        row.costDelta,
        row.createdAt,
      );
  }
}

function writeDenials(connection: Connection, denials: readonly DenialRow[]): void {
  if (denials.length === 0) return;
  for (const { customerId, at, code, scope, limitKey, by } of denials) {
    connection
      .prepare(
        `insert into denial_counts (customer_id, limit_key, code, day, count) values (?, ?, ?, ?, 1)
         on conflict do update set count = count + 1`,
      )
      .run(customerId, limitKey, code, at - (at % DAY_MS));
    connection
      .prepare(
        `insert into denials
         (customer_id, at, code, provider, model, operation, limit_json, used, held, cap, requested)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        customerId,
        at,
        code,
        scope.provider,
        scope.model,
        scope.operation,
        by === undefined ? null : JSON.stringify(writeLimit(by.limit)),
        by?.used ?? null,
        by?.held ?? null,
        by?.cap ?? null,
        by?.requested ?? null,
      );
  }
  connection
    .prepare("delete from denials where id <= (select max(id) from denials) - ?")
    .run(DENIALS_KEPT);
}

function writeAlerts(connection: Connection, { alerts, marks }: Changes): void {
  for (const alert of alerts) {
    connection
      .prepare(
        `insert into alerts
         (id, customer_id, type, threshold, severity, provider, meter, title, message, period_start, created_at, kind, facts)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        alert.id,
        alert.customerId,
        alert.type,
        alert.threshold,
        alert.severity,
        alert.provider,
        alert.meter,
        alert.title,
        alert.message,
        alert.periodStart,
        alert.createdAt,
        alert.kind,
        alert.facts,
      );
    connection
      .prepare(
        "insert into outbox (kind, customer_id, payload, created_at) values ('alert', ?, ?, ?)",
      )
      .run(alert.customerId, JSON.stringify({ alert_id: alert.id }), alert.createdAt);
  }
  for (const { customerId, counterKey, cap, threshold, alertId } of marks) {
    connection
      .prepare(
        "insert into alert_marks (customer_id, counter_key, cap, threshold, alert_id) values (?, ?, ?, ?, ?)",
      )
      .run(customerId, counterKey, cap, threshold, alertId);
  }
}
