/** Makes rows of alerts what the API shows: in words for whoever reads them, in their own time zone. */
import type { Selectable } from "kysely";
import type { Advice, Told } from "../core/alerts/alert-facts.ts";
import type { AlertKind } from "../core/alerts/event-types.ts";
import { readAdvice, readTold } from "../core/alerts/read-told.ts";
import type { CustomerId } from "../core/ids.ts";
import { formatDate, formatInstant, type Instant, instant, parseInstant } from "../core/instant.ts";
import type { LimitJson } from "../core/limits/read-limit.ts";
import { alertWords } from "../core/messages/alert-words.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import { DEPLOYMENT } from "../ledger/rules/subjects.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { readAlertPreferences } from "./alert-preferences.ts";
import { keyIdOf, keyNamesOf } from "./key-names.ts";

type AlertRow = Selectable<Schema["alerts"]>;

/** An absent value is left out, never null. */
export interface Alert {
  readonly id: number;
  readonly type: Schema["alerts"]["type"];
  readonly kind: AlertKind;
  readonly threshold_percentage: number;
  readonly provider?: string;
  readonly title: string;
  readonly message: string;
  /** What happens next, and when. */
  readonly next?: string;
  /** What to do about it. */
  readonly action?: string;
  readonly severity: Schema["alerts"]["severity"];
  /** Of a limit, in its meter's unit (cost: dollars), as it was then. */
  readonly used?: number;
  readonly cap?: number;
  readonly resets_at?: string;
  readonly limit?: LimitJson;
  readonly upgrade?: NonNullable<Advice["upgrade"]>;
  readonly is_sent: boolean;
  readonly sent_at?: string;
  readonly is_read: boolean;
  readonly read_at?: string;
  readonly billing_period: string;
  readonly created_at: string;
}

export interface AlertPorts {
  readonly store: Store;
  readonly clock: { now(): Instant };
  /** Looks for what helps about an alert that nobody has looked at yet. */
  readonly advise: (alert: {
    readonly customerId: string;
    readonly told: Told;
    readonly periodStart: Instant;
  }) => Promise<Advice>;
  /** Those who were erased are left out. */
  readonly customers: {
    userIdsOf(ids: readonly CustomerId[]): Promise<ReadonlyMap<CustomerId, string>>;
  };
}

/** In the order given, of any customers and of the deployment. */
export async function alertsOf(ports: AlertPorts, rows: readonly AlertRow[]): Promise<Alert[]> {
  const read = rows.map((row) => ({ row, told: readTold(row) }));
  const allTold = read.map(({ told }) => told);
  const zones = await zonesOf(ports, rows);
  const people = await peopleOf(ports, allTold);
  const keyNames = await keyNamesOf(ports.store, allTold);
  const shown: Alert[] = [];
  // One by one: those that nobody has looked for advice on yet are the newest, and few.
  for (const { row, told } of read) {
    if (told === null) {
      shown.push(keptOf(row));
      continue;
    }
    const advice = await adviceOn(ports, row, told);
    const words = alertWords(told, {
      reader: row.customer_id === DEPLOYMENT ? "operator" : "customer",
      timeZone: zones.get(row.customer_id) ?? "UTC",
      advice,
      ...whoIn(told, people),
      keyName: keyNames.get(keyIdOf(told) ?? ""),
      isOver: isOver(told, ports.clock.now()),
    });
    const { upgrade } = advice;
    const more = upgrade === undefined ? {} : { upgrade };
    shown.push({ ...keptOf(row), ...words, ...limitFields(told), ...more });
  }
  return shown;
}

async function zonesOf(
  { store }: AlertPorts,
  rows: readonly AlertRow[],
): Promise<ReadonlyMap<string, string>> {
  const zones = new Map<string, string>();
  for (const { customer_id: id } of rows) {
    if (id === DEPLOYMENT || zones.has(id)) continue;
    zones.set(id, (await readAlertPreferences(store, id as CustomerId)).time_zone);
  }
  return zones;
}

/** Whom the operator's alerts are about. */
async function peopleOf(
  { customers }: AlertPorts,
  allTold: readonly (Told | null)[],
): Promise<ReadonlyMap<string, string>> {
  const ids = allTold.flatMap((told) =>
    told?.kind === "negative_margin" ? [told.facts.customer_id as CustomerId] : [],
  );
  return ids.length === 0 ? new Map<string, string>() : customers.userIdsOf(ids);
}

function whoIn(told: Told, people: ReadonlyMap<string, string>): { readonly who?: string } {
  const who = told.kind === "negative_margin" ? people.get(told.facts.customer_id) : undefined;
  return who === undefined ? {} : { who };
}

async function adviceOn(ports: AlertPorts, row: AlertRow, told: Told): Promise<Advice> {
  const kept = readAdvice(row.advice);
  if (kept !== null) return kept;
  const periodStart = instant(Number(row.period_start));
  return ports.advise({ customerId: row.customer_id, told, periodStart });
}

function isOver(told: Told, now: Instant): boolean {
  return "resets_at" in told.facts && parseInstant(told.facts.resets_at, "resets_at") <= now;
}

/** What is kept of it as it is shown. Alerts of before they had facts have only these words. */
function keptOf(row: AlertRow): Alert {
  return {
    id: Number(row.id),
    type: row.type,
    // Written by the ledger, of a `Told`.
    kind: row.kind as AlertKind,
    threshold_percentage: Number(row.threshold),
    ...(row.provider === null ? {} : { provider: row.provider }),
    title: row.title,
    message: row.message,
    severity: row.severity,
    is_sent: row.sent_at !== null,
    ...(row.sent_at === null ? {} : { sent_at: timeText(row.sent_at) }),
    is_read: row.read_at !== null,
    ...(row.read_at === null ? {} : { read_at: timeText(row.read_at) }),
    billing_period: formatDate(instant(Number(row.period_start))),
    created_at: timeText(row.created_at),
  };
}

function limitFields(told: Told): Pick<Alert, "used" | "cap" | "resets_at" | "limit"> {
  if (!("limit" in told.facts)) return {};
  const { limit, used, cap, resets_at } = told.facts;
  const shown = (amount: string): number =>
    limit.meter === "cost" ? usdNumber(nanoUsd(BigInt(amount))) : Number(amount);
  return { used: shown(used), cap: shown(cap), resets_at, limit };
}

function timeText(ms: bigint): string {
  return formatInstant(instant(Number(ms)));
}
