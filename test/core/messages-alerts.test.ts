/** The words of alerts, literally as they were agreed on. */
import { describe, expect, test } from "vitest";
import type { LimitFacts, Told } from "../../src/core/alerts/alert-facts.ts";
import { alertWords } from "../../src/core/messages/alert-words.ts";
import { cheaper, ofCalls, ofCost, rate, rise, upgrade } from "./alert-cases.ts";

const customer = { reader: "customer", timeZone: "Europe/Berlin" } as const;
const operator = { reader: "operator", timeZone: "UTC", who: "ada" } as const;
const threshold = (facts: LimitFacts): Told => ({ kind: "threshold", facts });

describe("a threshold", () => {
  test("says what is used, what happens when, and the upgrade with its price", () => {
    expect(alertWords(threshold(ofCalls), { ...customer, advice: upgrade })).toEqual({
      title: "API Usage Notice - Gemini",
      message: "You have used 4,000 of 5,000 Gemini API calls",
      next: "At 5,000 calls, further Gemini calls are refused until 1 May 2026, 00:00 (Europe/Berlin), when counting starts anew.",
      action: "Pro has 5,000 Gemini calls and costs $79 a month.",
    });
  });

  test("of cost is in dollars, rounded down, and may name a cheaper model", () => {
    expect(
      alertWords(threshold({ ...ofCost, threshold: 90 }), { ...customer, advice: cheaper }),
    ).toEqual({
      title: "API Usage Warning - All providers",
      message: "You have used $140.00 of $150.00 of provider cost",
      next: "At $150.00, further calls are refused until 1 May 2026, 00:00 (Europe/Berlin), when counting starts anew.",
      action: "gemini-2.5-flash-lite costs 60 % less for the same use than gemini-2.5-flash.",
    });
  });

  test("is told to the operator in the third person", () => {
    expect(alertWords(threshold(ofCalls), { ...operator, advice: {} })).toEqual({
      title: "API Usage Notice - Gemini (customer ada)",
      message: "Customer ada has used 4,000 of 5,000 Gemini API calls",
      next: "At 5,000 calls, further Gemini calls of this customer are refused until 30 April 2026, 22:00 (UTC), when counting starts anew.",
      action:
        "`purser limits show ada` says what is left, and `purser subscription change ada <plan>` gives another plan.",
    });
    const all = alertWords(threshold({ ...ofCalls, subject: "deployment" }), {
      reader: "operator",
      timeZone: "UTC",
    });
    expect(all).toMatchObject({
      title: "API Usage Notice - Gemini",
      message: "All customers together have used 4,000 of 5,000 Gemini API calls",
    });
    expect(all.next).toMatch(/^At 5,000 calls, further Gemini calls of all customers are refused/);
  });

  test("names the key whose budget it is", () => {
    const facts = { ...ofCalls, subject: "key", key_id: "k-1" } as const;
    expect(alertWords(threshold(facts), customer)).toMatchObject({
      message: "Your key k-1 has used 4,000 of 5,000 Gemini API calls",
      action: "Make fewer or smaller calls with this key, or use a key with a higher budget.",
    });
    expect(alertWords(threshold(facts), operator).message).toBe(
      "Key k-1 of customer ada has used 4,000 of 5,000 Gemini API calls",
    );
    expect(alertWords(threshold(facts), { ...customer, keyName: "staging" }).message).toBe(
      "Your key “staging” has used 4,000 of 5,000 Gemini API calls",
    );
  });

  test("of a soft limit says that calls go on", () => {
    const soft = { ...ofCost, limit: { ...ofCost.limit, at_cap: "allow" } } as const;
    expect(alertWords(threshold(soft), customer).next).toBe(
      "Calls go on beyond the limit, and what they use is counted; counting starts anew on 1 May 2026, 00:00 (Europe/Berlin).",
    );
  });

  test("of a window that is over says so, and no longer what to do", () => {
    const words = alertWords(threshold(ofCalls), { ...customer, isOver: true });
    expect(words.next).toBe(
      "Counting started anew on 1 May 2026, 00:00 (Europe/Berlin), so nothing more comes of this.",
    );
    expect(words).not.toHaveProperty("action");
  });

  test("one is one, and less than a cent is not nothing", () => {
    const one = { ...ofCalls, used: "1", cap: "1" };
    expect(alertWords(threshold(one), customer).message).toBe(
      "You have used 1 of 1 Gemini API call",
    );
    const little = { ...ofCost, used: "4000000", cap: "5000000" };
    expect(alertWords(threshold(little), customer).message).toBe(
      "You have used $0.004 of $0.005 of provider cost",
    );
  });
});

describe("a limit reached", () => {
  const reached = (facts: Partial<LimitFacts>): Told => ({
    kind: "limit_reached",
    facts: { ...ofCalls, threshold: 100, used: "5000", ...facts },
  });

  test("says until when calls are refused", () => {
    expect(alertWords(reached({}), customer)).toEqual({
      title: "API Limit Reached - Gemini",
      message: "You have used 5,000 of 5,000 Gemini API calls",
      next: "Further Gemini calls are refused until 1 May 2026, 00:00 (Europe/Berlin), when counting starts anew.",
      action: "Wait until then, or ask for a higher limit.",
    });
  });

  test("refused early says what is left", () => {
    const { limit } = { limit: { ...ofCalls.limit, meter: "tokens" as const } };
    expect(alertWords(reached({ limit, used: "4650", refused: true }), customer).next).toBe(
      "A call was refused because it did not fit in what is left (350 tokens). Calls that need less still go through; counting starts anew on 1 May 2026, 00:00 (Europe/Berlin).",
    );
  });

  test("over 100 % keeps its title, and a limit of nothing says that", () => {
    expect(alertWords(reached({ threshold: 150, used: "7500" }), customer).title).toBe(
      "API Limit Reached - Gemini",
    );
    expect(alertWords(reached({ used: "0", cap: "0", refused: true }), customer).next).toBe(
      "The limit is 0, so Gemini calls are refused.",
    );
  });
});

describe("the other kinds", () => {
  test("a limit that will be reached names the day in the reader's own zone", () => {
    const facts = { ...ofCost, used: "80000000000", projected: "232500000000" };
    const told: Told = {
      kind: "projected",
      facts: { ...facts, reached_at: "2026-04-20T23:00:00Z" },
    };
    expect(alertWords(told, { ...customer, advice: cheaper })).toEqual({
      title: "API Limit Ahead - All providers",
      message:
        "At this rate you reach your limit of $150.00 of provider cost on 21 April 2026. So far $80.00 is used; by 1 May 2026 it would be $232.50.",
      next: "From then on, further calls are refused until 1 May 2026, 00:00 (Europe/Berlin), when counting starts anew.",
      action: "gemini-2.5-flash-lite costs 60 % less for the same use than gemini-2.5-flash.",
    });
    expect(alertWords(told, operator).message).toMatch(
      /^At this rate customer ada reaches their limit of \$150\.00 of provider cost on 20 April 2026\./,
    );
  });

  test("a sudden rise says its arithmetic", () => {
    expect(alertWords({ kind: "sudden_rise", facts: rise }, customer)).toEqual({
      title: "Sudden Rise in Calls",
      message:
        "You made 1,260 calls in the 24 hours up to 11 April 2026, 16:00 (Europe/Berlin). A usual day is 300 calls, so that is 4.2 times as much (1,260 calls / 300 calls = 4.2). Usual is the median of the 9 days of use before; it is told from 3 times on.",
      next: "Calls go on: nothing is refused for this.",
      action:
        "Look in your usage log at what was called, and revoke any key whose calls are not yours.",
    });
  });

  test("calls that fail, and a provider's", () => {
    expect(alertWords({ kind: "error_rate", facts: rate }, customer).message).toBe(
      "460 of your 1,200 calls failed in the hour from 11 April 2026, 15:00 (Europe/Berlin), which is 38.3 %. It is told from 25 % on.",
    );
    const outage: Told = { kind: "provider_outage", facts: { ...rate, provider: "gemini" } };
    expect(alertWords(outage, { reader: "operator", timeZone: "UTC" })).toMatchObject({
      title: "Many Calls to Gemini Fail",
      message:
        "460 of all customers' 1,200 Gemini calls failed in the hour from 11 April 2026, 13:00 (UTC), which is 38.3 %. It is told from 25 % on.",
    });
  });

  test("a model without a price comes with its commands", () => {
    const told: Told = {
      kind: "unpriced",
      facts: { provider: "openai", model: "gpt-9", event_id: "e" },
    };
    expect(alertWords(told, operator)).toEqual({
      title: "A model has no price",
      message: "No price is known for gpt-9 at OpenAI, so its calls are counted at $0.",
      next: "That goes on until a price is there; calls made before it can be priced again.",
      action:
        "Add one with `purser prices add openai gpt-9 input=… output=…`, then run `purser prices rerate --provider openai --model gpt-9 --apply`.",
    });
  });

  test("a customer's name in a command cannot run another", () => {
    const facts = ofCalls;
    const { action } = alertWords(threshold(facts), { ...operator, who: "a'; rm -rf ~ #" });
    expect(action).toContain(String.raw`purser limits show 'a'\''; rm -rf ~ #'`);
  });
});
