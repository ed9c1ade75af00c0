/** Draws the customers of a generated history: a few large and many small ones, each with models, keys and habits of its own. */
import { DAY_MS, type Instant, instant } from "../../src/core/instant.ts";
import type { Chance } from "../../test/simulation/chance.ts";

/** What a model is asked for, and about what that takes. Rates are nano-dollars a token; they stand for no real price list. */
export interface ModelHabit {
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly endpoint: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly inputRate: number;
  readonly outputRate: number;
  /** Milliseconds to begin, and for each token of output. */
  readonly startMs: number;
  readonly tokenMs: number;
}

export interface HistoryCustomer {
  readonly userId: string;
  readonly plan: "free" | "basic" | "pro" | "enterprise";
  readonly createdAt: Instant;
  readonly keys: number;
  /** Of all events, this many are theirs. */
  readonly events: number;
  readonly models: readonly (readonly [ModelHabit, number])[];
  /** By how much a day's use is more than the day's before: 1.002 doubles in a year. */
  readonly growth: number;
  /** Share of a weekday's use that a Saturday or Sunday has. */
  readonly weekend: number;
}

const chat = (
  provider: string,
  model: string,
  rates: readonly [number, number],
  pace: readonly [number, number],
): ModelHabit => ({
  provider,
  model,
  operation: "chat",
  endpoint: "/v1/chat/completions",
  inputTokens: 900,
  outputTokens: 350,
  inputRate: rates[0],
  outputRate: rates[1],
  startMs: pace[0],
  tokenMs: pace[1],
});

const MODELS: readonly ModelHabit[] = [
  chat("openai", "gpt-4o-mini", [150, 600], [300, 8]),
  chat("openai", "gpt-4o", [2_500, 10_000], [400, 12]),
  chat("anthropic", "claude-sonnet-4-5", [3_000, 15_000], [500, 14]),
  chat("anthropic", "claude-haiku-4-5", [1_000, 5_000], [300, 7]),
  { ...chat("gemini", "gemini-2.5-flash", [300, 2_500], [250, 5]), operation: "generate" },
  { ...chat("gemini", "gemini-2.5-pro", [1_250, 10_000], [600, 11]), operation: "generate" },
  chat("mistral", "mistral-large-latest", [2_000, 6_000], [300, 9]),
];

const PLANS = [
  ["free", 55],
  ["basic", 25],
  ["pro", 16],
  ["enterprise", 4],
] as const;

/** `events` in all over `months` months up to `until`; a thousand a customer on average, and at least ten customers. */
export function drawCustomers(
  chance: Chance,
  of: { readonly events: number; readonly months: number; readonly until: Instant },
): HistoryCustomer[] {
  const count = Math.max(10, Math.round(of.events / 1_000));
  const shares = Array.from({ length: count }, (_, rank) => 1 / (rank + 3));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const spanDays = of.months * 30;
  let given = 0;
  return shares
    .map((share, rank) => {
      const events = rank === 0 ? 0 : Math.floor((of.events * share) / whole);
      given += events;
      // The largest were there from the beginning; the last of all takes what rounding left.
      const age = rank < count / 10 ? spanDays : chance.between(20, spanDays);
      return {
        userId: `customer-${rank + 1}`,
        plan: rank < 3 ? "enterprise" : chance.weigh(PLANS),
        createdAt: instant(of.until - age * DAY_MS + chance.below(DAY_MS)),
        keys: chance.between(1, 3),
        events,
        models: drawModels(chance),
        growth: 1 + chance.below(40) / 10_000,
        weekend: chance.between(20, 100) / 100,
      };
    })
    .map((customer, rank) => (rank === 0 ? { ...customer, events: of.events - given } : customer));
}

function drawModels(chance: Chance): (readonly [ModelHabit, number])[] {
  const first = chance.below(MODELS.length);
  return Array.from({ length: chance.between(1, 4) }, (_, index) => {
    const habit = MODELS[(first + index * 2) % MODELS.length];
    if (habit === undefined) throw new RangeError("No such model.");
    return [habit, 10 - index * 2] as const;
  });
}
