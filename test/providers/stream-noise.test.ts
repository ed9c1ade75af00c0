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

test("JSON nested a hundred thousand deep is read past", () => {
  for (const { name, reader } of everyReader()) {
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
