/** Reads the details of what happened, as the live stream tells them. */
import { formatInstant, instant } from "../../core/instant.ts";
import { nanoUsd, usdNumber } from "../../core/money.ts";
import type { Store } from "../../store/store.ts";
import { foldedLogs, selectLogRows } from "../scan-logs.ts";
import { type AlertPorts, alertsOf } from "../show-alerts.ts";
import type { Happened } from "./read-happened.ts";

export interface News {
  readonly happened: Happened;
  readonly event: "usage" | "alert" | "subscription";
  readonly data: unknown;
}

/** In the order given. What is not there any more (its month was detached, its customer erased) is left out. */
export async function loadNews(ports: AlertPorts, happened: readonly Happened[]): Promise<News[]> {
  const { store } = ports;
  const [lines, alerts] = await Promise.all([
    loadLines(store, happened),
    loadAlerts(ports, happened),
  ]);
  const revisions = await loadRevisions(store, happened);
  return happened.flatMap((one): News[] => {
    if (one.kind === "alert") return newsOf(one, "alert", alerts.get(one.number));
    if (one.kind === "revision") return newsOf(one, "subscription", revisions.get(one));
    const line = lines.get(one.eventId ?? "");
    const isCorrection = one.kind === "correction";
    return newsOf(one, "usage", line && { ...line, is_correction: isCorrection });
  });
}

function newsOf(happened: Happened, event: News["event"], data: object | undefined): News[] {
  return data === undefined ? [] : [{ happened, event, data }];
}

/** A line of the log for each event that happened or was corrected, with what its billing period has come to. */
async function loadLines(store: Store, happened: readonly Happened[]) {
  const ids = [...new Set(happened.flatMap(({ eventId }) => eventId ?? []))];
  if (ids.length === 0) return new Map<string, object>();
  const rows = await selectLogRows(store, { customerId: null })
    .where("events.id", "in", ids)
    .execute();
  const [logs, totals] = await Promise.all([foldedLogs(store, rows), loadTotals(store, rows)]);
  return new Map(
    rows.map((row, index) => [
      row.id,
      { ...logs[index], period_totals: totals.get(placeOf(row)) ?? NOTHING_USED },
    ]),
  );
}

const NOTHING_USED = { total_calls: 0, total_cost: 0 };

interface PeriodPlace {
  readonly customer_id: string;
  readonly period_start: bigint;
}

/** As of now, so that the last event told always has what the dashboard shows. */
async function loadTotals({ db }: Store, rows: readonly PeriodPlace[]) {
  const places = new Map(rows.map((row) => [placeOf(row), row]));
  if (places.size === 0) return new Map<string, typeof NOTHING_USED>();
  const sums = await db
    .selectFrom("rollups_period")
    .select(["customer_id", "period_start"])
    .select(({ fn }) => [fn.sum<bigint>("calls").as("calls"), fn.sum<bigint>("cost").as("cost")])
    .where(({ or, and, eb }) =>
      or(
        [...places.values()].map(({ customer_id, period_start }) =>
          and([eb("customer_id", "=", customer_id), eb("period_start", "=", period_start)]),
        ),
      ),
    )
    .groupBy(["customer_id", "period_start"])
    .execute();
  return new Map(
    sums.map((sum) => [
      placeOf(sum),
      {
        total_calls: Number(sum.calls),
        total_cost: usdNumber(nanoUsd(BigInt(sum.cost))),
      },
    ]),
  );
}

function placeOf({ customer_id, period_start }: PeriodPlace): string {
  return `${customer_id} ${period_start}`;
}

async function loadAlerts(ports: AlertPorts, happened: readonly Happened[]) {
  const ids = happened.filter(({ kind }) => kind === "alert").map(({ number }) => BigInt(number));
  if (ids.length === 0) return new Map<number, object>();
  const rows = await ports.store.db
    .selectFrom("alerts")
    .selectAll()
    .where("id", "in", ids)
    .execute();
  const alerts = await alertsOf(ports, rows);
  return new Map(alerts.map((alert) => [alert.id, alert]));
}

/** One by one: they are few. */
async function loadRevisions(
  { db }: Store,
  happened: readonly Happened[],
): Promise<ReadonlyMap<Happened, object>> {
  const found = new Map<Happened, object>();
  for (const one of happened.filter(({ kind }) => kind === "revision")) {
    const row = await db
      .selectFrom("subscription_changes")
      .select(["at", "kind", "subscription"])
      .where("customer_id", "=", one.customerId)
      .where("revision", "=", BigInt(one.number))
      .executeTakeFirst();
    if (row === undefined) continue;
    found.set(one, {
      revision: one.number,
      at: formatInstant(instant(Number(row.at))),
      kind: row.kind,
      // Written by access/subscription-row.ts, as the API shows a subscription.
      subscription: row.subscription === null ? null : JSON.parse(row.subscription),
    });
  }
  return found;
}
