import Anthropic from "@anthropic-ai/sdk";
import { ApiError, GoogleGenAI } from "@google/genai";
import { Mistral } from "@mistralai/mistralai";
import { MistralError } from "@mistralai/mistralai/models/errors";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const messages = [{ role: "user" as const, content: "Say something short." }];
const openaiOf = (key: string) => new OpenAI({ apiKey: key, baseURL: `${stage.url}/openai/v1` });
const anthropicOf = (key: string) =>
  new Anthropic({ apiKey: key, baseURL: `${stage.url}/anthropic` });
const geminiOf = (key: string) =>
  new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: `${stage.url}/gemini` } });
const mistralOf = (key: string) => new Mistral({ apiKey: key, serverURL: `${stage.url}/mistral` });

async function all<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe("given only a base URL and a Purser key, the official SDK completes calls and streams", () => {
  test("openai: chat, responses, embeddings, models", async () => {
    const key = await stage.customer();
    const openai = openaiOf(key);
    const whole = await openai.chat.completions.create({ model: "gpt-4.1-mini", messages });
    expect(whole.choices[0]?.message.content).toContain("simulated");
    const chunks = await all(
      await openai.chat.completions.create({ model: "gpt-4.1-mini", messages, stream: true }),
    );
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toContain(
      "simulated",
    );
    expect(chunks.every((chunk) => chunk.choices.length > 0)).toBe(true);
    const response = await openai.responses.create({
      model: "gpt-5-mini",
      input: "Say something.",
      reasoning: { effort: "low" },
    });
    expect(response.output_text).toContain("simulated");
    const events = await all(
      await openai.responses.create({ model: "gpt-5-mini", input: "Say it.", stream: true }),
    );
    expect(events.at(-1)?.type).toBe("response.completed");
    const vectors = await openai.embeddings.create({
      model: "text-embedding-3-small",
      input: ["one", "two"],
    });
    expect(vectors.data).toHaveLength(2);
    expect((await openai.models.list()).data.length).toBeGreaterThan(0);

    const written = await stage.eventsOnce(key, 5);
    expect(written).toHaveLength(5); // A list of models is not metered.
    expect(written.map(({ operation }) => operation)).toEqual([
      "chat",
      "chat",
      "responses",
      "responses",
      "embeddings",
    ]);
    expect(written.every((event) => !event.estimated && event.status_code === 200)).toBe(true);
    expect(written[0]?.usage).toEqual({
      input: whole.usage?.prompt_tokens,
      output: whole.usage?.completion_tokens,
    });
    expect(written[2]?.usage.reasoning).toBe(16);
    expect(written.every(({ cost }) => cost > 0)).toBe(true);
  });

  test("@anthropic-ai/sdk: messages", async () => {
    const key = await stage.customer();
    const anthropic = anthropicOf(key);
    const model = "claude-haiku-4-5";
    const whole = await anthropic.messages.create({ model, messages, max_tokens: 100 });
    expect(JSON.stringify(whole.content)).toContain("simulated");
    const streamed = await anthropic.messages
      .stream({ model, messages, max_tokens: 100 })
      .finalMessage();
    expect(JSON.stringify(streamed.content)).toContain("simulated");
    const written = await stage.eventsOnce(key, 2);
    expect(written.map(({ usage }) => usage.output)).toEqual([
      whole.usage.output_tokens,
      streamed.usage.output_tokens,
    ]);
    expect(written.map(({ streamed }) => streamed)).toEqual([false, true]);
  });

  test("@google/genai: generateContent", async () => {
    const key = await stage.customer();
    const gemini = geminiOf(key);
    const request = { model: "gemini-2.5-flash", contents: "Say something." };
    const whole = await gemini.models.generateContent(request);
    expect(whole.text).toContain("simulated");
    const chunks = await all(await gemini.models.generateContentStream(request));
    expect(chunks.map((chunk) => chunk.text).join("")).toContain("simulated");
    const written = await stage.eventsOnce(key, 2);
    expect(written.map(({ usage }) => usage.output)).toEqual([
      whole.usageMetadata?.candidatesTokenCount,
      chunks.at(-1)?.usageMetadata?.candidatesTokenCount,
    ]);
  });

  test("@mistralai/mistralai: chat", async () => {
    const key = await stage.customer();
    const mistral = mistralOf(key);
    const whole = await mistral.chat.complete({ model: "mistral-small-latest", messages });
    expect(whole.choices[0]?.message?.content).toContain("simulated");
    const events = await all(
      await mistral.chat.stream({ model: "mistral-small-latest", messages }),
    );
    const written = await stage.eventsOnce(key, 2);
    expect(written.map(({ usage }) => usage.output)).toEqual([
      whole.usage.completionTokens,
      events.at(-1)?.data.usage?.completionTokens,
    ]);
  });
});

describe("a refusal is the SDK's own error with status 429, after one request, and never reaches the provider", () => {
  /** How many requests an SDK makes of us, counted where they arrive: in the denials. */
  async function refused(model: string, call: (key: string) => Promise<unknown>): Promise<Json> {
    const key = await stage.customer("one-call");
    await call(key);
    const denialsBefore = await denials();
    const reachedBefore = stage.reached(model);
    const error = await call(key).then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(stage.reached(model)).toBe(reachedBefore);
    expect((await denials()) - denialsBefore).toBe(1);
    expect(await stage.eventsOnce(key, 1)).toHaveLength(1);
    return error;
  }
  async function denials(): Promise<number> {
    const { data } = await stage.admin("GET", "/api/admin/denials");
    return data.counts.reduce((sum: number, row: Json) => sum + row.count, 0);
  }

  test("openai", async () => {
    const request = { model: "gpt-4.1-mini", messages };
    const whole = await refused("gpt-4.1-mini", (key) =>
      openaiOf(key).chat.completions.create(request),
    );
    const streamed = await refused("gpt-4.1-mini", async (key) =>
      all(await openaiOf(key).chat.completions.create({ ...request, stream: true })),
    );
    for (const error of [whole, streamed]) {
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
      expect(error.status).toBe(429);
      expect(error.headers.get("x-purser-refusal")).toBe("limit_reached");
      expect(error.message).toContain("1 of 1 call is used");
    }
  });

  test("@anthropic-ai/sdk", async () => {
    const error = await refused("claude-haiku-4-5", (key) =>
      anthropicOf(key).messages.create({ model: "claude-haiku-4-5", messages, max_tokens: 100 }),
    );
    expect(error).toBeInstanceOf(Anthropic.RateLimitError);
    expect(error.status).toBe(429);
    expect(error.error.purser).toMatchObject({ error: "limit_reached", cap: 1, used: 1, held: 0 });
  });

  test("@google/genai", async () => {
    const request = { model: "gemini-2.5-flash", contents: "Say something." };
    const error = await refused("gemini-2.5-flash", (key) =>
      geminiOf(key).models.generateContent(request),
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error.status).toBe(429);
    const streamed = await refused("gemini-2.5-flash", async (key) =>
      all(await geminiOf(key).models.generateContentStream(request)),
    );
    expect(streamed.status).toBe(429);
  });

  test("@mistralai/mistralai", async () => {
    const error = await refused("mistral-small-latest", (key) =>
      mistralOf(key).chat.complete({ model: "mistral-small-latest", messages }),
    );
    expect(error).toBeInstanceOf(MistralError);
    expect(error.statusCode).toBe(429);
  });
});
