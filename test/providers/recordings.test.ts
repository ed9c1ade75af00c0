/** The provider's own last word, as recorded, is what the meter reads: whole answers, and streams cut anywhere. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bucket, tokenSide, type Usage } from "../../src/core/usage.ts";
import { DIALECTS } from "../../src/providers/all.ts";
import type { Dialect } from "../../src/providers/dialect.ts";
import { openStream, PATHS, pass, routeOf } from "./streams.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/recordings/", import.meta.url));
const hasRecordings = existsSync(`${FOLDER}cases.jsonl`);

type Numbers = { readonly [key: string]: unknown };
interface Case {
  file: string;
  provider: string;
  kind: "json" | "stream";
  url: string;
  raw_final_usage: Numbers;
}

const DIALECT_OF: Readonly<Record<string, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  gemini: "gemini",
  vertex: "gemini",
  mistral: "mistral",
};

/** Recorded with the same providers, but of operations that have a usage of their own kind. */
const OF_OTHER_OPERATIONS = /cachedContents|[eE]mbedContent/;

const cases: Case[] = hasRecordings
  ? readFileSync(`${FOLDER}cases.jsonl`, "utf8")
      .trim()
      .split("\n")
      .map((line): Case => JSON.parse(line))
      .filter(({ provider, url }) => provider in DIALECT_OF && !OF_OTHER_OPERATIONS.test(url))
  : [];

function dialectOf(one: Case): Dialect {
  const dialect = DIALECTS.find(({ provider }) => provider === DIALECT_OF[one.provider]);
  if (dialect === undefined) throw new Error(`no dialect for ${one.provider}`);
  return dialect;
}

function pathOf(one: Case): string {
  if (one.url.includes("/responses")) return PATHS.responses;
  if (one.url.includes("/chat/completions")) return PATHS.chat;
  if (one.url.includes("/messages")) return PATHS.messages;
  return one.kind === "stream" ? PATHS.streamGenerate : PATHS.generate;
}

const number = (from: Numbers, key: string): number => Number(from[key] ?? 0);

/** Input and output tokens by the raw numbers, worked out here by hand and not by the meter's own code. */
function statedTokens(one: Case): { input: number; output: number } {
  const raw = one.raw_final_usage;
  if (one.provider === "anthropic") {
    const passes = (raw["iterations"] as Numbers[] | undefined) ?? [];
    const of = (from: Numbers) =>
      number(from, "input_tokens") +
      number(from, "cache_read_input_tokens") +
      number(from, "cache_creation_input_tokens");
    const input = passes.reduce((sum, each) => sum + of(each), 0);
    const output = passes.reduce((sum, each) => sum + number(each, "output_tokens"), 0);
    return {
      input: Math.max(input, of(raw)),
      output: Math.max(output, number(raw, "output_tokens")),
    };
  }
  if ("promptTokenCount" in raw) {
    return {
      input: number(raw, "promptTokenCount") + number(raw, "toolUsePromptTokenCount"),
      output: number(raw, "candidatesTokenCount") + number(raw, "thoughtsTokenCount"),
    };
  }
  return {
    input: number(raw, "prompt_tokens") + number(raw, "input_tokens"),
    output: number(raw, "completion_tokens") + number(raw, "output_tokens"),
  };
}

function readTokens(usage: Usage | null): { input: number; output: number } {
  const sums = { input: 0, output: 0, none: 0 };
  for (const [bucket, quantity] of Object.entries(usage ?? { input: -1 })) {
    sums[tokenSide(bucket as Bucket)] += quantity;
  }
  return { input: sums.input, output: sums.output };
}

const answerOf = (one: Case) => JSON.parse(readFileSync(`${FOLDER}${one.file}`, "utf8")).response;

/** Whole answers and streams alike: what it says for certain, bucket by bucket. */
function expectParts(one: Case, usage: Usage | null): void {
  const raw = one.raw_final_usage;
  const details = (key: string) => (raw[key] ?? {}) as Numbers;
  const cached =
    number(details("input_tokens_details"), "cached_tokens") ||
    number(details("prompt_tokens_details"), "cached_tokens") ||
    number(raw, "num_cached_tokens") ||
    number(raw, "cache_read_input_tokens");
  const reasoning =
    number(details("output_tokens_details"), "reasoning_tokens") ||
    number(details("completion_tokens_details"), "reasoning_tokens") ||
    number(details("output_tokens_details"), "thinking_tokens") ||
    number(raw, "thoughtsTokenCount");
  const searches = number(details("server_tool_use"), "web_search_requests");
  expect(usage?.cache_read ?? 0).toBe(cached);
  expect(usage?.reasoning ?? 0).toBe(reasoning);
  expect(usage?.tool_input ?? 0).toBe(number(raw, "toolUsePromptTokenCount"));
  if (one.provider === "anthropic") expect(usage?.web_searches ?? 0).toBe(searches);
}

test.skipIf(!hasRecordings)("every recorded whole answer is metered as its provider says", () => {
  const whole = cases.filter(({ kind }) => kind === "json");
  expect(whole.length).toBeGreaterThan(40);
  for (const one of whole) {
    const dialect = dialectOf(one);
    const { usage, problems } = dialect.readUsage(
      routeOf(dialect, pathOf(one)),
      answerOf(one).body_json,
    );
    expect(readTokens(usage), one.file).toEqual(statedTokens(one));
    expectParts(one, usage);
    expect(
      problems.filter((words) => !words.includes("advisor")),
      one.file,
    ).toEqual([]);
  }
});

test.skipIf(!hasRecordings)(
  "every recorded stream is metered as its provider says, wherever it is cut",
  () => {
    const streams = cases.filter(({ kind }) => kind === "stream");
    expect(streams.length).toBeGreaterThan(40);
    for (const one of streams) {
      const dialect = dialectOf(one);
      const bytes = Buffer.from(answerOf(one).body_sse);
      const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });
      fc.assert(
        fc.property(cuts, (lengths) => {
          const read = pass(openStream(dialect, pathOf(one)), bytes, lengths);
          expect(readTokens(read.reading.usage), one.file).toEqual(statedTokens(one));
          expectParts(one, read.reading.usage);
          expect(read.reading.complete, one.file).toBe(true);
          expect(read.rest.length, one.file).toBeGreaterThan(0);
          expect(Buffer.concat([read.passed, read.rest]).equals(bytes), one.file).toBe(true);
          expect(read.reading.problems, one.file).toEqual([]);
        }),
        { numRuns: 8, examples: [[[bytes.length]], [[1]]] },
      );
    }
  },
);

test.skipIf(!hasRecordings)(
  "a recorded stream counted by ourselves comes near what was billed",
  () => {
    const ratios = cases
      .filter(({ kind, provider }) => kind === "stream" && provider !== "anthropic")
      .map((one) => {
        const read = pass(
          openStream(dialectOf(one), pathOf(one)),
          Buffer.from(answerOf(one).body_sse),
          [512],
        );
        const { usage, outputTokensCounted } = read.reading;
        return outputTokensCounted / Math.max(1, usage?.output ?? 0);
      })
      .sort((a, b) => a - b);
    expect(ratios[Math.floor(ratios.length / 2)]).toBeGreaterThan(0.5);
    expect(ratios[Math.floor(ratios.length / 2)]).toBeLessThan(2);
  },
);
