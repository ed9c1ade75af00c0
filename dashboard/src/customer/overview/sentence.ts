/** Says in a sentence or two where a customer stands: what is used, what it comes to, what is wrong and what to do. */

import { money, shortDay } from "../../parts/format.ts";
import {
  amountOf,
  isLasting,
  isSame,
  type LimitShape,
  type LimitUse,
  limitUseName,
  type SoldPlan,
  upgradeWords,
} from "./limit-uses.ts";

export interface Sentence {
  /** How things stand; `over` of a past period, `nothing` where nothing was used. */
  readonly tone: "fine" | "close" | "used up" | "over" | "nothing";
  /** The first sentence. */
  readonly lead: string;
  /** What follows from it; may be empty. */
  readonly rest: string;
  /** Would another plan help? */
  readonly offersPlans: boolean;
}

export interface Standing {
  readonly period: { readonly start: string; readonly end: string; readonly isPresent: boolean };
  /** Milliseconds, by the server's clock. */
  readonly now: number;
  readonly calls: number;
  /** US dollars, as all money here. */
  readonly spent: number;
  /** null: no limit on cost. */
  readonly costCap: number | null;
  readonly projected: number;
  readonly limits: readonly LimitUse[];
  /** Limits that will be reached before they reset, and on which UTC day. */
  readonly ahead: readonly { readonly limit: LimitShape; readonly on: string }[];
  readonly plans: readonly SoldPlan[];
  readonly planId: number;
}

/** The worst comes first: what is used up, what will be, what is close; else what it comes to. */
export function sentenceOf(standing: Standing): Sentence {
  if (!standing.period.isPresent) return overSentence(standing);
  return (
    usedUpSentence(standing) ??
    (standing.calls === 0 ? nothingSentence(standing) : null) ??
    costAheadSentence(standing) ??
    closeSentence(standing) ??
    fineSentence(standing)
  );
}

function overSentence({ period, calls, spent, costCap }: Standing): Sentence {
  const when = `from ${shortDay(period.start)} to ${shortDay(period.end)}`;
  const lead =
    calls === 0
      ? `Nothing was used ${when}.`
      : `You used ${spentOf(spent, costCap)} ${when}, in ${callsOf(calls)}.`;
  return { tone: "over", lead, rest: "This period is over.", offersPlans: false };
}

function usedUpSentence({ limits, plans, planId }: Standing): Sentence | null {
  const full = limits
    .filter(({ limit, used, max }) => isLasting(limit) && used >= max)
    // What stops everything is said before what stops a provider, and both before what lets calls go on.
    .sort((one, other) => rankOf(one) - rankOf(other));
  const [first] = full;
  if (first === undefined) return null;
  if (first.limit.at_cap === "allow") return pastSoftSentence(first);
  const stopped = full.filter(
    ({ limit, resets_at: at }) => limit.at_cap === "deny" && at === first.resets_at,
  );
  const names = stopped.map((each) => nameWithin(each));
  const verb = stopped.length === 1 && first.limit.meter === "cost" ? "is" : "are";
  const offer = upgradeWords(first, plans, planId);
  return {
    tone: "used up",
    lead: `${listed(names)} ${verb} used up until ${shortDay(first.resets_at)}.`,
    rest: offer === "" ? "Calls that need more are refused until then." : offer,
    offersPlans: offer !== "",
  };
}

function rankOf({ limit, of }: LimitUse): number {
  return (limit.at_cap === "deny" ? 0 : 4) + (of === "plan" ? 0 : 2) + (limit.provider ? 1 : 0);
}

/** A limit that lets calls go on is passed, not a stop. */
function pastSoftSentence(use: LimitUse): Sentence {
  const { limit, used, max } = use;
  return {
    tone: "close",
    lead: `${limitUseName(use)} ${limit.meter === "cost" ? "is past its" : "are past their"} limit: ${amountOf(limit, used)} of ${amountOf(limit, max)}.`,
    rest: "Further calls go on, and cost.",
    offersPlans: false,
  };
}

function nothingSentence({ period }: Standing): Sentence {
  return {
    tone: "nothing",
    lead: "Nothing used yet in this period.",
    rest: `It lasts until ${shortDay(period.end)}; the first call shows up here within a second.`,
    offersPlans: false,
  };
}

const DAY_MS = 86_400_000;

/** At a steady pace from now to what is projected. null: it stays below its cap. */
function costAheadSentence(standing: Standing): Sentence | null {
  const { period, now, spent, costCap, projected, limits, plans, planId } = standing;
  if (costCap === null || spent >= costCap || projected <= costCap) return null;
  const end = Date.parse(period.end);
  const at = now + ((costCap - spent) / (projected - spent)) * (end - now);
  const days = Math.floor((end - at) / DAY_MS);
  const early = days === 0 ? "just" : `${days} ${days === 1 ? "day" : "days"}`;
  const limit = limits.find((each) => each.limit.meter === "cost" && each.max === costCap);
  const offer = limit === undefined ? "" : upgradeWords(limit, plans, planId);
  return {
    tone: "close",
    lead: `You have used ${spentOf(spent, costCap)}.`,
    rest: withMore(
      `At this pace all of it is used up on ${shortDay(at)}, ${early} before it starts anew on ${shortDay(end)}.`,
      offer,
    ),
    offersPlans: offer !== "",
  };
}

const CLOSE_PERCENT = 80;

function closeSentence(standing: Standing): Sentence | null {
  const { limits, ahead, plans, planId } = standing;
  const onOf = ({ limit, key }: LimitUse) =>
    key === undefined ? ahead.find((each) => isSame(each.limit, limit))?.on : undefined;
  const near = limits
    .filter((use) => isLasting(use.limit))
    .filter((use) => use.percent >= CLOSE_PERCENT || onOf(use) !== undefined)
    .sort((one, other) => other.percent - one.percent);
  const [first] = near;
  if (first === undefined) return null;
  const { limit, used, max, resets_at: resetsAt } = first;
  const on = onOf(first);
  const isMoney = limit.meter === "cost";
  const offer = upgradeWords(first, plans, planId);
  return {
    tone: "close",
    lead: `${limitUseName(first)}: ${amountOf(limit, used)} of ${amountOf(limit, max)} used.`,
    rest: withMore(
      on === undefined
        ? `${isMoney ? "It starts" : "They start"} anew on ${shortDay(resetsAt)}.`
        : `At this pace ${isMoney ? "it is" : "they are"} used up on ${utcDayOf(on)}, before ${isMoney ? "it starts" : "they start"} anew on ${shortDay(resetsAt)}.`,
      offer,
    ),
    offersPlans: offer !== "",
  };
}

function fineSentence({ period, calls, spent, costCap, projected }: Standing): Sentence {
  const lead =
    spent === 0
      ? `You have made ${callsOf(calls)}, which cost nothing.`
      : `You have used ${spentOf(spent, costCap)}.`;
  const pace =
    projected > spent
      ? `At this pace you reach ${money(projected)} by ${shortDay(period.end)}.`
      : "";
  const free = costCap === null && spent > 0 ? "Your plan has no limit on cost." : "";
  return { tone: "fine", lead, rest: withMore(pace, free), offersPlans: false };
}

/** Of a page that is filtered: what part of the whole this is. */
export function partSentence(of: {
  readonly what: string;
  readonly spent: number;
  readonly whole: number;
  readonly calls: number;
  readonly isPresent: boolean;
}): Sentence {
  const { what, spent, whole, calls, isPresent } = of;
  const verb = isPresent ? "has cost" : "cost";
  return {
    tone: calls === 0 ? "nothing" : isPresent ? "fine" : "over",
    lead:
      calls === 0
        ? `${what} was not used in this period.`
        : `${what} ${verb} ${money(spent)} of your ${money(whole)}, in ${callsOf(calls)}.`,
    rest: "",
    offersPlans: false,
  };
}

function spentOf(spent: number, cap: number | null): string {
  return cap === null ? money(spent) : `${money(spent)} of ${money(cap)}`;
}

function callsOf(calls: number): string {
  return `${amountOf({ meter: "calls" }, calls)} ${calls === 1 ? "call" : "calls"}`;
}

/** `Your $2.00 of cost`, which reads better than `Cost`. */
function nameWithin(use: LimitUse): string {
  const { limit, max, key } = use;
  const isWhole = limit.meter === "cost" && limit.per === "period" && key === undefined;
  if (!isWhole || limit.provider !== undefined) return limitUseName(use);
  return `Your cost limit of ${money(max)}`;
}

/** `A, B and C`. */
function listed(names: readonly string[]): string {
  const shown =
    names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} other limits`] : names;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

function withMore(text: string, more: string): string {
  return [text, more].filter((part) => part !== "").join(" ");
}

function utcDayOf(date: string): string {
  return shortDay(new Date(`${date}T12:00:00Z`));
}
