/** Reads of which stretch of time a client wants a breakdown, and by which steps. */
import { invalidField } from "../core/errors.ts";
import {
  DAY_MS,
  HOUR_MS,
  type Instant,
  instant,
  nearestInstant,
  parseInstant,
} from "../core/instant.ts";
import type { Store } from "../store/store.ts";
import { type PeriodAsker, periodFrom, periodStartOf } from "./billing-period.ts";
import type { BreakdownStretch } from "./breakdown-sums.ts";
import { listPeriodsWithUse } from "./list-periods.ts";
import { type Granularity, stepsBetween } from "./time-steps.ts";

export interface StretchAsked {
  readonly billing_period?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly granularity: Granularity | "none";
}

export interface SteppedStretch {
  readonly stretch: BreakdownStretch;
  /** Where each step starts; none where only sums are wanted. */
  readonly steps: readonly Instant[];
}

/** Three months of hours, six years of days. */
const STEPS_MOST = 2_300;

/** Throws `invalid_request` for what does not go together. */
export function breakdownStretch(
  store: Store,
  asker: PeriodAsker,
  asked: StretchAsked,
): Promise<SteppedStretch> | SteppedStretch {
  const { from, to, billing_period: period } = asked;
  if (from === undefined && to === undefined) return ofPeriods(store, asker, asked);
  if (period !== undefined) throw invalidField("billing_period", "does not go with from and to.");
  if (from === undefined) throw invalidField("from", "goes with to.");
  return between({ from, to, granularity: asked.granularity }, asker.now);
}

async function ofPeriods(
  store: Store,
  asker: PeriodAsker,
  { billing_period: period, granularity }: StretchAsked,
): Promise<SteppedStretch> {
  const start = await periodStartOf(store, asker, period);
  if (start === null) {
    const stretch = { kind: "all" } as const;
    if (granularity === "none") return { stretch, steps: [] };
    if (granularity !== "period") {
      throw invalidField("granularity", "of all time is none or period; or name from and to.");
    }
    const periods = await listPeriodsWithUse(store, asker);
    return { stretch, steps: periods.map((each) => each.start) };
  }
  const stretch = { kind: "periods", first: start, last: start } as const;
  if (granularity === "none") return { stretch, steps: [] };
  if (granularity === "period") return { stretch, steps: [start] };
  const { end } = await periodFrom(store, asker, start);
  const until = instant(Math.max(start + 1, Math.min(end, asker.now + 1)));
  return { stretch, steps: stepsBetween(granularity, { start, end: until }) };
}

/** Roll-ups know whole days, or whole hours where the steps are hours: the stretch is widened to them. */
function between(
  of: {
    readonly from: string;
    readonly to: string | undefined;
    readonly granularity: Granularity | "none";
  },
  now: Instant,
): SteppedStretch {
  const { granularity } = of;
  if (granularity === "period") {
    throw invalidField("granularity", "of from and to is none, day or hour.");
  }
  const lengthMs = granularity === "hour" ? HOUR_MS : DAY_MS;
  const from = readMoment(of.from, "from");
  const to = of.to === undefined ? instant(now + 1) : readMoment(of.to, "to");
  if (to <= from) {
    if (of.to === undefined) throw invalidField("from", "must not be later than now.");
    throw invalidField("to", "must be later than from.");
  }
  const start = instant(from - (from % lengthMs));
  const end = nearestInstant(Math.ceil(to / lengthMs) * lengthMs);
  const stretch = { kind: "between", start, end } as const;
  if (granularity === "none") return { stretch, steps: [] };
  if ((end - start) / lengthMs > STEPS_MOST) {
    throw invalidField("from", `makes more than ${STEPS_MOST} steps; choose a shorter stretch.`);
  }
  return { stretch, steps: stepsBetween(granularity, stretch) };
}

function readMoment(text: string, field: string): Instant {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return parseInstant(isDate ? `${text}T00:00:00Z` : text, field);
}
