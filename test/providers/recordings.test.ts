/** The provider's own last word, as recorded, is what the meter reads: whole answers, and streams cut anywhere. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { usdNumber } from "../../src/core/money.ts";
import { BUCKETS } from "../../src/core/usage.ts";
import type { UsageReading } from "../../src/providers/dialect.ts";
import {
  answerOf,
  type Case,
  calledIn,
  cases,
  hasRecordings,
  readTokens,
  statedParts,
  statedTokens,
} from "./recordings.ts";
import { pass } from "./streams.ts";

const open = (one: Case) => {
  const { dialect, route, query } = calledIn(one.url);
  return dialect.readStream(route, { stripUsage: false, query: new URLSearchParams(query) });
};

/** Whole answers and streams alike. */
function expectLastWord(one: Case, { usage, statedCost }: UsageReading): void {
  expect(usage, one.file).not.toBeNull();
  expect(readTokens(usage), one.file).toEqual(statedTokens(one));
  const parts = statedParts(one);
  for (const bucket of BUCKETS) {
    if (parts[bucket] !== undefined) expect(usage?.[bucket] ?? 0, one.file).toBe(parts[bucket]);
  }
  const cost = one.raw_final_usage["cost"];
  if (cost !== undefined) {
    expect(statedCost === undefined ? null : usdNumber(statedCost), one.file).toBe(
      Number(Number(cost).toFixed(9)),
    );
  }
}

/** An advisor is another model than the one that is priced, and that is meant to be said. */
const unexplained = (problems: readonly string[]) =>
  problems.filter((words) => !words.includes("advisor"));

test.skipIf(!hasRecordings)("every recorded whole answer is metered as its provider says", () => {
  const whole = cases.filter(({ kind }) => kind === "json");
  expect(whole.length).toBeGreaterThan(75);
  for (const one of whole) {
    const { dialect, route } = calledIn(one.url);
    const reading = dialect.readUsage(route, answerOf(one.file).body_json);
    expectLastWord(one, reading);
    expect(unexplained(reading.problems), one.file).toEqual([]);
    expect(reading.totalDisagrees, one.file).toBeUndefined();
  }
});

test.skipIf(!hasRecordings)(
  "every recorded stream is metered as its provider says, wherever it is cut",
  () => {
    const streams = cases.filter(({ kind }) => kind === "stream");
    expect(streams.length).toBeGreaterThan(58);
    for (const one of streams) {
      const bytes = Buffer.from(answerOf(one.file).body_sse);
      const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });
      fc.assert(
        fc.property(cuts, (lengths) => {
          const read = pass(open(one), bytes, lengths);
          expectLastWord(one, read.reading);
          expect(read.reading.complete, one.file).toBe(true);
          expect(read.rest.length, one.file).toBeGreaterThan(0);
          expect(Buffer.concat([read.passed, read.rest]).equals(bytes), one.file).toBe(true);
          expect(read.reading.problems, one.file).toEqual([]);
        }),
        { numRuns: 5, examples: [[[bytes.length]], [[1]]] },
      );
    }
  },
);

test.skipIf(!hasRecordings)("a stream that broke off without usage is counted by ourselves", () => {
  for (const name of ["streaming__0", "streaming_with_text__0"]) {
    const file = `stream/groq/test_groq__test_tool_use_failed_error_${name}.json`;
    const { dialect, route } = calledIn("api.groq.com/openai/v1/chat/completions");
    const reader = dialect.readStream(route, { stripUsage: false, query: new URLSearchParams() });
    const { reading } = pass(reader, Buffer.from(answerOf(file).body_sse), [300]);
    expect(reading).toMatchObject({ usage: null, complete: true, model: "openai/gpt-oss-120b" });
    expect(reading.outputTokensCounted).toBeGreaterThan(10);
    expect(reading.problems.join()).toContain("broke off");
  }
});

test.skipIf(!hasRecordings)(
  "a recorded stream counted by ourselves comes near what was billed",
  () => {
    const ratios = cases
      .filter(({ kind, provider }) => kind === "stream" && provider !== "anthropic")
      .map((one) => {
        const read = pass(open(one), Buffer.from(answerOf(one.file).body_sse), [512]);
        const { usage, outputTokensCounted } = read.reading;
        return outputTokensCounted / Math.max(1, usage?.output ?? 0);
      })
      .sort((a, b) => a - b);
    expect(ratios[Math.floor(ratios.length / 2)]).toBeGreaterThan(0.5);
    expect(ratios[Math.floor(ratios.length / 2)]).toBeLessThan(2);
  },
);
