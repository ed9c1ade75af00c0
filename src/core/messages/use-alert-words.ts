/** What is said of how a customer's calls go: many more than is usual for them, or many that fail. */
import type { ErrorRateFacts, SuddenRiseFacts } from "../alerts/alert-facts.ts";
import { countOf, countWords, timeWords, unitWords, usdDown } from "../amount-words.ts";
import { parseInstant } from "../instant.ts";
import { nanoUsd } from "../money.ts";
import { adviceWords } from "./advice-words.ts";
import type { AlertReading, AlertWords } from "./alert-words.ts";
import { capital, inShell } from "./sentences.ts";

const GOES_ON = "Calls go on: nothing is refused for this.";

/** Says the arithmetic, so that nobody wonders why it was told. */
export function riseWords(facts: SuddenRiseFacts, of: AlertReading): AlertWords {
  const { meter, times, times_least: least } = facts;
  const [amount, usual] = [shown(meter, facts.amount), shown(meter, facts.usual)];
  const until = timeWords(parseInstant(facts.until, "until"), of.timeZone);
  const did =
    meter === "cost"
      ? `${capital(whose(of))} calls cost ${amount}`
      : `${capital(who(of))} made ${amount}`;
  const look =
    of.reader === "customer"
      ? "Look in your usage log at what was called, and revoke any key whose calls are not yours."
      : `${commandOf(of)} what was called.`;
  const advice = adviceWords(of.advice);
  return {
    title: `Sudden Rise in ${meter === "cost" ? "Cost" : "Calls"}${ofOther(of)}`,
    message:
      `${did} in the 24 hours up to ${until}. A usual day is ${usual}, so that is ${times} times as much (${amount} / ${usual} = ${times}). ` +
      `Usual is the median of the ${countOf(facts.days, "day")} of use before; it is told from ${least} times on.`,
    next: GOES_ON,
    action: advice === undefined ? look : `${look} ${advice}`,
  };
}

function shown(meter: SuddenRiseFacts["meter"], text: string): string {
  const amount = BigInt(text);
  if (meter === "cost") return usdDown(nanoUsd(amount));
  return `${countWords(amount)} ${unitWords(meter, amount)}`;
}

export function errorRateWords(facts: ErrorRateFacts, of: AlertReading): AlertWords {
  const isYou = of.reader === "customer";
  return {
    title: `Many Calls Fail${ofOther(of)}`,
    message: failedWords(facts, { whose: whose(of) }, of),
    next: GOES_ON,
    action: isYou
      ? "Your usage log says how each failed call was answered."
      : `${commandOf(of)} how each failed call was answered.`,
  };
}

/** `46 of your 100 calls failed in the hour from …, which is 46 %. It is told from 20 % on.` */
export function failedWords(
  facts: ErrorRateFacts,
  { whose: of, title = "" }: { readonly whose: string; readonly title?: string },
  { timeZone }: AlertReading,
): string {
  const { failed, calls, rate, rate_least: least } = facts;
  const from = timeWords(parseInstant(facts.hour, "hour"), timeZone);
  return `${countWords(BigInt(failed))} of ${of} ${countWords(BigInt(calls))} ${title}${unitWords("calls", BigInt(calls))} failed in the hour from ${from}, which is ${rate} %. It is told from ${least} % on.`;
}

function who({ reader, who: id }: AlertReading): string {
  if (reader === "customer") return "you";
  return id === undefined ? "a customer" : `customer ${id}`;
}

function whose({ reader, who: id }: AlertReading): string {
  if (reader === "customer") return "your";
  return id === undefined ? "a customer's" : `customer ${id}'s`;
}

function ofOther({ reader, who: id }: AlertReading): string {
  return reader === "customer" || id === undefined ? "" : ` (customer ${id})`;
}

function commandOf({ who: id }: AlertReading): string {
  return `\`purser logs ${id === undefined ? "<user_id>" : inShell(id)}\` shows`;
}
