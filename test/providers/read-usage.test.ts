/** What answers say they used becomes disjoint buckets, and nonsense is never believed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DIALECTS } from "../../src/providers/all.ts";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { mistral } from "../../src/providers/mistral/mistral.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { PATHS, routeOf } from "./streams.ts";

const chat = (usage: unknown, more: object = {}) =>
  openai.readUsage(routeOf(openai, PATHS.chat), { model: "m", usage, ...more });
const messages = (usage: unknown) =>
  anthropic.readUsage(routeOf(anthropic, PATHS.messages), { model: "m", usage });
const generate = (usageMetadata: unknown) =>
  gemini.readUsage(routeOf(gemini, PATHS.generate), { usageMetadata });

test("OpenAI's cached, written, audio and reasoning tokens are taken out of their totals", () => {
  const usage = {
    prompt_tokens: 100,
    prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 20, audio_tokens: 10 },
    completion_tokens: 50,
    completion_tokens_details: {
      reasoning_tokens: 15,
      audio_tokens: 5,
      rejected_prediction_tokens: 3,
    },
    total_tokens: 150,
  };
  const reading = chat(usage, { service_tier: "flex" });
  expect(reading.usage).toEqual({
    input: 40,
    cache_read: 30,
    cache_write_5m: 20,
    input_audio: 10,
    output: 30,
    reasoning: 15,
    output_audio: 5,
  });
  expect(reading).toMatchObject({ tier: "flex", model: "m", problems: [] });
});

test("parts larger than their total are cut down to it, and said", () => {
  const { usage, problems } = chat({
    prompt_tokens: 10,
    prompt_tokens_details: { cached_tokens: 30 },
    completion_tokens: 1,
  });
  expect(usage).toEqual({ cache_read: 10, output: 1 });
  expect(problems.join()).toContain("more than its total");
});

test("a total that disagrees with its parts is said, and the parts are believed", () => {
  const { usage, problems } = chat({ prompt_tokens: 10, completion_tokens: 1, total_tokens: 99 });
  expect(usage).toEqual({ input: 10, output: 1 });
  expect(problems.join()).toContain("total_tokens");
});

test("web searches are counted where they are billed", () => {
  const output = [
    { type: "web_search_call" },
    { type: "message", content: [] },
    { type: "web_search_call" },
  ];
  const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
  expect(openai.readUsage(routeOf(openai, PATHS.responses), { usage, output }).usage).toEqual({
    input: 1,
    output: 2,
    web_searches: 2,
  });
  expect(
    messages({ input_tokens: 1, output_tokens: 2, server_tool_use: { web_search_requests: 5 } })
      .usage,
  ).toEqual({ input: 1, output: 2, web_searches: 5 });
});

test("embeddings have input only", () => {
  const read = openai.readUsage(routeOf(openai, PATHS.embeddings), {
    data: [],
    model: "m",
    usage: { prompt_tokens: 8, total_tokens: 8 },
  });
  expect(read).toMatchObject({ usage: { input: 8 }, problems: [] });
});

test("Anthropic's cache writes are split by their time-to-live, and thoughts from the output", () => {
  const { usage } = messages({
    input_tokens: 3,
    cache_read_input_tokens: 40,
    cache_creation_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    output_tokens: 9,
    output_tokens_details: { thinking_tokens: 4 },
  });
  expect(usage).toEqual({
    input: 3,
    cache_read: 40,
    cache_write_5m: 10,
    cache_write_1h: 20,
    output: 5,
    reasoning: 4,
  });
});

test("what Anthropic's top-level numbers leave out is billed too, and an advisor is said", () => {
  const pass = (type: string, input_tokens: number, output_tokens: number) => ({
    type,
    input_tokens,
    output_tokens,
  });
  const { usage, problems } = messages({
    input_tokens: 181,
    output_tokens: 8,
    iterations: [
      pass("compaction", 55_196, 125),
      pass("message", 181, 8),
      { ...pass("advisor_message", 10, 2), model: "claude-opus-4-8" },
    ],
  });
  expect(usage).toEqual({ input: 181 + 55_196 + 10, output: 8 + 125 + 2 });
  expect(problems.join()).toContain("claude-opus-4-8");
});

test("Gemini's modalities, cache, thoughts and tool results are buckets of their own", () => {
  const { usage, problems, tier } = generate({
    promptTokenCount: 1_000,
    cachedContentTokenCount: 300,
    promptTokensDetails: [
      { modality: "TEXT", tokenCount: 500 },
      { modality: "AUDIO", tokenCount: 200 },
      { modality: "IMAGE", tokenCount: 258 },
    ],
    cacheTokensDetails: [
      { modality: "TEXT", tokenCount: 200 },
      { modality: "AUDIO", tokenCount: 100 },
    ],
    toolUsePromptTokenCount: 70,
    candidatesTokenCount: 1_300,
    candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1_290 }],
    thoughtsTokenCount: 44,
    totalTokenCount: 2_414,
    trafficType: "ON_DEMAND_FLEX",
  });
  expect(usage).toEqual({
    input: 342,
    cache_read: 200,
    cache_read_audio: 100,
    input_audio: 100,
    input_image: 258,
    tool_input: 70,
    output: 10,
    output_image: 1_290,
    reasoning: 44,
  });
  expect(problems).toEqual([]);
  expect(tier).toBe("flex");
});

test("Mistral names cached tokens in two ways, and audio in seconds", () => {
  const read = (usage: object) =>
    mistral.readUsage(routeOf(mistral, PATHS.chat), { model: "m", usage }).usage;
  expect(read({ prompt_tokens: 64, completion_tokens: 6, num_cached_tokens: 32 })).toEqual({
    input: 32,
    cache_read: 32,
    output: 6,
  });
  expect(
    read({ prompt_tokens: 64, completion_tokens: 6, prompt_tokens_details: { cached_tokens: 14 } }),
  ).toEqual({ input: 50, cache_read: 14, output: 6 });
  expect(read({ prompt_tokens: 4, completion_tokens: 6, prompt_audio_seconds: 12 })).toEqual({
    input: 4,
    output: 6,
    seconds: 12,
  });
  expect(read({ prompt_tokens: 4, completion_tokens: 6, prompt_audio_seconds: {} })).toEqual({
    input: 4,
    output: 6,
  });
});

test("an answer without usage is counted by ourselves", () => {
  const { usage, outputTokensCounted } = chat(undefined, {
    choices: [{ message: { role: "assistant", content: "x".repeat(400) } }],
  });
  expect(usage).toBeNull();
  expect(outputTokensCounted).toBe(100);
});

const odd = fc.oneof(
  fc.constantFrom(-1, 0.5, Number.NaN, 1e20, "7", null, true, [], {}, undefined),
  fc.nat(),
  fc.jsonValue(),
);
const names = [
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "input_tokens",
  "output_tokens",
  "prompt_tokens_details",
  "input_tokens_details",
  "cached_tokens",
  "cache_creation",
  "cache_creation_input_tokens",
  "cache_read_input_tokens",
  "iterations",
  "server_tool_use",
  "output_tokens_details",
  "promptTokenCount",
  "candidatesTokenCount",
  "thoughtsTokenCount",
  "cachedContentTokenCount",
  "promptTokensDetails",
  "totalTokenCount",
  "num_cached_tokens",
];

const TOLD_IN_TOKENS = new Set(["chat", "responses", "messages", "generate", "converse"]);

test("whatever a usage says, the reading is whole quantities or nothing, and never a crash", () => {
  const usages = fc.dictionary(fc.constantFrom(...names), odd);
  fc.assert(
    fc.property(usages, (usage) => {
      for (const dialect of DIALECTS) {
        for (const route of dialect.routes) {
          const reading = dialect.readUsage(route, {
            usage,
            usageMetadata: usage,
            choices: usage,
            output: [usage, null],
          });
          for (const quantity of Object.values(reading.usage ?? {})) {
            expect(Number.isSafeInteger(quantity) && quantity > 0).toBe(true);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
  for (const dialect of DIALECTS) {
    for (const junk of [null, 1, "x", [], {}, { usage: 5 }, { usage: "x", usageMetadata: [] }]) {
      for (const route of dialect.routes.filter(({ operation }) => TOLD_IN_TOKENS.has(operation))) {
        expect(dialect.readUsage(route, junk).usage).toBeNull();
      }
    }
  }
});
