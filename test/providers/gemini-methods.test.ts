/** Gemini's further methods, its OpenAI-compatible addresses and Vertex are metered as Google bills them. */
import { expect, test } from "vitest";
import type { Dialect } from "../../src/providers/dialect.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { vertex } from "../../src/providers/gemini/vertex.ts";
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

const grounded = (queries: string[], modelVersion: string) => ({
  candidates: [{ finishReason: "STOP", groundingMetadata: { webSearchQueries: queries } }],
  usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 },
  modelVersion,
});

test("Gemini's searches are billed by the query from version 3 on, and by the answer before", () => {
  const queries = ["", "a", "b", "a"];
  for (const [model, searches] of [
    ["gemini-3-flash-preview", 2],
    ["gemini-2.5-flash", 1],
  ] as const) {
    const json = grounded(queries, model);
    expect(answer(gemini, PATHS.generate, json).usage).toEqual({
      input: 5,
      web_searches: searches,
    });
    const { reading } = pass(
      openStream(gemini, PATHS.streamGenerate),
      Buffer.from(event(grounded(["a"], model)) + event(json)),
      [40],
    );
    expect(reading.usage).toEqual({ input: 5, web_searches: searches });
  }
  expect(answer(gemini, PATHS.generate, grounded([""], "gemini-3-pro")).usage).toEqual({
    input: 5,
  });
});

test("Gemini's pictures are counted beside their tokens, small or too large to keep", () => {
  const picture = (length: number) => ({
    candidates: [
      {
        finishReason: "STOP",
        content: {
          parts: [
            { thought: true, inlineData: { mimeType: "image/png", data: "x" } },
            { inlineData: { mimeType: "image/png", data: "x".repeat(length) } },
          ].slice(length > 100 ? 1 : 0),
        },
      },
    ],
    usageMetadata: {
      promptTokenCount: 9,
      candidatesTokenCount: 1_290,
      candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1_290 }],
      totalTokenCount: 1_299,
    },
  });
  const expected = { input: 9, output_image: 1_290, images: 1 };
  expect(answer(gemini, PATHS.generate, picture(10)).usage).toEqual(expected);
  for (const length of [10, 3_000_000]) {
    const text = event(picture(length));
    const { reading } = pass(openStream(gemini, PATHS.streamGenerate), Buffer.from(text), [65_536]);
    expect(reading.usage).toEqual(expected);
  }
  const drawing = {
    generationConfig: { responseModalities: ["TEXT", "IMAGE"], candidateCount: 2 },
  };
  expect(request(gemini, PATHS.generate, drawing).units).toEqual({ images: 2 });
  expect(request(gemini, PATHS.generate, {}).units).toBeUndefined();
});

test("Imagen's pictures are counted as made, and held as wanted", () => {
  const path = "/v1beta/models/imagen-4.0-generate-001:predict";
  const wanted = (parameters: object) => request(gemini, path, { instances: [], parameters }).units;
  expect(wanted({ sampleCount: 2 })).toEqual({ images: 2 });
  expect(wanted({})).toEqual({ images: 4 });
  const predictions = [{ bytesBase64Encoded: "x" }, { raiFilteredReason: "no" }];
  expect(answer(gemini, path, { predictions }).usage).toEqual({ images: 1 });
  expect(answer(gemini, path, {}).usage).toBeNull();
  expect(() => routeOf(gemini, "/v1beta/models/other-model:predict")).toThrow();
});

test("Gemini's embeddings are input by their kind, and say no more of themselves than they must", () => {
  const path = "/v1beta/models/gemini-embedding-2:batchEmbedContents";
  const promptTokenDetails = [{ modality: "IMAGE", tokenCount: 258 }];
  expect(
    answer(gemini, path, { usageMetadata: { promptTokenCount: 265, promptTokenDetails } }).usage,
  ).toEqual({ input: 7, input_image: 258 });
  expect(answer(gemini, path, { embeddings: [] }).usage).toBeNull();
  expect(
    request(gemini, path, { requests: [{ content: { parts: [{ text: "hi" }] } }] }),
  ).toMatchObject({ model: "gemini-embedding-2", output: { kind: "none" } });
  expect(
    answer(gemini, PATHS.generate, { usageMetadata: { totalTokenCount: 3_512 } }).usage,
  ).toEqual({ input: 3_512 });
});

test("on Gemini's OpenAI-compatible address thoughts are what only the total shows", () => {
  const path = "/v1beta/openai/chat/completions";
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 115 };
  const read = answer(gemini, path, { model: "gemini-2.5-flash", usage });
  expect(read).toMatchObject({ usage: { input: 10, output: 5, reasoning: 100 }, problems: [] });
  const chunk = event({ model: "gemini-2.5-flash", choices: [], usage });
  const reader = openStream(gemini, path, { stripUsage: true });
  const streamed = pass(reader, Buffer.from(`${chunk}data: [DONE]\n\n`), [11]);
  expect(streamed.reading).toMatchObject({ usage: read.usage, complete: true });
  expect(streamed.passed.length).toBe(0);
  const route = routeOf(gemini, path);
  expect(gemini.mustAskUsage(route)).toBe(true);
  expect(gemini.credentialHeaders("s", route)).toEqual({ authorization: "Bearer s" });
  expect(gemini.credentialHeaders("s", routeOf(gemini, PATHS.generate))).toEqual({
    "x-goog-api-key": "s",
  });
  const body = Buffer.from('{"model":"gemini-2.5-flash","messages":[]}');
  const edited = gemini.editRequest(body, route, { outputTokens: 9, askUsage: true });
  expect(JSON.parse(Buffer.from(edited).toString())).toEqual({
    model: "gemini-2.5-flash",
    messages: [],
    max_tokens: 9,
    stream_options: { include_usage: true },
  });
});

test("Vertex has the same methods under its projects, and older embeddings in statistics", () => {
  const before = "/v1/projects/my-project-1/locations/europe-west1/publishers/google/models";
  const path = `${before}/gemini-2.5-flash:generateContent`;
  expect(request(vertex, path, { contents: [] }).model).toBe("gemini-2.5-flash");
  const express = "/v1beta1/publishers/google/models/gemini-2.5-flash:streamGenerateContent";
  expect(routeOf(vertex, express).operation).toBe("generate");
  const embed = `${before}/text-embedding-005:predict`;
  expect(routeOf(vertex, embed).operation).toBe("embeddings");
  const predictions = [4, 6].map((token_count) => ({
    embeddings: { statistics: { token_count } },
  }));
  expect(answer(vertex, embed, { predictions }).usage).toEqual({ input: 10 });
  expect(() => routeOf(vertex, `${before}/../x:generateContent`)).toThrow();
});
