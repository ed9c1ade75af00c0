/** What fits the limits is granted and nothing else: the rule that every reservation goes through. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Decision,
  decide,
  type LimitState,
  type Wanted,
} from "../../src/core/limits/decide.ts";
import type { Cap, Limit } from "../../src/core/limits/limit.ts";
import { OUTPUT_TOKENS_LEAST, type OutputHold } from "../../src/core/limits/output-hold.ts";
import { divideUp, nanoUsdPerMillion } from "../../src/core/money.ts";
import { type Amounts, type Meter, NO_AMOUNTS } from "../../src/core/usage.ts";

const RATE = nanoUsdPerMillion(600_000_000n); // $0.60 a million tokens: 600 nano-dollars each.

function state(
  meter: Meter,
  cap: number | "unlimited",
  used = 0,
  held = 0,
  soft = false,
): LimitState {
  const limit: Limit = {
    meter,
    per: "period",
    cap: cap === "unlimited" ? { kind: "unlimited" } : { kind: "atMost", amount: BigInt(cap) },
    atCap: soft ? "allow" : "deny",
  };
  return { limit, used: BigInt(used), held: BigInt(held) };
}

const chat: Amounts = { ...NO_AMOUNTS, calls: 1n, tokens: 100n, input_tokens: 100n, cost: 15_000n };
const named = (tokens: number, mayCap = true): Wanted => ({
  most: chat,
  output: { kind: "named", tokens, rate: RATE, mayCap },
});
const unnamed = (modelMax: number): Wanted => ({
  most: chat,
  output: { kind: "unnamed", tokens: modelMax, rate: RATE, mayCap: true },
});

describe("a call that names its output limit", () => {
  test("is held whole where it fits, to the last token, and nothing is sent", () => {
    expect(decide([state("tokens", 2_100)], named(2_000))).toEqual({
      ok: true,
      amounts: { ...chat, tokens: 2_100n, output_tokens: 2_000n, cost: 15_000n + 1_200_000n },
      outputCapped: false,
    });
  });

  test("is lowered to what is left, and told so, while 1,024 tokens are", () => {
    const decision = decide([state("tokens", 10_000, 7_000, 1_000)], named(2_000));
    expect(decision).toMatchObject({ ok: true, outputTokens: 1_900, outputCapped: true });
    expect(decide([state("tokens", 1_124)], named(2_000))).toMatchObject({ outputTokens: 1_024 });
    expect(decide([state("tokens", 1_123)], named(2_000))).toMatchObject({ ok: false });
  });

  test("is refused rather than lowered where a cut answer is worthless", () => {
    expect(decide([state("tokens", 2_099)], named(2_000, false))).toEqual({
      ok: false,
      code: "limit_reached",
      index: 0,
      requested: 2_100n,
    });
  });

  test("that is below 1,024 tokens is taken whole or not at all", () => {
    expect(decide([state("tokens", 600)], named(500))).toMatchObject({
      ok: true,
      outputCapped: false,
    });
    expect(decide([state("tokens", 599)], named(500))).toMatchObject({
      ok: false,
      requested: 600n,
    });
  });

  test("is lowered by a limit on cost to what that buys", () => {
    const decision = decide([state("cost", 15_000 + 1_024 * 600 + 599)], named(5_000));
    expect(decision).toMatchObject({ ok: true, outputTokens: 1_024 });
  });
});

describe("a call that names no output limit", () => {
  test("has none added where nothing could bind", () => {
    const states = [state("calls", 5), state("tokens", "unlimited"), state("cost", 1, 9, 9, true)];
    expect(decide(states, unnamed(8_192))).toEqual({
      ok: true,
      amounts: chat,
      outputCapped: false,
    });
  });

  test("is offered an eighth of what is left, at least 4,096, at most the model's maximum", () => {
    expect(decide([state("tokens", 160_100)], unnamed(32_000))).toMatchObject({
      outputTokens: 20_000,
    });
    expect(decide([state("tokens", 8_100)], unnamed(32_000))).toMatchObject({
      outputTokens: 4_096,
    });
    expect(decide([state("tokens", 8_100)], unnamed(2_048))).toMatchObject({ outputTokens: 2_048 });
  });

  test("gets the rest where that is less, without it counting as capped", () => {
    expect(decide([state("tokens", 3_100)], unnamed(32_000))).toMatchObject({
      ok: true,
      outputTokens: 3_000,
      outputCapped: false,
    });
    expect(decide([state("tokens", 1_123)], unnamed(32_000))).toMatchObject({ ok: false });
  });
});

describe("a refusal", () => {
  test("says held where the call would fit if calls in flight ended, reached where it would not", () => {
    const one: Wanted = { most: chat, output: { kind: "none" } };
    expect(decide([state("calls", 5, 4, 1)], one)).toMatchObject({ code: "limit_held" });
    expect(decide([state("calls", 5, 5, 0)], one)).toMatchObject({ code: "limit_reached" });
  });

  test("blames what is used up before what is only held, then the limit nearest its cap", () => {
    const one: Wanted = { most: chat, output: { kind: "none" } };
    const states = [
      state("calls", 10, 0, 10),
      state("tokens", 1_000, 950),
      state("input_tokens", 1_000, 990),
    ];
    expect(decide(states, one)).toMatchObject({ code: "limit_reached", index: 2, requested: 100n });
  });

  test("of one limit refuses the call as a whole", () => {
    const states = [state("calls", 100), state("tokens", 1_000_000), state("cost", 10)];
    expect(decide(states, named(10))).toMatchObject({ ok: false, index: 2 });
  });

  test("never comes from a soft limit, nor from one the call asks nothing of", () => {
    const states = [state("calls", 1, 9, 0, true), state("images", 5, 6)];
    expect(decide(states, named(2_000)).ok).toBe(true);
  });
});

const cap: fc.Arbitrary<Cap> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.bigInt(0n, 40_000n).map((amount): Cap => ({ kind: "atMost", amount })),
  },
  { weight: 1, arbitrary: fc.constant<Cap>({ kind: "unlimited" }) },
);
const anyState: fc.Arbitrary<LimitState> = fc
  .record({
    meter: fc.constantFrom<Meter>(
      "calls",
      "tokens",
      "output_tokens",
      "input_tokens",
      "cost",
      "images",
    ),
    cap,
    atCap: fc.constantFrom<"deny" | "allow">("deny", "deny", "allow"),
    used: fc.bigInt(0n, 30_000n),
    held: fc.bigInt(0n, 10_000n),
  })
  .map(({ used, held, ...limit }) => ({ limit: { ...limit, per: "period" }, used, held }));
const anyOutput: fc.Arbitrary<OutputHold> = fc.oneof(
  fc.constant<OutputHold>({ kind: "none" }),
  fc.record({
    kind: fc.constantFrom<"named" | "unnamed">("named", "unnamed"),
    tokens: fc.integer({ min: 1, max: 20_000 }),
    rate: fc.bigInt(0n, 3_000_000n).map(nanoUsdPerMillion),
    mayCap: fc.boolean(),
  }),
);
const anyWanted: fc.Arbitrary<Wanted> = fc
  .record({
    calls: fc.constantFrom(0n, 1n),
    input: fc.bigInt(0n, 20_000n),
    cost: fc.bigInt(0n, 20_000n),
    output: anyOutput,
  })
  .map(({ calls, input, cost, output }) => ({
    most: { ...NO_AMOUNTS, calls, tokens: input, input_tokens: input, cost },
    output,
  }));

/** The rule, said again in the plainest way. */
function fits(states: readonly LimitState[], wanted: Wanted, outputTokens: bigint): boolean {
  const rate = wanted.output.kind === "none" ? 0n : wanted.output.rate;
  const asked: Amounts = {
    ...wanted.most,
    tokens: wanted.most.tokens + outputTokens,
    output_tokens: wanted.most.output_tokens + outputTokens,
    cost: wanted.most.cost + divideUp(outputTokens * rate, 1_000_000n),
  };
  return states.every(({ limit, used, held }) => {
    const amount = asked[limit.meter];
    if (limit.atCap === "allow" || limit.cap.kind === "unlimited" || amount === 0n) return true;
    return used + held + amount <= limit.cap.amount;
  });
}

function grantedTokens(decision: Decision & { ok: true }, wanted: Wanted): bigint {
  return decision.amounts.output_tokens - wanted.most.output_tokens;
}

/** The fewest output tokens that the call could do with. */
function leastOutput(output: OutputHold): bigint {
  if (output.kind === "none") return 0n;
  const mayLower = output.kind === "unnamed" || output.mayCap;
  return BigInt(mayLower ? Math.min(output.tokens, OUTPUT_TOKENS_LEAST) : output.tokens);
}

describe("for any limits and any call", () => {
  test("a grant keeps used + held within the cap of every hard limit it adds to", () => {
    fc.assert(
      fc.property(fc.array(anyState, { maxLength: 5 }), anyWanted, (states, wanted) => {
        const decision = decide(states, wanted);
        if (!decision.ok) return;
        for (const { limit, used, held } of states) {
          const amount = decision.amounts[limit.meter];
          if (limit.atCap === "allow" || limit.cap.kind === "unlimited" || amount === 0n) continue;
          expect(used + held + amount <= limit.cap.amount).toBe(true);
        }
        expect(fits(states, wanted, grantedTokens(decision, wanted))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a refusal is right: the least that the call could do with does not fit, by the limit blamed", () => {
    fc.assert(
      fc.property(fc.array(anyState, { maxLength: 5 }), anyWanted, (states, wanted) => {
        const decision = decide(states, wanted);
        if (decision.ok) return;
        const least = leastOutput(wanted.output);
        expect(fits(states, wanted, least)).toBe(false);
        const blamed = states[decision.index];
        expect(blamed && fits([blamed], wanted, least)).toBe(false);
        const withoutHolds = states.map((one) => ({ ...one, held: 0n }));
        expect(decision.code === "limit_reached").toBe(!fits(withoutHolds, wanted, least));
      }),
      { numRuns: 2_000 },
    );
  });

  test("a lowered grant is the largest that fits, and only a lowered or unnamed one is sent", () => {
    fc.assert(
      fc.property(fc.array(anyState, { maxLength: 5 }), anyWanted, (states, wanted) => {
        const decision = decide(states, wanted);
        if (!decision.ok) return;
        const granted = grantedTokens(decision, wanted);
        if (decision.outputTokens !== undefined)
          expect(BigInt(decision.outputTokens)).toBe(granted);
        if (decision.outputCapped) expect(fits(states, wanted, granted + 1n)).toBe(false);
        if (wanted.output.kind === "named") {
          expect(decision.outputCapped).toBe(granted < BigInt(wanted.output.tokens));
          expect(decision.outputTokens !== undefined).toBe(decision.outputCapped);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
