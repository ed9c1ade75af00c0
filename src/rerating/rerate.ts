/** Prices past calls again by the book of today, and appends what differs as corrections. */
import type { CallId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { type NanoUsd, nanoUsd } from "../core/money.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { Store } from "../store/store.ts";
import { priceAgain, type Repriced } from "./price-again.ts";
import { type PastCall, readPastCalls, type Selection } from "./read-past-calls.ts";

export interface RerateWanted extends Selection {
  /** As the price book names it, or as calls named it; null: every model of the provider. */
  readonly model: string | null;
  readonly dryRun: boolean;
  /** Where an earlier part ended; 0 at the beginning. */
  readonly after: bigint;
}

export interface RerateChange {
  readonly eventId: CallId;
  readonly at: Instant;
  readonly model: string;
  readonly oldCost: NanoUsd;
  readonly newCost: NanoUsd;
  readonly priceId: string;
}

/** One part of the work: bounded in time and memory, whatever the size of the log. */
export interface Rerated {
  /** Calls of the selection that were priced again. */
  readonly examined: number;
  readonly changes: readonly RerateChange[];
  /** Calls that still have no price; their cost stays as it is. */
  readonly stillUnpriced: number;
  /** Of all calls examined. */
  readonly oldCost: NanoUsd;
  readonly newCost: NanoUsd;
  /** Where the next part begins; null when all is done. */
  readonly next: bigint | null;
}

export interface RerateParts {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "correct">;
  readonly prices: PriceBook;
}

/** A part ends with the first of these. */
const CHANGES_MOST = 1_000;
const PORTIONS_MOST = 50;
/** Corrections that wait for the ledger at once: it commits them together. */
const CORRECTIONS_AT_ONCE = 200;

/** Safe to run twice, and again after it broke off: a call that costs what it should is left alone. */
export async function rerate(parts: RerateParts, wanted: RerateWanted): Promise<Rerated> {
  const rowsById = new Map(parts.prices.rows().map((row) => [row.id, row]));
  const tally = new Tally();
  let next: bigint | null = wanted.after;
  for (let portion = 0; portion < PORTIONS_MOST; portion += 1) {
    if (next === null || tally.changes.length >= CHANGES_MOST) break;
    const page = await readPastCalls(parts.store, wanted, next);
    next = page.next;
    for (const call of page.calls) {
      const again = priceAgain(call, parts.prices, rowsById);
      if (isWanted(call, again, wanted.model)) tally.add(call, again);
    }
  }
  if (!wanted.dryRun) await correctAll(parts.ledger, tally.changes);
  return {
    examined: tally.examined,
    stillUnpriced: tally.stillUnpriced,
    oldCost: nanoUsd(tally.oldCost),
    newCost: nanoUsd(tally.newCost),
    changes: tally.changes,
    next,
  };
}

class Tally {
  examined = 0;
  stillUnpriced = 0;
  oldCost = 0n;
  newCost = 0n;
  readonly changes: Difference[] = [];

  add(call: PastCall, again: Repriced | null): void {
    const newCost = again?.cost ?? call.cost;
    this.examined += 1;
    this.oldCost += call.cost;
    this.newCost += newCost;
    if (again === null) {
      this.stillUnpriced += 1;
    } else if (newCost !== call.cost) {
      const { id: eventId, at, modelAnswered: model, cost: oldCost, corrections } = call;
      const priceId = again.row.id;
      this.changes.push({ eventId, at, model, oldCost, newCost, priceId, corrections });
    }
  }
}

interface Difference extends RerateChange {
  /** How many corrections the call had when it was priced again. */
  readonly corrections: number;
}

function isWanted(call: PastCall, again: Repriced | null, model: string | null): boolean {
  if (model === null) return true;
  const names = [call.modelAsked, call.modelAnswered, again?.row.model ?? ""];
  return names.some((name) => name.toLowerCase() === model.toLowerCase());
}

/**
 * The id of a correction is the number of those before it: of two re-ratings that saw the same state of a call, only the
 * first counts, so the difference is never added twice.
 */
async function correctAll(
  ledger: Pick<Ledger, "correct">,
  changes: readonly Difference[],
): Promise<void> {
  for (let start = 0; start < changes.length; start += CORRECTIONS_AT_ONCE) {
    const some = changes.slice(start, start + CORRECTIONS_AT_ONCE);
    await Promise.all(
      some.map(({ eventId, oldCost, newCost, priceId, corrections }) =>
        ledger.correct({
          kind: "correct",
          eventId,
          reason: `rerate ${priceId}`,
          sourceId: `rerate:${corrections}`,
          usageDelta: {},
          costDelta: newCost - oldCost,
        }),
      ),
    );
  }
}
