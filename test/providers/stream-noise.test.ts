/** Nothing that a stream may bring, to any provider's reader, is thrown, lost, or kept in memory without end. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DIALECTS } from "../../src/providers/all.ts";
import type { StreamReader } from "../../src/providers/dialect.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { openStream, PATHS, pass } from "./streams.ts";

const cutsAnywhere = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

interface NamedReader {
  readonly name: string;
  readonly reader: StreamReader;
}

/** Every route of every provider, as a client would stream it: Gemini's also as one JSON array, without `alt=sse`. */
function everyReader(): NamedReader[] {
  return DIALECTS.flatMap((dialect) =>
    dialect.routes
      .filter(({ kind }) => kind === "metered")
      .flatMap((route) =>
        ["alt=sse", ""].map((query) => ({
          name: `${dialect.provider} ${route.endpoint} ${query}`,
          reader: dialect.readStream(route, {
            stripUsage: dialect.mustAskUsage(route),
            query: new URLSearchParams(query),
          }),
        })),
      ),
  );
}

/** One of each provider: its first route that streams of its own kind. */
function oneEach(): NamedReader[] {
  const readers = everyReader();
  return DIALECTS.flatMap(({ provider }) => {
    const own = readers.filter(({ name }) => name.startsWith(`${provider} `));
    return own.filter(({ name }) => /chat|messages|stream|answer/i.test(name)).slice(0, 2);
  });
}

test("every provider is in this suite", () => {
  const names = everyReader().map(({ name }) => name.split(" ")[0]);
  expect(new Set(names)).toEqual(new Set(DIALECTS.map(({ provider }) => provider)));
  expect(DIALECTS.length).toBeGreaterThan(8);
});

test("whatever comes, nothing is thrown and no byte is lost", () => {
  const scraps = fc.constantFrom(
    "data: ",
    "\n\n",
    "\r\n\r\n",
    "\r",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "\\",
    '"usage":',
    '{"usage":{"prompt_tokens":1}}',
    '{"choices":[],"usage":{"prompt_tokens":"x","completion_tokens":-1}}',
    "[DONE]",
    '"usageMetadata":{}',
    '"usageMetadata":{"promptTokenCount":null}',
    '"finishReason":"STOP"',
    '{"type":"message_start","message":null}',
    '{"type":"message_delta","usage":[]}',
    '{"type":"message-end","delta":{"usage":{"billed_units":7}}}',
    '{"type":"response.completed","response":{}}',
    '{"type":"response.completed","response":{"output":[null,{"type":"web_search_call"}],"usage":7}}',
    '{"x_groq":{"usage":"none"}}',
    '{"costDollars":{"total":"free"}}',
    "event: error\n",
    ": comment\n",
    "é",
    "🎉",
  );
  const noise = fc.oneof(
    fc.array(scraps, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(""))),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(noise, cutsAnywhere, (bytes, cuts) => {
      for (const { name, reader } of everyReader()) {
        const { passed, rest, reading } = pass(reader, bytes, cuts);
        expect(Number.isSafeInteger(reading.outputTokensCounted), name).toBe(true);
        const out = Buffer.concat([passed, rest]);
        // A stripping reader may leave out an event; every other gives back each byte.
        if (!bytes.includes('"usage"')) expect(out.equals(bytes), name).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

/** Events as the providers send them, all of whose parts are put out of shape in turn. */
const SOUND: readonly object[] = [
  {
    choices: [
      { index: 0, delta: { content: "a", tool_calls: [{ function: { arguments: "{}" } }] } },
    ],
  },
  {
    choices: [],
    service_tier: "flex",
    usage: {
      prompt_tokens: 9,
      completion_tokens: 4,
      total_tokens: 13,
      cost: 0.5,
      prompt_tokens_details: { cached_tokens: 2, audio_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
    x_groq: { usage: { prompt_tokens: 9, completion_tokens: 4 } },
  },
  {
    type: "message_start",
    message: {
      model: "m",
      usage: {
        input_tokens: 5,
        cache_creation: { ephemeral_1h_input_tokens: 3 },
        output_tokens: 1,
      },
    },
  },
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn" },
    usage: {
      output_tokens: 7,
      server_tool_use: { web_search_requests: 1 },
      iterations: [{ type: "compaction", model: "m", input_tokens: 5, output_tokens: 7 }],
    },
  },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "a" } },
  {
    type: "response.completed",
    response: {
      model: "m",
      output: [{ type: "web_search_call", action: { type: "search" } }, { type: "message" }],
      usage: { input_tokens: 5, output_tokens: 2, output_tokens_details: { reasoning_tokens: 1 } },
    },
  },
  {
    candidates: [
      { content: { parts: [{ text: "a" }] }, finishReason: "STOP", groundingMetadata: {} },
    ],
    modelVersion: "m",
    usageMetadata: {
      promptTokenCount: 9,
      candidatesTokenCount: 4,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 9 }],
      trafficType: "ON_DEMAND",
    },
  },
  {
    type: "message-end",
    delta: { usage: { billed_units: { input_tokens: 4, output_tokens: 2 } } },
  },
  { answer: "a", citations: [], costDollars: { total: 0.005 } },
];

/** Every object that differs from `sound` in one part, which is now `odd`. */
function outOfShape(sound: unknown, odd: unknown): unknown[] {
  if (typeof sound !== "object" || sound === null) return [odd];
  const parts = Object.entries(sound);
  return [
    odd,
    ...parts.flatMap(([key, part]) =>
      outOfShape(part, odd).map((other) =>
        Array.isArray(sound)
          ? sound.map((one, at) => (String(at) === key ? other : one))
          : { ...sound, [key]: other },
      ),
    ),
  ];
}

test.each([null, true, 0, -1, 1.5, 1e300, "", "12", [], [null], {}, { a: {} }].map((odd) => [odd]))(
  "an event in which one part is %j is read without a fault",
  (odd) => {
    for (const [at, sound] of SOUND.entries()) {
      for (const event of outOfShape(sound, odd)) {
        const bytes = Buffer.from(
          `data: ${JSON.stringify(event)}\n\ndata: ${JSON.stringify(SOUND[at])}\n\n`,
        );
        for (const { name, reader } of oneEach()) {
          const { reading } = pass(reader, bytes, [bytes.length]);
          const faults = reading.problems.filter((words) => words.includes("could not be read"));
          expect(faults, `${name}: ${JSON.stringify(event)}`).toEqual([]);
        }
      }
    }
  },
);

test("JSON nested a hundred thousand deep is read past", () => {
  for (const { name, reader } of oneEach()) {
    const deep = `${'{"usage":['.repeat(50_000)}${"]}".repeat(50_000)}`;
    const bytes = Buffer.from(`data: ${deep}\n\ndata: {"usageMetadata":${deep}}\n\n`);
    const { passed, rest } = pass(reader, bytes, [70_000]);
    expect(passed.length + rest.length, name).toBe(bytes.length);
  }
});

test("an endless event is passed on in bounded memory", () => {
  const piece = Buffer.from(`data: ${"[{".repeat(32_000)}`);
  for (const { name, reader } of everyReader()) {
    let passed = 0;
    for (let turn = 0; turn < 40; turn += 1) passed += reader.push(piece)?.length ?? 0;
    expect(40 * piece.length - passed, name).toBeLessThanOrEqual(1024 * 1024 + piece.length);
    reader.reading();
  }
});

/** Events that each bring something new to remember: an id, an index, a call of a tool. */
const EVENTS: readonly ((turn: number) => object)[] = [
  (turn) => ({ choices: [{ index: turn, delta: { content: `word ${turn}` } }] }),
  (turn) => ({ choices: [{ index: 0, delta: { tool_calls: [{ index: turn, id: `t${turn}` }] } }] }),
  (turn) => ({ type: "content_block_start", index: turn, content_block: { id: `b${turn}` } }),
  (turn) => ({ type: "message_delta", usage: { output_tokens: turn, [`kind_${turn}`]: turn } }),
  (turn) => ({
    type: "response.output_item.done",
    item: { type: "web_search_call", id: `ws${turn}`, action: { type: "search" } },
  }),
  (turn) => ({
    candidates: [{ index: turn, content: { parts: [{ text: `word ${turn}` }] } }],
    usageMetadata: { promptTokenCount: turn, candidatesTokenCount: -1, [`k${turn}`]: 1 },
  }),
  (turn) => ({ choices: [], usage: { prompt_tokens: turn, completion_tokens: 1.5 } }),
];

test("an endless stream of events leaves nothing behind in memory", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const heldBytes = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  for (const { name, reader } of oneEach()) {
    const before = heldBytes();
    for (let turn = 0; turn < 3_000; turn += 1) {
      const events = EVENTS.map((event) => `data: ${JSON.stringify(event(turn))}\n\n`);
      reader.push(Buffer.from(events.join("")));
    }
    expect(reader.reading().problems.length, name).toBeLessThan(100);
    // Some 3 MB went through.
    expect(heldBytes() - before, name).toBeLessThan(1024 * 1024);
  }
});

test("an event that comes byte by byte does not slow the stream down", () => {
  const reader = openStream(openai, PATHS.chat);
  const byte = Buffer.from("x");
  const before = performance.now();
  for (let turn = 0; turn < 300_000; turn += 1) {
    reader.push(byte);
    reader.reading();
  }
  expect(performance.now() - before).toBeLessThan(5_000);
});
