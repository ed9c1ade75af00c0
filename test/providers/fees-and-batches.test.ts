/** What is billed beside tokens is counted, a total that disagrees is flagged, and batches add up by model. */
import { expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import { readBatchLine as readAnthropicLine } from "../../src/providers/anthropic/read-batch.ts";
import { batchTotals } from "../../src/providers/batch-total.ts";
import type { Dialect } from "../../src/providers/dialect.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { readBatchLine as readOpenaiLine } from "../../src/providers/openai/read-batch.ts";
import { openStream, PATHS, pass, routeOf } from "./streams.ts";

const answer = (dialect: Dialect, path: string, json: unknown) =>
  dialect.readUsage(routeOf(dialect, path), json);
const request = (dialect: Dialect, path: string, json: unknown) =>
  dialect.readRequest({
    route: routeOf(dialect, path),
    path,
    query: new URLSearchParams(),
    json,
    bodyBytes: 0,
  });
const event = (json: object) => `data: ${JSON.stringify(json)}\n\n`;

const USAGE = { input_tokens: 10, output_tokens: 20, total_tokens: 30 };
const OUTPUT = [
  { type: "web_search_call" },
  { type: "file_search_call" },
  { type: "file_search_call" },
  { type: "code_interpreter_call", container_id: "cntr_1" },
  { type: "code_interpreter_call", container_id: "cntr_1" },
  { type: "code_interpreter_call", container_id: "cntr_2" },
];
const FEES = { web_searches: 1, file_searches: 2, code_sessions: 2 };

test("OpenAI's searches are counted by the call, its sandboxes by the container", () => {
  const json = { model: "gpt-5", usage: USAGE, output: OUTPUT };
  expect(answer(openai, PATHS.responses, json).usage).toEqual({ input: 10, output: 20, ...FEES });
  const stated = { ...json, tool_usage: { web_search: { num_requests: 3 } } };
  expect(answer(openai, PATHS.responses, stated).usage).toMatchObject({ web_searches: 3 });
  const none = { ...json, tool_usage: { web_search: { num_requests: 0 } } };
  expect(answer(openai, PATHS.responses, none).usage).toMatchObject({ web_searches: 1 });
});

test("fees are not lost where a stream's last event is too large to keep", () => {
  const done = OUTPUT.map((item) => event({ type: "response.output_item.done", item })).join("");
  const response = { model: "gpt-5", output: ["x".repeat(2_000_000)], usage: USAGE };
  const text = done + event({ type: "response.completed", response });
  const { reading } = pass(openStream(openai, PATHS.responses), Buffer.from(text), [65_536]);
  expect(reading).toMatchObject({
    usage: { input: 10, output: 20, ...FEES },
    complete: true,
    problems: [],
  });
});

test("pictures that a tool drew are counted, and said to be another model's", () => {
  const image_gen = { input_tokens: 7, output_tokens: 272, total_tokens: 279 };
  const { usage, problems } = answer(openai, PATHS.responses, {
    usage: USAGE,
    tool_usage: { image_gen },
  });
  expect(usage).toEqual({ input: 17, output: 20, output_image: 272 });
  expect(problems.join()).toContain("image tool");
});

test("a search model of OpenAI's chat searches once an answer", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const model = "gpt-4o-search-preview-2025-03-11";
  expect(answer(openai, PATHS.chat, { object: "chat.completion", model, usage }).usage).toEqual({
    input: 1,
    output: 2,
    web_searches: 1,
  });
  const chunk = { object: "chat.completion.chunk", model, choices: [], usage };
  const text = `${event(chunk)}data: [DONE]\n\n`;
  expect(pass(openStream(openai, PATHS.chat), Buffer.from(text), [8]).reading.usage).toMatchObject({
    web_searches: 1,
  });
});

test("a total that disagrees is a flag as well as words", () => {
  const wrong = { input_tokens: 1, output_tokens: 2, total_tokens: 30 };
  expect(answer(openai, PATHS.responses, { usage: wrong }).totalDisagrees).toBe(true);
  expect(answer(openai, PATHS.responses, { usage: USAGE }).totalDisagrees).toBeUndefined();
  const text = event({ type: "response.completed", response: { usage: wrong } });
  const { reading } = pass(openStream(openai, PATHS.responses), Buffer.from(text), [8]);
  expect(reading.totalDisagrees).toBe(true);
  expect(
    answer(gemini, PATHS.generate, { usageMetadata: { promptTokenCount: 1, totalTokenCount: 9 } })
      .totalDisagrees,
  ).toBe(true);
});

test("a conversation may be made shorter, which no field limits", () => {
  const facts = request(openai, "/v1/responses/compact", { model: "gpt-4o-mini", input: "x" });
  expect(facts).toMatchObject({ output: { kind: "named", tokens: 16_384 }, cutHurts: true });
});

test("Anthropic's region is part of its tier, and its sandbox a session", () => {
  const read = (usage: object, more: object = {}) =>
    answer(anthropic, PATHS.messages, { usage: { input_tokens: 1, ...usage }, ...more });
  expect(read({ service_tier: "standard", inference_geo: "us" }).tier).toBe("us");
  expect(read({ service_tier: "priority", inference_geo: "us" }).tier).toBe("priority+us");
  expect(read({ service_tier: "standard", inference_geo: "global" }).tier).toBe("standard");
  expect(read({ service_tier: "batch", inference_geo: "not_available" }).tier).toBe("batch");
  const container = { id: "container_1" };
  expect(read({}, { container }).usage).toEqual({ input: 1, code_sessions: 1 });
  const text = [
    {
      type: "message_start",
      message: { model: "m", usage: { input_tokens: 1, output_tokens: 1 } },
    },
    { type: "message_delta", delta: { container }, usage: { output_tokens: 5 } },
    { type: "message_stop" },
  ];
  expect(
    pass(openStream(anthropic, PATHS.messages), Buffer.from(text.map(event).join("")), [30]).reading
      .usage,
  ).toEqual({ input: 1, output: 5, code_sessions: 1 });
});

test("tokens are counted for nothing", () => {
  expect(routeOf(anthropic, "/v1/messages/count_tokens").kind).toBe("free");
  expect(routeOf(gemini, "/v1beta/models/gemini-2.5-pro:countTokens").kind).toBe("free");
});

test("a batch of OpenAI's adds up by model, at batch prices, and failed lines are free", () => {
  const line = (body: object, status_code = 200) =>
    JSON.stringify({ custom_id: "a", response: { status_code, body }, error: null });
  const chat = { object: "chat.completion", model: "gpt-4o-2024-08-06" };
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const lines = [
    line({ ...chat, usage }),
    "",
    line({ ...chat, usage }),
    line({ error: { message: "no" } }, 400),
    line({ ...chat, model: "other" }),
    JSON.stringify({ custom_id: "b", response: null, error: { code: "batch_expired" } }),
  ].flatMap((text) => readOpenaiLine(text, PATHS.chat) ?? []);
  expect(lines[0]).toMatchObject({ customId: "a", succeeded: true, reading: { tier: "batch" } });
  expect(batchTotals(lines)).toEqual([
    {
      model: "gpt-4o-2024-08-06",
      usage: { input: 20, output: 10 },
      lines: 2,
      failed: 0,
      unread: 0,
      problems: [],
    },
    { model: "", usage: {}, lines: 2, failed: 2, unread: 0, problems: [] },
    { model: "other", usage: {}, lines: 1, failed: 0, unread: 1, problems: [] },
  ]);
  const responses = readOpenaiLine(line({ model: "gpt-5", usage: USAGE }), PATHS.responses);
  expect(responses?.reading.usage).toEqual({ input: 10, output: 20 });
  expect(() => readOpenaiLine("{", PATHS.chat)).toThrow(AppError);
  expect(() => readOpenaiLine("{}", "/v1/unknown")).toThrow(AppError);
});

test("a batch of Anthropic's bills what succeeded", () => {
  const line = (result: object) => JSON.stringify({ custom_id: "a", result });
  const message = {
    model: "claude-sonnet-4-5",
    usage: {
      input_tokens: 10,
      output_tokens: 34,
      cache_read_input_tokens: 2,
      service_tier: "batch",
    },
  };
  const lines = [
    line({ type: "succeeded", message }),
    line({ type: "errored", error: { type: "error" } }),
    line({ type: "expired" }),
  ].flatMap((text) => readAnthropicLine(text) ?? []);
  expect(batchTotals(lines).map(({ usage, failed }) => [usage, failed])).toEqual([
    [{ input: 10, output: 34, cache_read: 2 }, 0],
    [{}, 2],
  ]);
  expect(lines[0]?.reading.tier).toBe("batch");
});
