/** The whole story of one call: the event as it was written, and what was corrected since. */
import type { CallId, CustomerId } from "../core/ids.ts";
import { formatInstant } from "../core/instant.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import type { Amounts } from "../core/usage.ts";
import type { UsageEvent } from "../ledger/ledger.ts";
import { amountsFrom, correctionFrom, eventFrom, expectedFrom } from "../ledger/read-rows.ts";
import type { Store } from "../store/store.ts";
import { plus, type Quantities } from "./usage-log.ts";

export interface CallStory {
  readonly event: UsageEvent;
  /** As the ledger was asked to hold it; null: nothing was held, or it was not recorded. */
  readonly held: Amounts | null;
  readonly expected: { readonly usage: Quantities; readonly cost: number } | null;
  /** Oldest first; dollars. */
  readonly corrections: readonly {
    readonly id: number;
    readonly reason: string;
    readonly usage: Quantities;
    readonly cost: number;
    readonly created_at: string;
  }[];
  /** What it is worth now. */
  readonly corrected: { readonly usage: Quantities; readonly cost: number };
}

/** null: there is none of that id, or it is another customer's. `customerId` null: anybody's. */
export async function readEvent(
  { db }: Store,
  wanted: { readonly eventId: string; readonly customerId: CustomerId | null },
): Promise<CallStory | null> {
  let query = db
    .selectFrom("events")
    .leftJoin("event_details", "event_details.event_id", "events.id")
    .selectAll("events")
    .select(["error_message", "tags"])
    .where("events.id", "=", wanted.eventId);
  if (wanted.customerId !== null) {
    query = query.where("events.customer_id", "=", wanted.customerId);
  }
  const row = await query.executeTakeFirst();
  if (row === undefined) return null;
  const corrections = await db
    .selectFrom("corrections")
    .selectAll()
    .where("event_id", "=", wanted.eventId)
    .orderBy("id")
    .execute();
  const { event } = eventFrom(row, []);
  return {
    event,
    held: row.held === null ? null : amountsFrom(row.held),
    expected: row.expected === null ? null : shownExpected(row.expected),
    corrections: corrections.map((written) => {
      const { reason, usageDelta, costDelta, createdAt } = correctionFrom(written);
      return {
        id: Number(written.id),
        reason,
        usage: usageDelta,
        cost: usdNumber(nanoUsd(costDelta)),
        created_at: formatInstant(createdAt),
      };
    }),
    corrected: {
      usage: corrections.reduce<Quantities>(
        (sum, { usage_delta }) => plus(sum, JSON.parse(usage_delta)),
        event.facts.usage,
      ),
      cost: usdNumber(
        nanoUsd(corrections.reduce<bigint>((sum, { cost_delta }) => sum + cost_delta, row.cost)),
      ),
    },
  };
}

function shownExpected(json: string): NonNullable<CallStory["expected"]> {
  const { usage, cost } = expectedFrom(json);
  return { usage, cost: usdNumber(cost) };
}

/** An event's id, as the gateway's header and the log say it. */
export function isEventId(text: string): text is CallId {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
