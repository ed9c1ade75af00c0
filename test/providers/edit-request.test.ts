/** A request is changed by splicing: what was asked for is in it, and every other byte is as it came. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import type { Dialect, RequestEdits } from "../../src/providers/dialect.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { mistral } from "../../src/providers/mistral/mistral.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { PATHS, routeOf } from "./streams.ts";

function edit(dialect: Dialect, path: string, body: string, edits: RequestEdits): string {
  return Buffer.from(
    dialect.editRequest(Buffer.from(body), routeOf(dialect, path), edits),
  ).toString();
}
const chat = (body: string, edits: RequestEdits) => edit(openai, PATHS.chat, body, edits);

test("with nothing to change the body is the very same", () => {
  const body = Buffer.from('{"model":"m"}');
  expect(openai.editRequest(body, routeOf(openai, PATHS.chat), {})).toBe(body);
});

test("big integers, order, spaces, 1.0 and escapes stay as they came", () => {
  const body =
    '{ "seed": 12345678901234567890, "t": 1.0,\n "max_tokens": 5 , "m\\u006fdel": "gpt-4o", "t": 2.50e1 }';
  expect(chat(body, { outputTokens: 77 })).toBe(
    body.replace('"max_tokens": 5 ', '"max_tokens": 77 '),
  );
});

test("the field that the request names is replaced, else the newer one is made", () => {
  expect(chat('{"max_tokens":5}', { outputTokens: 9 })).toBe('{"max_tokens":9}');
  expect(chat('{"max_completion_tokens":5,"max_tokens":null}', { outputTokens: 9 })).toBe(
    '{"max_completion_tokens":9,"max_tokens":null}',
  );
  expect(chat('{"model":"m"}', { outputTokens: 9 })).toBe(
    '{"max_completion_tokens":9,"model":"m"}',
  );
  expect(chat('{"max_tokens":null}', { outputTokens: 9 })).toBe(
    '{"max_completion_tokens":9,"max_tokens":null}',
  );
  expect(chat("{}", { outputTokens: 9, askUsage: true })).toBe(
    '{"max_completion_tokens":9,"stream_options":{"include_usage":true}}',
  );
  expect(edit(openai, PATHS.responses, "{}", { outputTokens: 9 })).toBe('{"max_output_tokens":9}');
  expect(edit(anthropic, PATHS.messages, '{"max_tokens":4096,"x":1}', { outputTokens: 9 })).toBe(
    '{"max_tokens":9,"x":1}',
  );
  expect(edit(mistral, PATHS.chat, '{"x":1}', { outputTokens: 9 })).toBe('{"max_tokens":9,"x":1}');
});

test("a key is found by its value, in whatever escapes, and each of its duplicates is set", () => {
  expect(chat('{"max\\u005ftokens":5,"max_tokens":6}', { outputTokens: 9 })).toBe(
    '{"max\\u005ftokens":9,"max_tokens":9}',
  );
});

test("a key of the same name deeper inside is left alone", () => {
  const body = '{"messages":[{"max_tokens":1,"a":"\\"max_tokens\\":2"}],"max_tokens":3}';
  expect(chat(body, { outputTokens: 9 })).toBe(body.replace('"max_tokens":3', '"max_tokens":9'));
});

test("usage is asked for inside the options that are there", () => {
  const ask = { askUsage: true };
  expect(chat('{"stream_options":{"a":1}}', ask)).toBe(
    '{"stream_options":{"include_usage":true,"a":1}}',
  );
  expect(chat('{"stream_options":{"include_usage":false}}', ask)).toBe(
    '{"stream_options":{"include_usage":true}}',
  );
  expect(chat('{"stream_options": null}', ask)).toBe('{"stream_options": {"include_usage":true}}');
  expect(chat('{"a":1}', ask)).toBe('{"stream_options":{"include_usage":true},"a":1}');
});

test("Gemini's limit goes into its configuration, in whichever spelling it has", () => {
  const set = (body: string) => edit(gemini, PATHS.generate, body, { outputTokens: 9 });
  expect(set('{"contents":[]}')).toBe('{"generationConfig":{"maxOutputTokens":9},"contents":[]}');
  expect(set('{"generationConfig":{}}')).toBe('{"generationConfig":{"maxOutputTokens":9}}');
  expect(set('{"generationConfig":{"maxOutputTokens":"12","t":1.0}}')).toBe(
    '{"generationConfig":{"maxOutputTokens":9,"t":1.0}}',
  );
  expect(set('{"generation_config":{"max_output_tokens":12}}')).toBe(
    '{"generation_config":{"max_output_tokens":9}}',
  );
});

test("any JSON object parses to itself with the change, and keeps all its other bytes", () => {
  const value = fc.jsonValue({ maxDepth: 1 });
  const keys = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom('"', '\\"', "é🎉", "__proto__", "\ud800"),
  );
  const object = fc.dictionary(keys, value, { maxKeys: 4 });
  fc.assert(
    fc.property(
      fc.record({ before: object, after: object, hasLimit: fc.boolean() }),
      fc.constantFrom(undefined, 1, "\t"),
      fc.constantFrom("", "\ufeff"),
      ({ before, after, hasLimit }, indent, mark) => {
        const request = { ...before, ...(hasLimit ? { max_tokens: 31337 } : {}), ...after };
        const text = mark + JSON.stringify(request, null, indent);
        const edited = edit(mistral, PATHS.chat, text, { outputTokens: 424242 });
        // V8's JSON.parse (Node 24.21) takes an escaped key for another that it has seen before, whose letters are those of the
        // escape, so it is no judge of them; the bytes are.
        if (!text.includes("\\")) {
          const parsed = JSON.parse(edited.slice(mark.length));
          expect(parsed).toEqual({ ...JSON.parse(text.slice(mark.length)), max_tokens: 424242 });
        }
        const undone = hasLimit
          ? edited.replace("424242", "31337")
          : edited.replace(/"max_tokens":424242,?/, "");
        expect(undone).toBe(text);
      },
    ),
    { numRuns: 300 },
  );
});

test("bytes that are no object are refused and never loop", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString()),
        fc.json().map((text) => text.slice(0, -1)),
      ),
      (text) => {
        try {
          chat(text, { outputTokens: 9 });
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      },
    ),
    { numRuns: 500 },
  );
  for (const text of [
    "",
    "[]",
    "null",
    '{"a"',
    '{"a":',
    '{"a":}',
    '{"a":1',
    '{"a":"',
    '{"a":[1',
    "{,}",
  ]) {
    expect(() => chat(text, { outputTokens: 9 }), text).toThrow(AppError);
  }
});
