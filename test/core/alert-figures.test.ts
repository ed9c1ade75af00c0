/** The figures of an alert are what its facts say, in the units people use. */
import { expect, test } from "vitest";
import type {
  LimitFacts,
  ProjectedFacts,
  SuddenRiseFacts,
  Told,
} from "../../src/core/alerts/alert-facts.ts";
import { alertFigures, type Figure } from "../../src/core/messages/alert-figures.ts";

const facts: LimitFacts = {
  limit: { meter: "calls", provider: "gemini", per: "period", max: 1000, at_cap: "deny" },
  subject: "customer",
  threshold: 80,
  used: "804",
  cap: "1000",
  window_start: "2026-04-01T00:00:00.000Z",
  resets_at: "2026-05-01T00:00:00.000Z",
};
const RATE = {
  hour: "2026-04-12T08:00:00.000Z",
  calls: 1240,
  failed: 61,
  rate: 4.9,
  rate_least: 2,
};

const shown = (told: Told): Record<string, string> =>
  Object.fromEntries(
    alertFigures(told, "Europe/Berlin").map(({ label, value }: Figure) => [label, value]),
  );

test("of a limit: how much it is, how much is used and left, and when it starts anew", () => {
  expect(shown({ kind: "threshold", facts })).toEqual({
    Limit: "1,000 Gemini calls per billing month",
    Used: "804 calls",
    Left: "196 calls",
    "Starts anew": "1 May 2026, 02:00 (Europe/Berlin)",
  });
});

test("of cost in dollars, rounded down, and never less left than nothing", () => {
  const cost: LimitFacts = {
    ...facts,
    limit: { meter: "cost", per: "month", max: "50", at_cap: "allow" },
    used: "50999999999",
    cap: "50000000000",
  };
  expect(shown({ kind: "limit_reached", facts: cost })).toMatchObject({
    Limit: "$50.00 of provider cost per calendar month",
    Used: "$50.99",
    Left: "$0.00",
  });
});

test("of what is ahead: when, and how much by the end", () => {
  const ahead: ProjectedFacts = {
    ...facts,
    projected: "1560",
    reached_at: "2026-04-21T23:00:00.000Z",
  };
  expect(shown({ kind: "projected", facts: ahead })).toMatchObject({
    "Reached, at this rate": "22 April 2026",
    "By the end, at this rate": "1,560 calls",
  });
});

test("of a sudden rise: the arithmetic, but for a usual day of nothing", () => {
  const rise: SuddenRiseFacts = {
    meter: "calls",
    until: "2026-04-12T09:30:00.000Z",
    amount: "730",
    usual: "100",
    days: 14,
    times: 7.3,
    times_least: 3,
  };
  expect(shown({ kind: "sudden_rise", facts: rise })).toEqual({
    "In these 24 hours": "730 calls",
    "On a usual day": "100 calls",
    "That is": "7.3 times as much",
    "Compared with": "14 days",
  });
  expect(shown({ kind: "sudden_rise", facts: { ...rise, usual: "0" } })).not.toHaveProperty(
    "That is",
  );
});

test("of failures, deliveries, prices and margins", () => {
  expect(shown({ kind: "provider_outage", facts: { ...RATE, provider: "anthropic" } })).toEqual({
    Provider: "Anthropic",
    "Hour from": "12 April 2026, 10:00 (Europe/Berlin)",
    Calls: "1,240",
    Failed: "61 (4.9 %)",
  });
  const unpriced = { provider: "openai", model: "gpt-next", event_id: "x" };
  expect(shown({ kind: "unpriced", facts: unpriced })).toEqual({
    Provider: "OpenAI",
    Model: "gpt-next",
  });
  const dead = { delivery_id: 1, channel: "Finance", event: "channel.test", attempts: 12 };
  expect(shown({ kind: "dead_letter", facts: { ...dead, last_error: "No." } })).toEqual({
    Receiver: "Finance",
    Message: "A test message",
    Attempts: "12",
  });
  const margin = {
    ...{ customer_id: "c", plan: "pro", cost: "93500000000", amount: "79000000000" },
    ...{ period_start: facts.window_start, period_end: facts.resets_at },
  };
  expect(shown({ kind: "negative_margin", facts: margin })).toMatchObject({
    Period: "1 April 2026 to 1 May 2026",
    Cost: "$93.50",
    "The plan brings": "$79.00",
  });
  expect(shown({ kind: "retirement_failed", facts: { reason: "x" } })).toEqual({});
});
