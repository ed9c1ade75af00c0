/** A request says what it may cost before it is made, and is refused by field where it cannot be metered. */
import { expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { findRoute } from "../../src/providers/all.ts";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import type { Dialect, RequestFacts } from "../../src/providers/dialect.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { mistral } from "../../src/providers/mistral/mistral.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { PATHS, routeOf } from "./streams.ts";

function read(dialect: Dialect, path: string, json: unknown): RequestFacts {
  return dialect.readRequest({
    route: routeOf(dialect, path),
    path,
    query: new URLSearchParams(),
    json,
    bodyBytes: 0,
  });
}
const chat = (more: object) =>
  read(openai, PATHS.chat, {
    model: "gpt-4o",
    messages: [{ role: "user", content: "hi" }],
    ...more,
  });
const responses = (more: object) =>
  read(openai, PATHS.responses, { model: "gpt-4.1", input: "hi", ...more });
const messages = (more: object) =>
  read(anthropic, PATHS.messages, {
    model: "claude-sonnet-4-5",
    max_tokens: 100,
    messages: [{ role: "user", content: "hi" }],
    ...more,
  });
const generate = (more: object) =>
  read(gemini, "/v1beta/models/gemini-2.0-flash:generateContent", {
    contents: [{ parts: [{ text: "hi" }] }],
    ...more,
  });
const chatMistral = (more: object) =>
  read(mistral, PATHS.chat, { model: "mistral-large-latest", messages: [], ...more });

function refusal(run: () => unknown): { code: string; field: unknown } | null {
  try {
    run();
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, field: error.details["field"] };
  }
}

test("only the addresses in a provider's table are reachable", () => {
  const found = (dialect: Dialect, method: string, path: string) =>
    findRoute(dialect, method, path)?.operation ?? null;
  expect(found(openai, "POST", "/v1/chat/completions")).toBe("chat");
  expect(found(openai, "GET", "/v1/models/ft:gpt-4o:org::id")).toBe("models");
  expect(found(gemini, "POST", "/v1beta/models/gemini-2.5-flash:streamGenerateContent")).toBe(
    "generate",
  );
  expect(found(gemini, "POST", "/v1/models/gemini-2.5-flash:generateContent")).toBe("generate");
  expect(found(gemini, "GET", "/v1beta/models")).toBe("models");
  for (const path of [
    "/v1/fine_tuning/jobs",
    "/v1/models/..",
    "/v1/models/a/../../files",
    "/v1/models/%2e%2e",
    "/v1/chat/completions/",
    "//v1/chat/completions",
    "/v1/chat/completions/x",
  ]) {
    expect(found(openai, "POST", path), path).toBeNull();
    expect(found(openai, "GET", path), path).toBeNull();
  }
  expect(found(openai, "GET", "/v1/chat/completions")).toBeNull();
  expect(found(gemini, "POST", "/v1beta/models/gemini-2.5-flash:tuneModel")).toBeNull();
  expect(found(gemini, "POST", "/v1beta/models/../x:generateContent")).toBeNull();
});

test("a request's own output limit is its bound, in the field of its route", () => {
  expect(chat({ max_tokens: 5 }).output).toEqual({ kind: "named", tokens: 5 });
  expect(chat({ max_tokens: 5, max_completion_tokens: 7 }).output).toEqual({
    kind: "named",
    tokens: 7,
  });
  expect(responses({ max_output_tokens: 8 }).output).toEqual({ kind: "named", tokens: 8 });
  expect(messages({}).output).toEqual({ kind: "named", tokens: 100 });
  expect(generate({ generationConfig: { maxOutputTokens: 9 } }).output).toEqual({
    kind: "named",
    tokens: 9,
  });
  expect(generate({ generation_config: { max_output_tokens: "9" } }).output).toEqual({
    kind: "named",
    tokens: 9,
  });
  expect(chatMistral({ max_tokens: 3 }).output).toEqual({ kind: "named", tokens: 3 });
});

test("without one, the model's maximum is", () => {
  expect(chat({}).output).toEqual({ kind: "unnamed", modelMax: 16_384 });
  expect(chat({ max_tokens: null }).output.kind).toBe("unnamed");
  expect(chat({ model: "gpt-99-future" }).output).toEqual({ kind: "unnamed", modelMax: 128_000 });
  expect(chat({ model: "ft:gpt-4.1-mini:o::i" }).output).toEqual({
    kind: "unnamed",
    modelMax: 32_768,
  });
  expect(generate({}).output).toEqual({ kind: "unnamed", modelMax: 8_192 });
  expect(
    read(openai, PATHS.embeddings, { model: "text-embedding-3-small", input: "x" }).output,
  ).toEqual({ kind: "none" });
});

test("what cannot be metered is refused with the field's name", () => {
  const invalid = (field: string) => ({ code: "invalid_request", field });
  expect(refusal(() => chat({ model: undefined }))).toEqual(invalid("model"));
  expect(refusal(() => chat({ model: "" }))).toEqual(invalid("model"));
  expect(refusal(() => read(openai, PATHS.chat, [1]))).toEqual(invalid("body"));
  for (const bad of [0, -1, 1.5, "10", {}, 1e300]) {
    expect(refusal(() => chat({ max_tokens: bad }))).toEqual(invalid("max_tokens"));
    expect(refusal(() => chat({ n: bad }))).toEqual(invalid("n"));
  }
  expect(refusal(() => chat({ stream: "true" }))).toEqual(invalid("stream"));
  expect(refusal(() => messages({ max_tokens: undefined }))).toEqual(invalid("max_tokens"));
  expect(refusal(() => generate({ generationConfig: { maxOutputTokens: -4 } }))).toEqual(
    invalid("maxOutputTokens"),
  );
  expect(responses({ background: true }).answersLater).toBe(true);
  expect(refusal(() => responses({ background: true, stream: true }))).toEqual({
    code: "operation_not_offered",
    field: "background",
  });
  let deep: unknown = "x";
  for (let level = 0; level < 5_000; level += 1) deep = [deep];
  expect(refusal(() => chat({ messages: deep }))).toEqual(invalid("body"));
});

test("streams are known by the body, or by Gemini's address", () => {
  expect(chat({ stream: true }).streamed).toBe(true);
  expect(chat({ stream: null }).streamed).toBe(false);
  expect(read(gemini, PATHS.streamGenerate, { contents: [] })).toMatchObject({
    streamed: true,
    model: "gemini-2.5-flash",
  });
  expect(chat({ stream: true, stream_options: { include_usage: true } }).usageAsked).toBe(true);
  expect(chat({ stream: true, stream_options: { include_usage: false } }).usageAsked).toBe(false);
});

test("several answers may each write up to the bound", () => {
  expect(chat({ n: 3 }).choices).toBe(3);
  expect(generate({ generationConfig: { candidateCount: 4 } }).choices).toBe(4);
});

test("cutting hurts where thoughts, tools or a schema are at work", () => {
  expect(chat({}).cutHurts).toBe(false);
  expect(chat({ model: "o3" }).cutHurts).toBe(true);
  expect(chat({ tools: [{ type: "function", function: { name: "f" } }] }).cutHurts).toBe(true);
  expect(chat({ response_format: { type: "json_schema" } }).cutHurts).toBe(true);
  expect(chat({ response_format: { type: "text" } }).cutHurts).toBe(false);
  expect(responses({ text: { format: { type: "json_schema" } } }).cutHurts).toBe(true);
  expect(responses({ model: "gpt-5.1", reasoning: { effort: "none" } }).cutHurts).toBe(false);
  expect(messages({ thinking: { type: "enabled", budget_tokens: 50 } }).cutHurts).toBe(true);
  expect(messages({}).cutHurts).toBe(false);
  expect(generate({ generationConfig: { responseSchema: {} } }).cutHurts).toBe(true);
  expect(read(gemini, PATHS.generate, { contents: [] }).cutHurts).toBe(true);
  expect(
    read(gemini, PATHS.generate, { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } })
      .cutHurts,
  ).toBe(false);
  expect(chatMistral({ model: "magistral-small-latest" }).cutHurts).toBe(true);
});

test("the dearest cache time that a request asks for is known", () => {
  const part = (cache_control: object) => ({
    messages: [{ role: "user", content: [{ type: "text", text: "x", cache_control }] }],
  });
  expect(messages({}).cacheWrite).toBe("none");
  expect(messages(part({ type: "ephemeral" })).cacheWrite).toBe("5m");
  expect(
    messages({
      ...part({ type: "ephemeral" }),
      system: [{ type: "text", text: "s", cache_control: { type: "ephemeral", ttl: "1h" } }],
    }).cacheWrite,
  ).toBe("1h");
  expect(messages({ cache_control: { type: "ephemeral", ttl: "1h" } }).cacheWrite).toBe("1h");
});

const png = (width: number, height: number) => {
  const bytes = Buffer.alloc(2_000_000);
  bytes.write("\x89PNG\r\n\x1a\n", "latin1");
  bytes.write("IHDR", 12, "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString("base64");
};

test("an image counts by its size, not by the length of its file", () => {
  const data = png(1_024, 1_024);
  const url = `data:image/png;base64,${data}`;
  // 1024² is 765 tokens on gpt-4o, 1,398 on Claude, 1,032 on Gemini 2 (the providers' own examples).
  const counts: [RequestFacts, number][] = [
    [
      chat({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }] }),
      765,
    ],
    [
      responses({ input: [{ role: "user", content: [{ type: "input_image", image_url: url }] }] }),
      765,
    ],
    [
      messages({
        messages: [
          {
            role: "user",
            content: [{ type: "image", source: { type: "base64", media_type: "image/png", data } }],
          },
        ],
      }),
      1_398,
    ],
    [generate({ contents: [{ parts: [{ inlineData: { mimeType: "image/png", data } }] }] }), 1_032],
  ];
  for (const [facts, exact] of counts) {
    expect(facts.modalities).toEqual(["image"]);
    expect(facts.soft).toBe(false);
    expect(facts.inputTokensBound).toBeGreaterThan(exact);
    expect(facts.inputTokensBound).toBeLessThan(exact * 1.3);
  }
});

test("what is only named makes the bound soft, and large", () => {
  const named = [
    chat({
      messages: [
        { role: "user", content: [{ type: "image_url", image_url: { url: "https://a.b/c.png" } }] },
      ],
    }),
    responses({ previous_response_id: "resp_1" }),
    responses({ input: [{ role: "user", content: [{ type: "input_file", file_id: "file-1" }] }] }),
    responses({ tools: [{ type: "web_search" }] }),
    messages({
      messages: [
        {
          role: "user",
          content: [{ type: "document", source: { type: "url", url: "https://a.b/c.pdf" } }],
        },
      ],
    }),
    messages({ tools: [{ type: "web_search_20250305", name: "web_search" }] }),
    generate({ cachedContent: "cachedContents/1" }),
    generate({
      contents: [
        { parts: [{ fileData: { mimeType: "video/mp4", fileUri: "https://youtu.be/x" } }] },
      ],
    }),
    generate({ tools: [{ googleSearch: {} }] }),
    chatMistral({
      messages: [
        { role: "user", content: [{ type: "document_url", document_url: "https://a.b/c.pdf" }] },
      ],
    }),
  ];
  for (const facts of named) {
    expect(facts.soft).toBe(true);
    expect(facts.inputTokensBound).toBeGreaterThanOrEqual(32_000);
  }
  expect(messages({ tools: [{ name: "f", input_schema: { type: "object" } }] }).soft).toBe(false);
  expect(named.filter(({ modalities }) => modalities.includes("video"))).toHaveLength(1);
});

test("token ids given to be embedded are as many tokens as they are", () => {
  const embed = (input: unknown) =>
    read(openai, PATHS.embeddings, { model: "text-embedding-3-small", input }).inputTokensBound;
  expect(embed([1, 2, 3])).toBe(3);
  expect(embed([[1, 2], [3]])).toBe(3);
  expect(embed(["hello", "world"])).toBeGreaterThanOrEqual(2);
});
