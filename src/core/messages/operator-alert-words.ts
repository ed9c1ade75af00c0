/** What the operator is told of the deployment: prices, sums, deliveries, providers, margins and archives. */
import type {
  AuditDifferenceFacts,
  DeadLetterFacts,
  NegativeMarginFacts,
  ProviderOutageFacts,
  RetirementFailedFacts,
  UnpricedFacts,
} from "../alerts/alert-facts.ts";
import { countOf, countWords, dateWords, usdDown } from "../amount-words.ts";
import { parseInstant } from "../instant.ts";
import { nanoUsd } from "../money.ts";
import { providerTitle } from "../provider-titles.ts";
import type { AlertReading, AlertWords } from "./alert-words.ts";
import { eventWords } from "./event-words.ts";
import { asSentence, inShell } from "./sentences.ts";
import { failedWords } from "./use-alert-words.ts";

export function unpricedWords({ provider, model }: UnpricedFacts): AlertWords {
  const [at, of] = [inShell(provider), inShell(model)];
  return {
    title: "A model has no price",
    message: `No price is known for ${model} at ${providerTitle(provider)}, so its calls are counted at $0.`,
    next: "That goes on until a price is there; calls made before it can be priced again.",
    action: `Add one with \`purser prices add ${at} ${of} input=… output=…\`, then run \`purser prices rerate --provider ${at} --model ${of} --apply\`.`,
  };
}

export function auditWords({ count }: AuditDifferenceFacts): AlertWords {
  const isAre = count === 1 ? "is" : "are";
  return {
    title: "The sums differ from the log",
    message: `${countWords(BigInt(count))} of the numbers derived from the log ${isAre} not what it says.`,
    next: `${count === 1 ? "It stays" : "They stay"} so until put right; the log itself is not changed.`,
    action: "`purser audit` shows them all, `purser audit --repair` puts them right.",
  };
}

export function deadLetterWords(facts: DeadLetterFacts): AlertWords {
  const { channel, event, attempts, last_error: reason, delivery_id: id } = facts;
  return {
    title: "A message could not be delivered",
    message: `${eventWords(event)} did not reach ${channel} in ${countOf(attempts, "attempt")}. ${asSentence(`The last one: ${reason}`)}`,
    next: "It is not sent again by itself; what comes after it still is.",
    action: `Once the receiver works, \`purser outbox retry ${id}\` sends it again.`,
  };
}

export function outageWords(facts: ProviderOutageFacts, of: AlertReading): AlertWords {
  const title = providerTitle(facts.provider);
  return {
    title: `Many Calls to ${title} Fail`,
    message: failedWords(facts, { whose: "all customers'", title: `${title} ` }, of),
    next: `Calls go on: they are still sent to ${title}.`,
    action: `Look at the status page of ${title}; \`purser logs <user_id>\` shows how a customer's calls were answered.`,
  };
}

export function marginWords(facts: NegativeMarginFacts, of: AlertReading): AlertWords {
  const day = (text: string) => dateWords(parseInstant(text, "period"), of.timeZone);
  const customer = of.who === undefined ? "A customer" : `Customer ${of.who}`;
  const id = of.who === undefined ? "<user_id>" : inShell(of.who);
  const usd = (nano: string) => usdDown(nanoUsd(BigInt(nano)));
  return {
    title: `A Customer Costs More Than They Pay${of.who === undefined ? "" : ` (customer ${of.who})`}`,
    message: `${customer} has cost ${usd(facts.cost)} at the providers since ${day(facts.period_start)}, and the plan ${facts.plan} brings ${usd(facts.amount)} in that period.`,
    next: `Calls go on; the period ends on ${day(facts.period_end)}.`,
    action: `\`purser usage ${id}\` shows what the cost is for. Lower the plan's limit on cost, or raise its price.`,
  };
}

export function retirementWords({ reason }: RetirementFailedFacts): AlertWords {
  return {
    title: "Old events could not be archived",
    message: asSentence(`A month of old events stays in the database: ${reason}`),
    next: "It is tried again every hour; nothing is lost meanwhile.",
    action: "Mend what the message names; `purser events detach --month <month>` tries it at once.",
  };
}
