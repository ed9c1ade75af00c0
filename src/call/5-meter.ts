/** Says what a call really used: the provider's own word, or our count of it, marked as estimated. */
import { BUCKETS, tokenSide, type Usage, usageOf } from "../core/usage.ts";
import type { StreamReading, UsageReading } from "../providers/dialect.ts";
import type { Estimate, Metered, ProviderAnswer } from "./call.ts";

/** What a call's log says where the provider gave no status of its own. */
const STATUS_OF_END = { cut: 502, left: 499, late: 504 } as const;
const WORDS_OF_END = {
  cut: "The provider's answer broke off.",
  left: "The client hung up before the answer was whole.",
  late: "The provider did not answer in time.",
} as const;

export function meter(call: { answer: ProviderAnswer; estimated: Estimate }): Metered {
  const { answer, estimated } = call;
  const used = refusedBeforeWork(answer)
    ? { usage: {}, estimated: false }
    : usageOfAnswer(answer, estimated);
  const words = errorWords(answer);
  return {
    usage: withBilledAttempts(used.usage, answer, estimated),
    model: answer.reading?.model ?? estimated.facts.model,
    ...(answer.reading?.tier === undefined ? {} : { tier: answer.reading.tier }),
    ...(answer.reading?.statedCost === undefined ? {} : { statedCost: answer.reading.statedCost }),
    calls: refusedBeforeWork(answer) ? 0 : 1,
    statusCode: statusOfAnswer(answer),
    estimated: used.estimated || answer.billedAttempts > 0,
    ...(words === "" ? {} : { errorMessage: words }),
  };
}

/** A 4xx, or a provider that says it is overloaded, has done no work and bills nothing. */
function refusedBeforeWork(answer: ProviderAnswer): boolean {
  const { ended, status, reading } = answer;
  if (ended !== "whole" || (reading !== null && reading.usage !== null)) return false;
  return (status >= 400 && status < 500) || status === 503 || status === 529;
}

function usageOfAnswer(
  answer: ProviderAnswer,
  estimated: Estimate,
): { usage: Usage; estimated: boolean } {
  const { reading, ended, status } = answer;
  // Providers do not bill an error of their own (Google says so in words), unless it states a usage.
  if (ended === "whole" && status >= 500) return { usage: reading?.usage ?? {}, estimated: false };
  if (reading === null) return { usage: estimated.expected.usage, estimated: true };
  if (reading.usage !== null && ended === "whole" && isComplete(reading)) {
    return { usage: reading.usage, estimated: false };
  }
  return { usage: ownCount(reading, estimated), estimated: true };
}

function isComplete(reading: UsageReading | StreamReading): boolean {
  return !("complete" in reading) || reading.complete;
}

/** What the provider reported so far, with at least the output that we saw pass. */
function ownCount(reading: UsageReading, estimated: Estimate): Usage {
  const usage = reading.usage ?? {
    ...estimated.facts.units,
    input: estimated.facts.inputTokensExpected,
  };
  const reported = BUCKETS.reduce(
    (sum, bucket) => (tokenSide(bucket) === "output" ? sum + (usage[bucket] ?? 0) : sum),
    0,
  );
  const unreported = Math.max(0, reading.outputTokensCounted - reported);
  return usageOf({ ...usage, output: (usage.output ?? 0) + unreported });
}

/** An earlier attempt that may have been billed adds what was expected of it. */
function withBilledAttempts(usage: Usage, answer: ProviderAnswer, estimated: Estimate): Usage {
  if (answer.billedAttempts === 0) return usage;
  const sum: Partial<Record<keyof Usage, number>> = { ...usage };
  for (const bucket of BUCKETS) {
    const expected = estimated.expected.usage[bucket];
    if (expected !== undefined) sum[bucket] = (sum[bucket] ?? 0) + expected * answer.billedAttempts;
  }
  return usageOf(sum);
}

function statusOfAnswer(answer: ProviderAnswer): number {
  if (answer.ended === "whole" || answer.ended === "unreachable") return answer.status;
  return STATUS_OF_END[answer.ended];
}

function errorWords(answer: ProviderAnswer): string {
  const words: string[] = [];
  if (answer.ended !== "whole" && answer.ended !== "unreachable")
    words.push(WORDS_OF_END[answer.ended]);
  if (answer.ended === "whole" && answer.status >= 400)
    words.push(`The provider answered ${answer.status}.`);
  return [...words, ...(answer.reading?.problems ?? [])].join(" ");
}
