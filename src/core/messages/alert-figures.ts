/** What an alert says, in figures: the rows of a table, for mails and wherever else there is room for one. */
import type {
  ErrorRateFacts,
  LimitFacts,
  NegativeMarginFacts,
  ProjectedFacts,
  SuddenRiseFacts,
  Told,
} from "../alerts/alert-facts.ts";
import {
  type Counted,
  countOf,
  countWords,
  dateWords,
  narrowerThan,
  timeWords,
  titleBefore,
  unitWords,
  usdDown,
  whoseCost,
} from "../amount-words.ts";
import { type Instant, parseInstant } from "../instant.ts";
import type { WindowName } from "../limits/limit.ts";
import { nanoUsd } from "../money.ts";
import { providerTitle } from "../provider-titles.ts";
import type { Meter } from "../usage.ts";
import { eventWords } from "./event-words.ts";

export interface Figure {
  readonly label: string;
  readonly value: string;
}

/** `timeZone`: IANA name. None where words alone say it. */
export function alertFigures(told: Told, timeZone: string): readonly Figure[] {
  switch (told.kind) {
    case "threshold":
    case "limit_reached":
      return limitFigures(told.facts, timeZone);
    case "projected":
      return projectedFigures(told.facts, timeZone);
    case "sudden_rise":
      return riseFigures(told.facts);
    case "error_rate":
      return rateFigures(told.facts, timeZone);
    case "provider_outage":
      return [
        { label: "Provider", value: providerTitle(told.facts.provider) },
        ...rateFigures(told.facts, timeZone),
      ];
    case "unpriced":
      return [
        { label: "Provider", value: providerTitle(told.facts.provider) },
        { label: "Model", value: told.facts.model },
      ];
    case "dead_letter":
      return [
        { label: "Receiver", value: told.facts.channel },
        { label: "Message", value: eventWords(told.facts.event) },
        { label: "Attempts", value: countWords(BigInt(told.facts.attempts)) },
      ];
    case "negative_margin":
      return marginFigures(told.facts, timeZone);
    case "audit_difference":
    case "retirement_failed":
      return [];
  }
}

const PER: Readonly<Record<WindowName, string>> = {
  period: "per billing month",
  month: "per calendar month",
  day: "per day",
  hour: "per hour",
  minute: "per minute",
};

function limitFigures(facts: Omit<LimitFacts, "refused">, timeZone: string): Figure[] {
  const { limit } = facts;
  const [used, cap] = [BigInt(facts.used), BigInt(facts.cap)];
  return [
    { label: "Limit", value: `${wholeAmount(limit, cap)} ${PER[limit.per]}` },
    { label: "Used", value: amountWords(limit.meter, used) },
    { label: "Left", value: amountWords(limit.meter, used < cap ? cap - used : 0n) },
    { label: "Starts anew", value: timeWords(at(facts.resets_at), timeZone) },
  ];
}

function projectedFigures(facts: ProjectedFacts, timeZone: string): Figure[] {
  const reached = dateWords(at(facts.reached_at), timeZone);
  const projected = amountWords(facts.limit.meter, BigInt(facts.projected));
  return [
    ...limitFigures(facts, timeZone),
    { label: "Reached, at this rate", value: reached },
    { label: "By the end, at this rate", value: projected },
  ];
}

function riseFigures({ meter, amount, usual, times, days }: SuddenRiseFacts): Figure[] {
  return [
    { label: "In these 24 hours", value: amountWords(meter, BigInt(amount)) },
    { label: "On a usual day", value: amountWords(meter, BigInt(usual)) },
    ...(BigInt(usual) > 0n ? [{ label: "That is", value: `${times} times as much` }] : []),
    { label: "Compared with", value: countOf(days, "day") },
  ];
}

function rateFigures({ hour, calls, failed, rate }: ErrorRateFacts, timeZone: string): Figure[] {
  return [
    { label: "Hour from", value: timeWords(at(hour), timeZone) },
    { label: "Calls", value: countWords(BigInt(calls)) },
    { label: "Failed", value: `${countWords(BigInt(failed))} (${rate} %)` },
  ];
}

function marginFigures(facts: NegativeMarginFacts, timeZone: string): Figure[] {
  const day = (text: string): string => dateWords(at(text), timeZone);
  return [
    { label: "Plan", value: facts.plan },
    { label: "Period", value: `${day(facts.period_start)} to ${day(facts.period_end)}` },
    { label: "Cost", value: usdDown(nanoUsd(BigInt(facts.cost))) },
    { label: "The plan brings", value: usdDown(nanoUsd(BigInt(facts.amount))) },
  ];
}

/** `5,000 Gemini calls`, `$150.00 of provider cost`. */
function wholeAmount(limit: Counted, amount: bigint): string {
  if (limit.meter === "cost") return `${usdDown(nanoUsd(amount))} of ${whoseCost(limit)}`;
  const unit = unitWords(limit.meter, amount);
  return `${countWords(amount)} ${titleBefore(limit)}${unit}${narrowerThan(limit)}`;
}

function amountWords(meter: Meter, amount: bigint): string {
  if (meter === "cost") return usdDown(nanoUsd(amount));
  return `${countWords(amount)} ${unitWords(meter, amount)}`;
}

function at(text: string): Instant {
  return parseInstant(text, "at");
}
