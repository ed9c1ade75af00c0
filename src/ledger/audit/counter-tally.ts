/** Adds up, beside each counter, what the log says that it should be. */
import type { KeyId } from "../../core/ids.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../core/instant.ts";
import { WINDOWS, type WindowName } from "../../core/limits/limit.ts";
import type { CounterRow } from "../rules/rows.ts";
import { DEPLOYMENT, keySubject } from "../rules/subjects.ts";
import { counts, isSameCounter } from "../rules/which-counter.ts";
import { type Difference, differenceOf } from "./difference.ts";
import { type Cut, isBefore, type Placed, type Posting } from "./posting.ts";
import type { CountersPage } from "./read-counters.ts";
import { monthOf, type Span } from "./span.ts";

interface Slot {
  row: CounterRow;
  cut: Cut;
  /** What an earlier look has counted already; null at the first. */
  counted: Cut | null;
  used: bigint;
  held: bigint;
}

export class CounterTally {
  private readonly slots = new SlotsByPlace();
  /** Hours of which only a balance is left, which does not say what its minutes used. */
  private readonly closedHours = new Set<Instant>();

  get size(): number {
    return this.slots.all.length;
  }

  /**
   * Counters as they were found, with what the holds of that moment hold. One that is here already is found anew, and
   * what has been written since its last look is to be posted.
   */
  add({ counters, holds }: CountersPage): void {
    const fresh = new SlotsByPlace();
    for (const { row, cut } of counters) {
      const known = this.slots.find(row);
      const slot = known ?? { row, cut, counted: null, used: 0n, held: 0n };
      Object.assign(slot, { row, cut, counted: known?.cut ?? null, held: 0n });
      fresh.add(slot);
      if (known === undefined) this.slots.add(slot);
    }
    for (const hold of holds) {
      fresh.forEachAt(hold, (slot) => {
        slot.held += hold.held[slot.row.meter];
      });
    }
  }

  /** Counts it in every counter of its place that had counted it when it was read. */
  post(posting: Posting): void {
    if (posting.from.kind === "balance") this.closedHours.add(posting.at);
    this.slots.forEachAt(posting, (slot) => {
      const isKnown = slot.counted !== null && isBefore(slot.counted, posting);
      if (!isKnown && isBefore(slot.cut, posting)) slot.used += posting.sums[slot.row.meter];
    });
  }

  differences(): Difference[] {
    return this.slots.all.flatMap(({ row, used, held }) => {
      const { used: foundUsed, held: foundHeld, ...key } = row;
      const ofHeld = { table: "counters", key, sum: "held" } as const;
      const ofUsed = { table: "counters", key, sum: "used" } as const;
      const isPartial = this.mayHaveMissed(row, used);
      return [
        ...(isPartial ? [] : differenceOf(ofUsed, foundUsed, used)),
        ...differenceOf(ofHeld, foundHeld, held),
      ];
    });
  }

  /** A window under a day may have begun after events that it would cover, so it is checked from above only. */
  private mayHaveMissed(row: CounterRow, used: bigint): boolean {
    if (row.windowEnd - row.windowStart >= DAY_MS) return false;
    if (row.used < used) return true;
    return row.per === "minute" && this.closedHours.has(startOf(row.windowStart, HOUR_MS));
  }
}

/** Finds the counters that a call counts in, by the windows of its instant. */
class SlotsByPlace {
  readonly all: Slot[] = [];
  private readonly bySubject = new Map<string, Map<Instant, Slot[]>>();
  private month: Span = { from: 0 as Instant, to: 0 as Instant };

  add(slot: Slot): void {
    const { subject, windowStart } = slot.row;
    const windows = this.bySubject.get(subject) ?? new Map<Instant, Slot[]>();
    this.bySubject.set(subject, windows);
    const slots = windows.get(windowStart) ?? [];
    windows.set(windowStart, slots);
    slots.push(slot);
    this.all.push(slot);
  }

  find(row: CounterRow): Slot | undefined {
    return this.bySubject
      .get(row.subject)
      ?.get(row.windowStart)
      ?.find((slot) => isSameCounter(slot.row, row));
  }

  forEachAt(place: Placed, visit: (slot: Slot) => void): void {
    const { customerId, keyId, periodStart } = place;
    this.visit(customerId, periodStart, place, visit);
    if (keyId !== "") this.visit(keySubject(keyId as KeyId), periodStart, place, visit);
    // The deployment's own period is the calendar month.
    this.visit(DEPLOYMENT, this.monthStart(place.at), place, visit);
  }

  private visit(
    subject: string,
    periodStart: Instant,
    place: Placed,
    visit: (slot: Slot) => void,
  ): void {
    const windows = this.bySubject.get(subject);
    if (windows === undefined) return;
    for (const per of WINDOWS) {
      const start = per === "period" ? periodStart : this.windowStart(per, place.at);
      for (const slot of windows.get(start) ?? []) {
        if (slot.row.per === per && counts(slot.row, place)) visit(slot);
      }
    }
  }

  private windowStart(per: Exclude<WindowName, "period">, at: Instant): Instant {
    switch (per) {
      case "month":
        return this.monthStart(at);
      case "day":
        return startOf(at, DAY_MS);
      case "hour":
        return startOf(at, HOUR_MS);
      case "minute":
        return startOf(at, MINUTE_MS);
    }
  }

  /** Events come by time, so the month is mostly that of the one before. */
  private monthStart(at: Instant): Instant {
    if (at < this.month.from || at >= this.month.to) this.month = monthOf(at);
    return this.month.from;
  }
}

function startOf(at: Instant, lengthMs: number): Instant {
  return (at - (at % lengthMs)) as Instant;
}
