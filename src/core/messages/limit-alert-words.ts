/** What is said of a limit: so much of it is used, it is reached, or it will be at this rate. */
import type { LimitFacts, ProjectedFacts } from "../alerts/alert-facts.ts";
import {
  amountOfLimit,
  type Counted,
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
import { nanoUsd } from "../money.ts";
import { providerTitle } from "../provider-titles.ts";
import { adviceWords } from "./advice-words.ts";
import type { AlertReading, AlertWords } from "./alert-words.ts";
import { inShell, withAction } from "./sentences.ts";

type AnyLimit = Omit<LimitFacts, "refused">;

export function limitWords(facts: LimitFacts, of: AlertReading): AlertWords {
  const isReached = facts.threshold >= 100;
  const word = facts.threshold >= 90 ? "Usage Warning" : "Usage Notice";
  return {
    title: titleOf(isReached ? "Limit Reached" : word, facts, of),
    message: `${whoHas(facts, of)} used ${usedOf(facts)}`,
    next: of.isOver === true ? overWords(facts, of) : nextWords(facts, of),
    ...withAction(adviceWords(of.advice) ?? helpWords(facts, of, isReached)),
  };
}

export function projectedWords(facts: ProjectedFacts, of: AlertReading): AlertWords {
  const { limit } = facts;
  const [used, cap] = [BigInt(facts.used), BigInt(facts.cap)];
  const projected = shortAmount(limit, BigInt(facts.projected));
  const isAre = used === 1n || limit.meter === "cost" ? "is" : "are";
  const ends = dateWords(at(facts.resets_at), of.timeZone);
  return {
    title: titleOf("Limit Ahead", facts, of),
    message:
      `At this rate ${whoReaches(facts, of)} limit of ${amountOfLimit(limit, cap)} on ${dateWords(at(facts.reached_at), of.timeZone)}. ` +
      `So far ${shortAmount(limit, used)} ${isAre} used; by ${ends} it would be ${projected}.`,
    next: of.isOver === true ? overWords(facts, of) : aheadWords(facts, of),
    ...withAction(adviceWords(of.advice) ?? helpWords(facts, of, false)),
  };
}

/** The operator sees alerts of many customers, so a title says whose it is. */
function titleOf(word: string, facts: AnyLimit, of: AlertReading): string {
  const { provider } = facts.limit;
  const whose = provider === undefined ? "All providers" : providerTitle(provider);
  const isOther = of.reader === "operator" && facts.subject !== "deployment" && of.who;
  return `API ${word} - ${whose}${isOther ? ` (customer ${of.who})` : ""}`;
}

function whoHas({ subject, key_id }: AnyLimit, of: AlertReading): string {
  const key = keyWords(key_id, of);
  if (of.reader === "customer") return subject === "key" ? `Your ${key} has` : "You have";
  const customer = of.who === undefined ? null : `ustomer ${of.who}`;
  switch (subject) {
    case "deployment":
      return "All customers together have";
    case "key":
      return `K${key.slice(1)}${customer === null ? "" : ` of c${customer}`} has`;
    case "customer":
      return customer === null ? "A customer has" : `C${customer} has`;
  }
}

function whoReaches({ subject, key_id }: AnyLimit, of: AlertReading): string {
  const key = keyWords(key_id, of);
  if (of.reader === "customer")
    return subject === "key" ? `your ${key} reaches its` : "you reach your";
  const customer = of.who === undefined ? null : `customer ${of.who}`;
  switch (subject) {
    case "deployment":
      return "all customers together reach their";
    case "key":
      return `${key}${customer === null ? "" : ` of ${customer}`} reaches its`;
    case "customer":
      return `${customer ?? "a customer"} reaches their`;
  }
}

function keyWords(id: string | undefined, { keyName }: AlertReading): string {
  if (keyName !== undefined) return `key “${keyName}”`;
  return id === undefined ? "key" : `key ${id}`;
}

/** `800 of 5,000 Gemini API calls`. The noun goes by the cap, which stands before it. */
function usedOf({ limit, used, cap }: AnyLimit): string {
  const most = BigInt(cap);
  if (limit.meter === "cost") {
    return `${usdDown(nanoUsd(BigInt(used)))} of ${usdDown(nanoUsd(most))} of ${whoseCost(limit)}`;
  }
  const api = limit.meter === "calls" ? "API " : "";
  return `${countWords(BigInt(used))} of ${countWords(most)} ${titleBefore(limit)}${api}${unitWords(limit.meter, most)}${narrowerThan(limit)}`;
}

function nextWords(facts: LimitFacts, of: AlertReading): string {
  const { limit } = facts;
  const [used, cap] = [BigInt(facts.used), BigInt(facts.cap)];
  const calls = callsWords(facts, of);
  const anew = timeWords(at(facts.resets_at), of.timeZone);
  if (limit.at_cap === "allow") return goOnWords(anew);
  if (cap === 0n) return `The limit is 0, so ${calls} are refused.`;
  if (used >= cap) return `Further ${calls} are refused until ${anew}, when counting starts anew.`;
  if (facts.refused === true) {
    return `A call was refused because it did not fit in what is left (${shortAmount(limit, cap - used)}). Calls that need less still go through; counting starts anew on ${anew}.`;
  }
  return `At ${shortAmount(limit, cap)}, further ${calls} are refused until ${anew}, when counting starts anew.`;
}

function aheadWords(facts: ProjectedFacts, of: AlertReading): string {
  const anew = timeWords(at(facts.resets_at), of.timeZone);
  if (facts.limit.at_cap === "allow") return goOnWords(anew);
  return `From then on, further ${callsWords(facts, of)} are refused until ${anew}, when counting starts anew.`;
}

function goOnWords(anew: string): string {
  return `Calls go on beyond the limit, and what they use is counted; counting starts anew on ${anew}.`;
}

function overWords({ resets_at }: AnyLimit, of: AlertReading): string {
  return `Counting started anew on ${timeWords(at(resets_at), of.timeZone)}, so nothing more comes of this.`;
}

/** The calls that the limit looks at: `Gemini calls (gemini-2.5-flash)`. */
function callsWords({ limit, subject }: AnyLimit, of: AlertReading): string {
  const isByUnit = ["images", "characters", "seconds", "pages"].includes(limit.meter);
  const that = isByUnit ? ` that use ${limit.meter}` : "";
  return `${titleBefore(limit)}calls${narrowerThan(limit)}${that}${ofWhom(subject, of)}`;
}

function ofWhom(subject: AnyLimit["subject"], { reader }: AlertReading): string {
  switch (subject) {
    case "key":
      return " with this key";
    case "deployment":
      return " of all customers";
    case "customer":
      return reader === "customer" ? "" : " of this customer";
  }
}

/** Where neither a plan nor a model is known that helps. */
function helpWords(facts: AnyLimit, of: AlertReading, isReached: boolean): string | undefined {
  if (of.isOver === true) return undefined;
  if (facts.subject === "deployment") {
    return "`purser limits show` says what is left, and `purser limits set` changes these limits.";
  }
  if (facts.subject === "key") {
    const less = isReached ? "Wait until then" : "Make fewer or smaller calls with this key";
    return `${less}, or use a key with a higher budget.`;
  }
  if (of.reader === "operator" && of.who !== undefined) {
    const who = inShell(of.who);
    return `\`purser limits show ${who}\` says what is left, and \`purser subscription change ${who} <plan>\` gives another plan.`;
  }
  if (facts.limit.at_cap === "allow") {
    return "Make fewer or smaller calls to use less.";
  }
  return isReached
    ? "Wait until then, or ask for a higher limit."
    : "Make fewer or smaller calls, or ask for a higher limit.";
}

/** Without whose they are: `5,000 calls`, `$150.00`. */
function shortAmount({ meter }: Counted, amount: bigint): string {
  if (meter === "cost") return usdDown(nanoUsd(amount));
  return `${countWords(amount)} ${unitWords(meter, amount)}`;
}

function at(text: string): Instant {
  return parseInstant(text, "resets_at");
}
