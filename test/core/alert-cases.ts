/** Alerts of every kind, and everybody who may read them: what the tests of their words go through. */
import type { Advice, FactsByKind, LimitFacts, Told } from "../../src/core/alerts/alert-facts.ts";
import { EVENT_TYPES } from "../../src/core/alerts/event-types.ts";
import { readTold } from "../../src/core/alerts/read-told.ts";
import type { AlertReading } from "../../src/core/messages/alert-words.ts";
import { METERS, type Meter } from "../../src/core/usage.ts";

export const ofCalls: LimitFacts = {
  limit: { meter: "calls", provider: "gemini", per: "period", max: 5_000, at_cap: "deny" },
  subject: "customer",
  plan: "pro",
  threshold: 80,
  used: "4000",
  cap: "5000",
  window_start: "2026-03-31T22:00:00Z",
  resets_at: "2026-04-30T22:00:00Z",
};
export const ofCost: LimitFacts = {
  ...ofCalls,
  limit: { meter: "cost", per: "period", max: "150", at_cap: "deny" },
  used: "140009999999",
  cap: "150000000000",
};
export const rate = {
  hour: "2026-04-11T13:00:00Z",
  calls: 1_200,
  failed: 460,
  rate: 38.3,
  rate_least: 25,
};
export const rise = {
  meter: "calls",
  until: "2026-04-11T14:00:00Z",
  amount: "1260",
  usual: "300",
  days: 9,
  times: 4.2,
  times_least: 3,
} as const;

/** At least one of each kind: a new kind without words, or without a case here, does not compile. */
const CASES: { readonly [Kind in keyof FactsByKind]: readonly FactsByKind[Kind][] } = {
  threshold: [50, 80, 90].flatMap((threshold) =>
    METERS.flatMap((meter) => limits(meter, threshold)),
  ),
  limit_reached: [100, 120].flatMap((threshold) =>
    METERS.flatMap((meter) => limits(meter, threshold)),
  ),
  projected: METERS.flatMap((meter) =>
    limits(meter, 100).map(({ refused: _, ...facts }) => ({
      ...facts,
      projected: "7000000000",
      reached_at: "2026-04-21T10:00:00Z",
    })),
  ),
  sudden_rise: [
    rise,
    { ...rise, amount: "101", usual: "1", days: 5, times: 101 },
    { ...rise, meter: "cost", amount: "40000000000", usual: "9500000000", times: 4.2 },
  ],
  error_rate: [rate, { ...rate, calls: 1, failed: 1, rate: 100 }],
  unpriced: [{ provider: "openai", model: "gpt-9", event_id: "e" }],
  audit_difference: [
    { count: 1, differences: [] },
    { count: 2_000, differences: [] },
  ],
  dead_letter: EVENT_TYPES.map((event, index) => ({
    delivery_id: 12,
    channel_id: 3,
    channel: "ops",
    event,
    attempts: index + 1,
    last_error: "The receiver answered 500",
  })),
  provider_outage: [{ ...rate, provider: "gemini" }],
  negative_margin: [
    {
      customer_id: "internal",
      plan: "pro",
      period_start: "2026-04-01T00:00:00Z",
      period_end: "2026-05-01T00:00:00Z",
      cost: "1290000000000",
      amount: "79000000000",
    },
  ],
  retirement_failed: [{ reason: "ENOSPC: no space left on device" }],
};

function limits(meter: Meter, threshold: number): LimitFacts[] {
  const facts: LimitFacts = {
    ...ofCalls,
    limit: { ...ofCalls.limit, meter },
    threshold,
    used: "4000000000",
    cap: "5000000000",
  };
  const { provider: _, ...everybody } = facts.limit;
  return [
    facts,
    { ...facts, limit: everybody },
    { ...facts, limit: { ...facts.limit, model: "gemini-2.5-flash", operation: "chat" } },
    { ...facts, limit: { ...facts.limit, at_cap: "allow" } },
    { ...facts, subject: "key", key_id: "k-1" },
    { ...facts, subject: "deployment" },
    { ...facts, used: "1", cap: "1" },
    { ...facts, used: "0", cap: "0", refused: true },
    { ...facts, used: "2", cap: "3", refused: true },
    { ...facts, used: "5000000001" },
  ];
}

export const upgrade: Advice = {
  upgrade: {
    plan_id: 3,
    plan_name: "Pro",
    price_monthly: 79,
    reason: "Pro has 5,000 Gemini calls.",
  },
};
export const cheaper: Advice = {
  cheaper_model: {
    provider: "gemini",
    model: "gemini-2.5-flash-lite",
    instead_of: "gemini-2.5-flash",
    saving_percent: 60,
  },
};
export const READINGS: readonly AlertReading[] = (["customer", "operator"] as const).flatMap(
  (reader) =>
    [{}, { who: "ada" }, { who: "o'neil @ work" }].flatMap((person) =>
      [{}, { advice: {} }, { advice: upgrade }, { advice: cheaper }].flatMap((advice) =>
        [false, true].map((isOver) => ({ reader, timeZone: "UTC", ...person, ...advice, isOver })),
      ),
    ),
);

export function casesOf(kind: keyof FactsByKind): Told[] {
  return CASES[kind].flatMap((facts) => readTold({ kind, facts: JSON.stringify(facts) }) ?? []);
}
