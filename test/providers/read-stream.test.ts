/** Streams pass untouched and are read on their way, whatever comes and wherever it is cut. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { mistral } from "../../src/providers/mistral/mistral.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { openStream, PATHS, pass } from "./streams.ts";

const cutsAnywhere = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
const chunk = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ id: "c", model: "gpt-4o", service_tier: "default", choices: [{ index: 0, delta }], ...more })}\n\n`;
const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const usageChunk = `data: ${JSON.stringify({ id: "c", model: "gpt-4o", choices: [], usage: USAGE })}\n\n`;
const DONE = "data: [DONE]\n\n";
const chat = [
  chunk({ content: "Grüße 🎉" }, { usage: null }),
  chunk({ content: 'a "usage": {} in text' }, { usage: null }),
].join("");

test("a usage chunk that only we asked for is left out, and nothing else", () => {
  fc.assert(
    fc.property(cutsAnywhere, (cuts) => {
      const reader = openStream(openai, PATHS.chat, { stripUsage: true });
      const { passed, rest, reading } = pass(reader, Buffer.from(chat + usageChunk + DONE), cuts);
      expect(passed.toString()).toBe(chat);
      expect(rest.toString()).toBe(DONE);
      expect(reading.usage).toEqual({ input: 10, output: 5 });
      expect(reading).toMatchObject({
        complete: true,
        model: "gpt-4o",
        tier: "default",
        problems: [],
      });
    }),
  );
});

test("a usage chunk that the client asked for passes", () => {
  const reader = openStream(openai, PATHS.chat, { stripUsage: false });
  const { passed } = pass(reader, Buffer.from(chat + usageChunk + DONE), [7]);
  expect(passed.toString()).toBe(chat + usageChunk);
});

test("line ends of all three kinds end an event, comments and event lines pass", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = `: keep-alive\n\nevent: x\n${chat}${usageChunk}${DONE}`.replaceAll("\n", end);
    fc.assert(
      fc.property(cutsAnywhere, (cuts) => {
        const { passed, rest, reading } = pass(
          openStream(openai, PATHS.chat),
          Buffer.from(text),
          cuts,
        );
        expect(passed.toString() + rest.toString()).toBe(text);
        expect(rest.toString().trim()).toBe("data: [DONE]");
        expect(reading.usage).toEqual({ input: 10, output: 5 });
      }),
    );
  }
});

test("an event whose data comes in several lines is read as one", () => {
  const lines = JSON.stringify({ model: "m", choices: [], usage: USAGE }, null, 1).replaceAll(
    "\n",
    "\ndata: ",
  );
  const { reading } = pass(
    openStream(openai, PATHS.chat),
    Buffer.from(`data: ${lines}\n\n${DONE}`),
    [11],
  );
  expect(reading.usage).toEqual({ input: 10, output: 5 });
});

test("a piece of whole events passes as the very same bytes, at once", () => {
  const reader = openStream(openai, PATHS.chat, { stripUsage: true });
  const piece = Buffer.from(chat);
  expect(reader.push(piece)).toBe(piece);
});

test("the first event passes before the second has come", () => {
  const reader = openStream(anthropic, PATHS.messages);
  const first = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n');
  expect(reader.push(first)).toBe(first);
  expect(reader.push(Buffer.from("event: pi"))).toBeNull();
  expect(reader.push(Buffer.from('ng\ndata: {"type": "ping"}\n\nevent'))?.toString()).toBe(
    first.toString(),
  );
});

test("a stream that is cut off is not complete, and keeps what was read and counted", () => {
  const { reading, passed } = pass(openStream(openai, PATHS.chat), Buffer.from(chat), [50]);
  expect(reading).toMatchObject({ complete: false, usage: null });
  expect(reading.outputTokensCounted).toBeGreaterThan(3);
  expect(passed.toString()).toBe(chat);
});

test("the last event counts though no blank line ends it", () => {
  const { reading, rest } = pass(
    openStream(openai, PATHS.chat),
    Buffer.from(`${chat}${usageChunk}data: [DONE]`),
    [9],
  );
  expect(reading).toMatchObject({ complete: true, usage: { input: 10, output: 5 } });
  expect(rest.toString()).toBe("data: [DONE]");
});

const messages = (events: readonly object[]) =>
  events
    .map((event) => `event: ${Reflect.get(event, "type")}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
const start = (usage: object) => ({
  type: "message_start",
  message: { model: "claude-sonnet-4-5", usage },
});

test("Anthropic's message_delta replaces what message_start said", () => {
  const text = messages([
    start({
      input_tokens: 2_479,
      output_tokens: 1,
      cache_read_input_tokens: 0,
      service_tier: "standard",
    }),
    { type: "content_block_delta", delta: { type: "text_delta", text: "hello there" } },
    {
      type: "message_delta",
      usage: { input_tokens: 404_500, output_tokens: 90, cache_read_input_tokens: null },
    },
    { type: "message_stop" },
  ]);
  const { reading, rest } = pass(openStream(anthropic, PATHS.messages), Buffer.from(text), [33]);
  expect(reading.usage).toEqual({ input: 404_500, output: 90 });
  expect(reading).toMatchObject({ complete: true, model: "claude-sonnet-4-5", tier: "standard" });
  expect(rest.toString()).toContain("message_stop");
});

test("cache writes that grew after the split go to the time-to-live that was asked for", () => {
  const text = messages([
    start({
      input_tokens: 1,
      output_tokens: 1,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 100 },
    }),
    { type: "message_delta", usage: { output_tokens: 3, cache_creation_input_tokens: 250 } },
    { type: "message_stop" },
  ]);
  const read = (cacheWrite: "5m" | "1h") =>
    pass(
      openStream(anthropic, PATHS.messages, { facts: { cacheWrite, choices: 1 } }),
      Buffer.from(text),
      [40],
    ).reading.usage;
  expect(read("1h")).toEqual({ input: 1, output: 3, cache_write_1h: 250 });
  expect(read("5m")).toEqual({ input: 1, output: 3, cache_write_1h: 100, cache_write_5m: 150 });
});

test("a repeated message_start does not undo what came after it", () => {
  const text = messages([
    start({ input_tokens: 5, output_tokens: 1 }),
    { type: "message_delta", usage: { input_tokens: 9, output_tokens: 7 } },
    start({ input_tokens: 5, output_tokens: 1 }),
    { type: "message_stop" },
  ]);
  expect(
    pass(openStream(anthropic, PATHS.messages), Buffer.from(text), [99]).reading.usage,
  ).toEqual({ input: 9, output: 7 });
});

test("an error inside a stream is its end, is kept back, and is said", () => {
  const streams = [
    openStream(openai, PATHS.chat),
    openStream(openai, PATHS.responses),
    openStream(anthropic, PATHS.messages),
    openStream(gemini, PATHS.streamGenerate),
    openStream(mistral, PATHS.chat),
  ];
  for (const reader of streams) {
    const text = `event: error\ndata: ${JSON.stringify({ type: "error", error: { message: "overloaded" } })}\n\n`;
    const { passed, rest, reading } = pass(reader, Buffer.from(text), [13]);
    expect(passed.length).toBe(0);
    expect(rest.toString()).toBe(text);
    expect(reading.complete).toBe(true);
    expect(reading.problems.join()).toContain("overloaded");
  }
});

const geminiEvents = [
  {
    candidates: [{ index: 0, content: { parts: [{ text: 'a {brace} "quoted" \\' }] } }],
    usageMetadata: {
      promptTokenCount: 50,
      candidatesTokenCount: 90,
      thoughtsTokenCount: 7,
      totalTokenCount: 147,
    },
  },
  {
    candidates: [{ index: 0, content: { parts: [{ text: "]}," }] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: 50, candidatesTokenCount: 40, totalTokenCount: 90 },
    modelVersion: "gemini-2.5-flash",
  },
];

test("a Gemini stream that is one JSON array is read like the same events one by one", () => {
  const text = `[${geminiEvents.map((event) => JSON.stringify(event, null, 1)).join("\n,\r\n")}\n]\n`;
  fc.assert(
    fc.property(cutsAnywhere, (cuts) => {
      const { passed, rest, reading } = pass(
        openStream(gemini, PATHS.streamGenerate, { query: "" }),
        Buffer.from(text),
        cuts,
      );
      expect(passed.toString() + rest.toString()).toBe(text);
      expect(rest.toString()).toContain("STOP");
      expect(passed.toString()).toContain("quoted");
      // The last usage replaces the one before it: thoughts that it does not name are not carried on.
      expect(reading).toMatchObject({
        complete: true,
        usage: { input: 50, output: 40 },
        model: "gemini-2.5-flash",
        problems: [],
      });
    }),
  );
});

test("Gemini is complete when each of the candidates asked for is, or when the prompt is blocked", () => {
  const finish = (index: number) =>
    `data: ${JSON.stringify({ candidates: [{ index, finishReason: "STOP" }] })}\n\n`;
  const facts = { choices: 2, cacheWrite: "none" } as const;
  const half = pass(
    openStream(gemini, PATHS.streamGenerate, { facts }),
    Buffer.from(finish(0)),
    [99],
  );
  expect(half.reading.complete).toBe(false);
  const both = pass(
    openStream(gemini, PATHS.streamGenerate, { facts }),
    Buffer.from(finish(0) + finish(1)),
    [99],
  );
  expect(both.reading.complete).toBe(true);
  const blocked = `data: {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 4, "totalTokenCount": 4}}\r\n\r\n`;
  expect(
    pass(openStream(gemini, PATHS.streamGenerate), Buffer.from(blocked), [99]).reading,
  ).toMatchObject({ complete: true, usage: { input: 4 } });
});

test("numbers that cannot be a usage are not believed", () => {
  for (const bad of [-1, 1.5, "12", 1e300, true, [], {}]) {
    const text = `data: ${JSON.stringify({ model: "m", choices: [], usage: { ...USAGE, prompt_tokens: bad } })}\n\n${DONE}`;
    const { reading } = pass(openStream(openai, PATHS.chat), Buffer.from(chat + text), [64]);
    expect(reading.usage).toBeNull();
    expect(reading.problems.join()).toContain("prompt_tokens");
    expect(reading.outputTokensCounted).toBeGreaterThan(0);
  }
});

test("a last event larger than memory allows still gives its usage, and its end is kept back", () => {
  const response = {
    model: "gpt-5",
    output: [{ result: "x".repeat(5_000_000) }],
    usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
  };
  const text = `event: response.completed\ndata: ${JSON.stringify({ type: "response.completed", response })}\n\n`;
  const { passed, rest, reading } = pass(
    openStream(openai, PATHS.responses),
    Buffer.from(text),
    [65_536],
  );
  expect(reading).toMatchObject({ complete: true, usage: { input: 3, output: 4 } });
  expect(rest.length).toBeGreaterThan(1_000);
  expect(Buffer.concat([passed, rest]).equals(Buffer.from(text))).toBe(true);
});
