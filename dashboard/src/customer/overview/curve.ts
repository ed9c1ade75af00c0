/** Works out the curve of a period: what had been spent by the end of each day, and where that leads. */
import { money, utcDay } from "../../parts/format.ts";

export interface CurveAsked {
  /** Milliseconds; `end` exclusive. `now` is the server's, and may be past the end. */
  readonly start: number;
  readonly end: number;
  readonly now: number;
  /** UTC days such as `2026-04-01`, and what was used on each, in US dollars and calls. */
  readonly steps: readonly string[];
  readonly cost: readonly number[];
  readonly calls: readonly number[];
  /** At the period's end; null where none is told. */
  readonly projection: {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  } | null;
  readonly cap: number | null;
}

/** A day of the period, up to its end or to now. */
export interface CurveDay {
  /** `2026-04-01`. */
  readonly day: string;
  /** The instant that the sums hold for. */
  readonly at: number;
  readonly cost: number;
  readonly calls: number;
  /** Since the period's start. */
  readonly total: number;
}

/** A day still to come, at this pace. */
export interface CurveAhead {
  readonly day: string;
  readonly at: number;
  readonly total: number;
  readonly low: number;
  readonly high: number;
}

export interface Curve {
  readonly start: number;
  readonly end: number;
  readonly until: number;
  readonly spent: number;
  readonly days: readonly CurveDay[];
  readonly ahead: readonly CurveAhead[];
  readonly cap: number | null;
  /** The top of the axis, and the amounts written on it; from 0 on. */
  readonly top: number;
  readonly ticks: readonly number[];
}

const DAY_MS = 86_400_000;
const NANO = 1_000_000_000;
/** A cap further away than this many times what is drawn would press the curve flat. */
const CAP_TIMES_MOST = 4;

export function curveOf(asked: CurveAsked): Curve {
  const { start, end, cap } = asked;
  const until = Math.min(asked.now, end);
  const days = daysOf(asked, until);
  const spent = days.at(-1)?.total ?? 0;
  const ahead = asked.now < end ? aheadOf(asked, until, spent) : [];
  const drawn = Math.max(spent, ahead.at(-1)?.high ?? 0);
  const isCapNear = cap !== null && (drawn === 0 || cap <= drawn * CAP_TIMES_MOST);
  const ticks = ticksTo(isCapNear ? Math.max(drawn, cap * 1.04) : drawn);
  return { start, end, until, spent, days, ahead, cap, top: ticks.at(-1) ?? 1, ticks };
}

function daysOf({ steps, cost, calls }: CurveAsked, until: number): CurveDay[] {
  let total = 0;
  return steps.map((step, place) => {
    const day = step.slice(0, 10);
    const own = cost[place] ?? 0;
    // Binary sums of decimal dollars are off in the sixteenth place; to the nano-dollar they are exact.
    total = Math.round((total + own) * NANO) / NANO;
    const at = Math.min(Date.parse(day) + DAY_MS, until);
    return { day, at, cost: own, calls: calls[place] ?? 0, total };
  });
}

/** Straight to what is projected: the pace is what one day is like another. */
function aheadOf({ end, projection }: CurveAsked, until: number, spent: number): CurveAhead[] {
  if (projection === null) return [];
  const part = (at: number, of: number): number => {
    const most = Math.max(of, spent);
    return at === end ? most : spent + ((at - until) / (end - until)) * (most - spent);
  };
  const { mean, low, high } = projection;
  const ends: number[] = [];
  for (let at = until - (until % DAY_MS) + DAY_MS; at < end; at += DAY_MS) ends.push(at);
  return [...ends, end].map((at) => ({
    day: new Date(at - 1).toISOString().slice(0, 10),
    at,
    total: part(at, mean),
    low: part(at, low),
    high: part(at, high),
  }));
}

const STEPS = [1, 2, 2.5, 5, 10];
const TICKS_WANTED = 4;

/** From 0 in round steps to at least that much. */
export function ticksTo(most: number): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / TICKS_WANTED;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((each) => each * power >= rough) ?? 10) * power;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, place) => Number((place * step).toPrecision(12)));
}

/** The chart in a sentence, for those who do not see it. */
export function curveWords({ days, ahead, spent, cap }: Curve): string {
  const [first] = days;
  const last = days.at(-1);
  const end = ahead.at(-1);
  if (first === undefined || last === undefined) return "Spend by day: nothing yet";
  const rise = `Spend by day, ${utcDay(first.day)} to ${utcDay(last.day)}, rising to ${money(spent)}`;
  const pace =
    end === undefined
      ? ""
      : `; at this pace ${money(end.total)} on ${utcDay(end.day)}, between ${money(end.low)} and ${money(end.high)}`;
  return `${rise}${pace}${cap === null ? "" : `; the cost limit is ${money(cap)}`}`;
}

/** One day of it, read out. */
export function dayWords({ days, ahead }: Curve, place: number): string {
  const day = days[place];
  if (day !== undefined) {
    return `${utcDay(day.day)}: ${money(day.cost)} that day, ${money(day.total)} in all`;
  }
  const later = ahead[place - days.length];
  if (later === undefined) return "";
  return `${utcDay(later.day)}: about ${money(later.total)} at this pace, between ${money(later.low)} and ${money(later.high)}`;
}
