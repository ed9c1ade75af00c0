/** How a provider is, in a word, by what it answered in the last hour; and how all of them are, in a sentence. */
import { listWords } from "../../../../src/core/amount-words.ts";
import { percent, relativeTime } from "../../parts/format.ts";
import { limitName } from "../../parts/limit-words.ts";
import type { Tone } from "../../parts/tone-word.tsx";
import { usesOf } from "./limit-draft.ts";
import type { LimitUse, ProviderState } from "./provider-queries.ts";

/** Half of the calls: from there on the operator is alerted, too. */
const FAILING_PERCENT = 50;
const SOME_PERCENT = 5;
/** Fewer calls than these say nothing of an outage. */
const CALLS_LEAST = 20;

export type Health = "answers" | "some calls fail" | "fails" | "no calls" | "not set up";

export function healthOf({ credential, last_hour: hour }: HealthFacts): Health {
  // One that the operator's own code calls needs no credential here.
  if (hour.calls === 0) return credential === "missing" ? "not set up" : "no calls";
  if (hour.error_rate >= FAILING_PERCENT && hour.calls >= CALLS_LEAST) return "fails";
  return hour.error_rate >= SOME_PERCENT ? "some calls fail" : "answers";
}

type HealthFacts = Pick<ProviderState, "credential" | "last_hour">;

export const HEALTH_TONES: Readonly<Record<Health, Tone>> = {
  answers: "fine",
  "some calls fail": "close",
  fails: "stopped",
  "no calls": "quiet",
  "not set up": "quiet",
};

/** The worst first; what to do stands where it can be done. */
export function providersSentence(providers: readonly ProviderState[]): string {
  const of = (health: Health) => providers.filter((each) => healthOf(each) === health);
  const [failing, some, well] = [of("fails"), of("some calls fail"), of("answers")];
  const called = failing.length + some.length + well.length;
  const isAnySetUp = called > 0 || providers.some(({ credential }) => credential === "set");
  if (!isAnySetUp) {
    return "No provider has a credential yet. Set one, such as OPENAI_API_KEY, and start Purser anew.";
  }
  const parts = [
    ...usedUpWords(providers),
    ...failing.map((each) => `${each.title} fails: ${rateWords(each)}`),
    ...some.map((each) => `${each.title} fails at times: ${rateWords(each)}`),
    ...(well.length === 0
      ? []
      : [
          `${listWords(well.map(({ title }) => title))} ${well.length === 1 ? "answers" : "answer"}`,
        ]),
  ];
  if (called === 0) parts.push(NO_CALLS);
  return `${parts.join(". ")}.`;
}

const NO_CALLS = "No calls were forwarded in the last hour";

/** Limits of the deployment that refuse calls now. */
function usedUpWords(providers: readonly ProviderState[]): string[] {
  return usesOf(providers)
    .filter(({ percent: used, limit }) => used >= 100 && limit.at_cap === "deny")
    .map(
      ({ limit, resets_at: at }) =>
        `The deployment's limit on ${countedWords(limit)} is used up: calls are refused, and it starts anew ${relativeTime(at)}`,
    );
}

/** In the middle of a sentence. */
function countedWords(limit: LimitUse["limit"]): string {
  const name = limitName(limit);
  return limit.provider === undefined ? `${name.slice(0, 1).toLowerCase()}${name.slice(1)}` : name;
}

function rateWords({ last_hour: { failed, calls, error_rate } }: ProviderState): string {
  return `${percent(error_rate)} of the calls of the last hour (${failed} of ${calls})`;
}
