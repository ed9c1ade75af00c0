/** Pictures, sound, documents and moderation are metered by what their answers say, or else by the request. */
import { expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import type { AnswerFacts, Dialect, RequestFacts } from "../../src/providers/dialect.ts";
import { mistral } from "../../src/providers/mistral/mistral.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { openStream, pass, routeOf } from "./streams.ts";

function request(dialect: Dialect, path: string, json: unknown): RequestFacts {
  const route = routeOf(dialect, path);
  return dialect.readRequest({ route, path, query: new URLSearchParams(), json, bodyBytes: 0 });
}
const answer = (dialect: Dialect, path: string, json: unknown, facts?: AnswerFacts) =>
  dialect.readUsage(routeOf(dialect, path), json, facts);
const file = (filename: string, bytes: number) => ({ filename, contentType: "x/y", bytes });

const IMAGES = "/v1/images/generations";
const EDITS = "/v1/images/edits";
const SPEECH = "/v1/audio/speech";
const TRANSCRIPTS = "/v1/audio/transcriptions";

test("newer pictures are metered in tokens of text and image, and counted", () => {
  const usage = {
    input_tokens: 50,
    input_tokens_details: { text_tokens: 10, image_tokens: 40 },
    output_tokens: 4_160,
    total_tokens: 4_210,
  };
  expect(answer(openai, IMAGES, { data: [{}, {}], usage }).usage).toEqual({
    input: 10,
    input_image: 40,
    output_image: 4_160,
    images: 2,
  });
  const detailed = { ...usage, output_tokens_details: { image_tokens: 4_000, text_tokens: 160 } };
  expect(answer(openai, EDITS, { data: [{}], usage: detailed }).usage).toMatchObject({
    output_image: 4_000,
    output: 160,
  });
});

test("older pictures say nothing: the number made is counted, and size and quality name the price", () => {
  expect(answer(openai, IMAGES, { data: [{ url: "u" }, { url: "v" }] }).usage).toEqual({
    images: 2,
  });
  const model = (more: object) => request(openai, IMAGES, { prompt: "a cat", ...more }).model;
  expect(model({ model: "dall-e-3" })).toBe("dall-e-3");
  expect(model({ model: "dall-e-3", size: "1024x1024", quality: "standard" })).toBe("dall-e-3");
  expect(model({ model: "dall-e-3", size: "1792x1024", quality: "hd" })).toBe(
    "dall-e-3:hd:1024x1792",
  );
  expect(model({ model: "dall-e-2", size: "512x512" })).toBe("dall-e-2:512x512");
  expect(request(openai, IMAGES, { model: "dall-e-2", prompt: "x", n: 4 })).toMatchObject({
    units: { images: 4 },
    output: { kind: "none" },
    inputTokensBound: 0,
  });
});

test("what pictures may cost is held: their number, the pictures shown, and larger ones for more", () => {
  const generate = request(openai, IMAGES, { model: "gpt-image-1", prompt: "a cat", n: 2 });
  expect(generate).toMatchObject({ units: { images: 2 }, choices: 2, cutHurts: true });
  expect(generate.output).toEqual({ kind: "named", tokens: 6_240 });
  const large = request(openai, IMAGES, { model: "gpt-image-2", prompt: "x", size: "3072x2048" });
  expect(large.output).toEqual({ kind: "named", tokens: 6_240 * 4 });
  const edit = request(openai, EDITS, {
    model: "gpt-image-1",
    prompt: "redder",
    n: "3",
    "image[]": [file("a.png", 9), file("b.png", 9)],
    mask: file("m.png", 9),
  });
  expect(edit).toMatchObject({ units: { images: 3 }, modalities: ["image"] });
  expect(edit.inputTokensBound).toBeGreaterThan(3 * 7_000);
  for (const n of ["0", "eleven", 11, -1]) {
    expect(() => request(openai, IMAGES, { model: "gpt-image-1", n })).toThrow(AppError);
  }
  expect(request(openai, "/v1/images/variations", { image: file("a.png", 9) }).model).toBe(
    "dall-e-2",
  );
});

test("a stream of pictures ends with each picture's own usage, larger than memory or not", () => {
  for (const length of [10, 3_000_000]) {
    const event = {
      type: "image_generation.completed",
      b64_json: "x".repeat(length),
      usage: { input_tokens: 5, output_tokens: 272, total_tokens: 277 },
    };
    const partial = { type: "image_generation.partial_image", b64_json: "x" };
    const text = [partial, event]
      .map((json) => `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`)
      .join("");
    const read = pass(openStream(openai, IMAGES), Buffer.from(text), [65_536]);
    expect(read.reading).toMatchObject({
      usage: { input: 5, output_image: 272, images: 1 },
      complete: true,
    });
    expect(Buffer.concat([read.passed, read.rest]).toString()).toBe(text);
  }
});

test("speech is metered by characters as the request has them; where tokens are billed it is an estimate", () => {
  const plain = request(openai, SPEECH, { model: "tts-1-hd", voice: "alloy", input: "Grüße 🎉" });
  expect(plain).toMatchObject({ units: { characters: 7 }, inputTokensBound: 0 });
  expect(answer(openai, SPEECH, null, plain).usage).toEqual({ characters: 7 });
  const newer = request(openai, SPEECH, { model: "gpt-4o-mini-tts", input: "a".repeat(1_200) });
  expect(newer.units).toEqual({ characters: 1_200, output_audio: 2_100 });
  expect(newer.inputTokensBound).toBeGreaterThan(100);
  expect(answer(openai, SPEECH, null, newer).usage).toBeNull();
  const done = {
    type: "speech.audio.done",
    usage: { input_tokens: 14, output_tokens: 101, total_tokens: 115 },
  };
  const read = pass(
    openStream(openai, SPEECH),
    Buffer.from(`data: ${JSON.stringify(done)}\n\n`),
    [9],
  );
  expect(read.reading.usage).toEqual({ input: 14, output_audio: 101 });
});

test("a transcript is metered in seconds or in tokens, as its answer says", () => {
  expect(
    answer(openai, TRANSCRIPTS, { text: "hi", usage: { type: "duration", seconds: 9 } }).usage,
  ).toEqual({ seconds: 9 });
  expect(answer(openai, TRANSCRIPTS, { text: "hi", duration: 8.47 }).usage).toEqual({ seconds: 9 });
  const tokens = {
    type: "tokens",
    input_tokens: 14,
    input_token_details: { text_tokens: 4, audio_tokens: 10 },
    output_tokens: 45,
    total_tokens: 59,
  };
  const expected = { input: 4, input_audio: 10, output: 45 };
  expect(answer(openai, TRANSCRIPTS, { text: "hi", usage: tokens }).usage).toEqual(expected);
  const text = `data: ${JSON.stringify({ type: "transcript.text.delta", delta: "hi there" })}\n\ndata: ${JSON.stringify({ type: "transcript.text.done", text: "hi there", usage: tokens })}\n\n`;
  const read = pass(openStream(openai, TRANSCRIPTS), Buffer.from(text), [20]);
  expect(read.reading).toMatchObject({ usage: expected, complete: true, outputTokensCounted: 2 });
  expect(answer(openai, TRANSCRIPTS, { text: "hi" }).usage).toBeNull();
});

test("the length of sound is bounded by its file", () => {
  const seconds = (name: string, bytes: number) =>
    request(openai, TRANSCRIPTS, { model: "whisper-1", file: file(name, bytes) }).units;
  expect(seconds("a.wav", 160_000)).toEqual({ seconds: 10 });
  expect(seconds("a.MP3", 160_001)).toEqual({ seconds: 41 });
  expect(seconds("a.opus", 1)).toEqual({ seconds: 1 });
  const newer = request(openai, TRANSCRIPTS, {
    model: "gpt-4o-transcribe",
    file: file("a.wav", 160_000),
    stream: "true",
  });
  expect(newer).toMatchObject({ streamed: true, modalities: ["audio"], soft: true });
  expect(newer.inputTokensBound).toBeGreaterThanOrEqual(170);
  expect(() => request(openai, TRANSCRIPTS, { model: "whisper-1", file: "x" })).toThrow(AppError);
});

test("moderation counts as a call and uses nothing", () => {
  const path = "/v1/moderations";
  expect(request(openai, path, { input: "x" })).toMatchObject({
    model: "omni-moderation-latest",
    output: { kind: "none" },
    inputTokensBound: 0,
  });
  expect(answer(openai, path, { model: "omni-moderation-2024-09-26", results: [] })).toMatchObject({
    usage: {},
    model: "omni-moderation-2024-09-26",
  });
  expect(answer(openai, path, null).usage).toBeNull();
});

test("Mistral reads documents by the page, described ones at a price of their own", () => {
  const body = {
    model: "mistral-ocr-latest",
    document: { type: "document_url", document_url: "u" },
  };
  expect(request(mistral, "/v1/ocr", { ...body, pages: [0, 1, 2] })).toMatchObject({
    units: { pages: 3 },
    soft: false,
  });
  const described = request(mistral, "/v1/ocr", { ...body, document_annotation_format: {} });
  expect(described).toMatchObject({ units: { annotated_pages: 100 }, soft: true });
  const read = { model: "mistral-ocr-2512", pages: [{}], usage_info: { pages_processed: 29 } };
  expect(answer(mistral, "/v1/ocr", read)).toMatchObject({
    usage: { pages: 29 },
    model: "mistral-ocr-2512",
  });
  expect(answer(mistral, "/v1/ocr", read, described).usage).toEqual({ annotated_pages: 29 });
  expect(answer(mistral, "/v1/ocr", { pages: [] }).usage).toBeNull();
});

test("Mistral's transcripts are billed by their seconds, which its total counts in tokens", () => {
  const usage = {
    prompt_audio_seconds: 203,
    prompt_tokens: 4,
    completion_tokens: 635,
    total_tokens: 3_264,
  };
  const expected = { input: 4, output: 635, seconds: 203 };
  expect(answer(mistral, TRANSCRIPTS, { model: "voxtral-mini-2507", usage })).toMatchObject({
    usage: expected,
    problems: [],
  });
  const text = `event: transcription.done\ndata: ${JSON.stringify({ type: "transcription.done", text: "x", usage })}\n\n`;
  expect(pass(openStream(mistral, TRANSCRIPTS), Buffer.from(text), [30]).reading).toMatchObject({
    usage: expected,
    complete: true,
  });
  expect(
    request(mistral, TRANSCRIPTS, { model: "voxtral-mini-latest", file: file("a.mp3", 40_000) })
      .units,
  ).toEqual({ seconds: 10 });
  expect(
    request(mistral, "/v1/embeddings", { model: "mistral-embed", input: ["x"] }).output,
  ).toEqual({ kind: "none" });
});
