/** Step 5: what a call is said to have used, however its answer ended. */
import { describe, expect, test } from "vitest";
import { meter } from "../../src/call/5-meter.ts";
import type { Estimate, ProviderAnswer } from "../../src/call/call.ts";
import { nanoUsdPerMillion, ZERO_USD } from "../../src/core/money.ts";
import { NO_AMOUNTS } from "../../src/core/usage.ts";
import type { StreamReading } from "../../src/providers/dialect.ts";

const estimated: Estimate = {
  facts: {
    model: "gpt-4o-mini",
    streamed: false,
    inputTokensBound: 20,
    inputTokensExpected: 10,
    soft: false,
    output: { kind: "named", tokens: 100 },
    choices: 1,
    cutHurts: false,
    cacheWrite: "none",
    modalities: [],
    usageAsked: false,
  },
  price: null,
  most: NO_AMOUNTS,
  outputTokens: 100,
  outputRate: nanoUsdPerMillion(0n),
  expected: { usage: { input: 10, output: 60 }, cost: ZERO_USD },
};

function answerOf(parts: Partial<ProviderAnswer>): ProviderAnswer {
  return {
    ended: "whole",
    status: 200,
    streamed: false,
    reading: null,
    latencyMs: 5,
    retryCount: 0,
    billedAttempts: 0,
    deliver: () => undefined,
    ...parts,
  };
}

function streamReading(parts: Partial<StreamReading>): StreamReading {
  return { usage: null, outputTokensCounted: 0, problems: [], complete: true, ...parts };
}

describe("a whole answer", () => {
  test("is metered by the provider's own word", () => {
    const reading = {
      usage: { input: 7, output: 3 },
      outputTokensCounted: 9,
      problems: [],
      model: "gpt-4o-mini-2024-07-18",
    };
    expect(meter({ answer: answerOf({ reading }), estimated })).toEqual({
      usage: { input: 7, output: 3 },
      model: "gpt-4o-mini-2024-07-18",
      calls: 1,
      statusCode: 200,
      estimated: false,
    });
  });

  test("without a usage that can be believed is our own count, marked as estimated", () => {
    const reading = {
      usage: null,
      outputTokensCounted: 9,
      problems: ["completion_tokens is negative"],
    };
    expect(meter({ answer: answerOf({ reading }), estimated })).toMatchObject({
      usage: { input: 10, output: 9 },
      calls: 1,
      estimated: true,
      errorMessage: "completion_tokens is negative",
    });
  });

  test("that could not be read at all is what was expected, marked as estimated", () => {
    expect(meter({ answer: answerOf({}), estimated })).toMatchObject({
      usage: { input: 10, output: 60 },
      estimated: true,
    });
  });

  test.each([400, 401, 429, 503, 529])(
    "with status %i is no call: the provider refused before working",
    (status) => {
      expect(meter({ answer: answerOf({ status }), estimated })).toMatchObject({
        usage: {},
        calls: 0,
        statusCode: status,
        estimated: false,
      });
    },
  );

  test("with status 500 is a call that used nothing, unless it states a usage", () => {
    expect(meter({ answer: answerOf({ status: 500 }), estimated })).toMatchObject({
      usage: {},
      calls: 1,
    });
    const reading = { usage: { input: 4 }, outputTokensCounted: 0, problems: [] };
    expect(meter({ answer: answerOf({ status: 500, reading }), estimated })).toMatchObject({
      usage: { input: 4 },
    });
  });
});

describe("an answer that broke off", () => {
  test("counts at least the output that passed, though the provider had reported less", () => {
    const reading = streamReading({
      usage: { input: 12, output: 1 },
      outputTokensCounted: 40,
      complete: false,
    });
    expect(
      meter({ answer: answerOf({ ended: "left", streamed: true, reading }), estimated }),
    ).toMatchObject({
      usage: { input: 12, output: 40 },
      statusCode: 499,
      estimated: true,
    });
  });

  test("never counts less than the provider reported", () => {
    const reading = streamReading({
      usage: { input: 12, output: 70, reasoning: 5 },
      outputTokensCounted: 40,
      complete: false,
    });
    expect(
      meter({ answer: answerOf({ ended: "cut", streamed: true, reading }), estimated }),
    ).toMatchObject({
      usage: { input: 12, output: 70, reasoning: 5 },
      statusCode: 502,
      estimated: true,
    });
  });

  test("before its first byte is what was expected: a time-out is usually billed", () => {
    expect(meter({ answer: answerOf({ ended: "late", status: 0 }), estimated })).toMatchObject({
      usage: { input: 10, output: 60 },
      statusCode: 504,
      calls: 1,
      estimated: true,
    });
  });
});

test("an earlier attempt that may have been billed adds what was expected of it", () => {
  const reading = { usage: { input: 7, output: 3 }, outputTokensCounted: 3, problems: [] };
  expect(meter({ answer: answerOf({ reading, billedAttempts: 1 }), estimated })).toMatchObject({
    usage: { input: 17, output: 63 },
    estimated: true,
  });
});
