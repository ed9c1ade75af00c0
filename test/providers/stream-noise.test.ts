/** Nothing that a stream may bring is thrown, lost, or kept in memory without end. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { mistral } from "../../src/providers/mistral/mistral.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { openStream, PATHS, pass } from "./streams.ts";

const cutsAnywhere = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

const readers = () => [
  openStream(openai, PATHS.chat, { stripUsage: true }),
  openStream(openai, PATHS.responses),
  openStream(anthropic, PATHS.messages),
  openStream(gemini, PATHS.streamGenerate),
  openStream(gemini, PATHS.streamGenerate, { query: "" }),
  openStream(mistral, PATHS.chat),
];

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
    "[DONE]",
    '"usageMetadata":{}',
    '"finishReason":"STOP"',
    '{"type":"message_delta","usage":[]}',
    '{"type":"response.completed","response":{}}',
    "event: error\n",
    "é",
    "🎉",
  );
  const noise = fc.oneof(
    fc.array(scraps, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(""))),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(noise, cutsAnywhere, (bytes, cuts) => {
      for (const reader of readers()) {
        const { passed, rest, reading } = pass(reader, bytes, cuts);
        expect(Number.isSafeInteger(reading.outputTokensCounted)).toBe(true);
        const out = Buffer.concat([passed, rest]);
        // The stripping reader may leave out an event; every other gives back each byte.
        if (!bytes.includes('"usage"')) expect(out.equals(bytes)).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

test("an endless event is passed on in bounded memory, and quickly", () => {
  for (const reader of readers()) {
    const piece = Buffer.from(`data: ${"[{".repeat(32_000)}`);
    let passed = 0;
    for (let turn = 0; turn < 200; turn += 1) passed += reader.push(piece)?.length ?? 0;
    expect(200 * piece.length - passed).toBeLessThanOrEqual(1024 * 1024 + piece.length);
    reader.reading();
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
