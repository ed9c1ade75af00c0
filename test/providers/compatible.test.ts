/** Providers that took over OpenAI's dialect are metered by their own spelling of it, and any more can be added. */
import { expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { usdText } from "../../src/core/money.ts";
import { allDialects, DIALECTS } from "../../src/providers/all.ts";
import { readProviderFile } from "../../src/providers/compatible/read-setting.ts";
import type { Dialect, UsageReading } from "../../src/providers/dialect.ts";
import { recognise } from "../../src/providers/recognise.ts";
import { openStream, pass, routeOf } from "./streams.ts";

function dialectOf(provider: string, among: readonly Dialect[] = DIALECTS): Dialect {
  const found = among.find((dialect) => dialect.provider === provider);
  if (found === undefined) throw new Error(`no dialect ${provider}`);
  return found;
}

const CHAT: Readonly<Record<string, string>> = {
  groq: "/openai/v1/chat/completions",
  openrouter: "/api/v1/chat/completions",
};
const chatPath = (provider: string) => CHAT[provider] ?? "/v1/chat/completions";

function chat(provider: string, usage: object, more: object = {}): UsageReading {
  const dialect = dialectOf(provider);
  return dialect.readUsage(routeOf(dialect, chatPath(provider)), {
    object: "chat.completion",
    model: "m",
    choices: [],
    usage,
    ...more,
  });
}

function stream(provider: string, text: string, stripUsage = false) {
  const dialect = dialectOf(provider);
  const reader = openStream(dialect, chatPath(provider), { stripUsage });
  return pass(reader, Buffer.from(text), [17]);
}
const data = (json: object) => `data: ${JSON.stringify(json)}\n\n`;

test("xAI's thoughts stand outside completion_tokens, and its ticks are ten billion to the dollar", () => {
  const reading = chat("xai", {
    prompt_tokens: 119,
    prompt_tokens_details: { text_tokens: 119, cached_tokens: 112 },
    completion_tokens: 9,
    completion_tokens_details: { reasoning_tokens: 98 },
    total_tokens: 226,
    cost_in_usd_ticks: 1_234_567,
  });
  expect(reading.usage).toEqual({ input: 7, cache_read: 112, output: 9, reasoning: 98 });
  expect(reading.problems).toEqual([]);
  expect(usdText(reading.statedCost ?? (0n as never))).toBe("0.000123457");
});

test("xAI's thoughts are not counted twice where its total says they are inside, nor lost without a total", () => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 30,
    completion_tokens_details: { reasoning_tokens: 20 },
  };
  expect(chat("xai", { ...usage, total_tokens: 40 }).usage).toEqual({
    input: 10,
    output: 10,
    reasoning: 20,
  });
  expect(chat("xai", usage).usage).toEqual({ input: 10, output: 30, reasoning: 20 });
});

test("xAI's tools are counted, and a cost that cannot be one is not believed", () => {
  const reading = chat("xai", {
    prompt_tokens: 1,
    completion_tokens: 1,
    total_tokens: 2,
    cost_in_usd_ticks: -5,
    server_side_tool_usage_details: {
      web_search_calls: 2,
      x_search_calls: 1,
      code_interpreter_calls: 1,
    },
  });
  expect(reading.usage).toEqual({ input: 1, output: 1, web_searches: 3, code_sessions: 1 });
  expect(reading.statedCost).toBeUndefined();
  expect(reading.problems.join()).toContain("cost_in_usd_ticks");
});

test("OpenRouter's stated cost is kept exactly, and with a key of one's own the price behind it is added", () => {
  const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10, cost: 0.0133176 };
  const cost = (more: object) => chat("openrouter", { ...usage, ...more }).statedCost;
  expect(cost({})).toBe(13_317_600n);
  expect(cost({ cost: 0.0076509169000000005 })).toBe(7_650_917n);
  expect(cost({ cost: 8.6e-5 })).toBe(86_000n);
  expect(cost({ is_byok: true, cost_details: { upstream_inference_cost: 0.002 } })).toBe(
    15_317_600n,
  );
  expect(cost({ is_byok: false, cost_details: { upstream_inference_cost: 0.002 } })).toBe(
    13_317_600n,
  );
  expect(cost({ cost: "free" })).toBeUndefined();
  expect(
    chat("openrouter", { ...usage, server_tool_use_details: { web_search_requests: 1 } }).usage,
  ).toEqual({ input: 8, output: 2, web_searches: 1 });
});

test("an error event of OpenRouter still carries usage, and comment lines are no events", () => {
  const text = `: OPENROUTER PROCESSING\n\n${data({ model: "m", choices: [{ delta: { content: "half" } }] })}: OPENROUTER PROCESSING\n\n${data(
    {
      error: { code: "server_error", message: "Provider disconnected" },
      choices: [{ delta: { content: "" }, finish_reason: "error" }],
      usage: { prompt_tokens: 30, completion_tokens: 4, total_tokens: 34, cost: 0.001 },
    },
  )}data: [DONE]\n\n`;
  const { reading, passed, rest } = stream("openrouter", text);
  expect(reading).toMatchObject({
    usage: { input: 30, output: 4 },
    statedCost: 1_000_000n,
    complete: true,
  });
  expect(reading.problems).toEqual(["The provider broke off with an error: Provider disconnected"]);
  expect(passed.toString() + rest.toString()).toBe(text);
});

test("DeepSeek's cache hits are cached input, under either name", () => {
  const usage = {
    prompt_tokens: 875,
    completion_tokens: 79,
    total_tokens: 954,
    prompt_cache_hit_tokens: 800,
    prompt_cache_miss_tokens: 75,
    completion_tokens_details: { reasoning_tokens: 26 },
  };
  const expected = { input: 75, cache_read: 800, output: 53, reasoning: 26 };
  expect(chat("deepseek", usage).usage).toEqual(expected);
  expect(
    chat("deepseek", { ...usage, prompt_tokens_details: { cached_tokens: 800 } }).usage,
  ).toEqual(expected);
});

test("Groq's usage is read beside the chunk or in it, and counted once", () => {
  const usage = { prompt_tokens: 21, completion_tokens: 988, total_tokens: 1_009 };
  const last = { model: "m", choices: [{ delta: {}, finish_reason: "stop" }], x_groq: { usage } };
  for (const chunk of [last, { ...last, usage }]) {
    const { reading } = stream("groq", `${data(chunk)}data: [DONE]\n\n`);
    expect(reading).toMatchObject({ usage: { input: 21, output: 988 }, complete: true });
  }
});

test("Voyage gives nothing but a total, which is input", () => {
  const dialect = dialectOf("voyage");
  const reading = dialect.readUsage(routeOf(dialect, "/v1/embeddings"), {
    model: "voyage-4",
    usage: { total_tokens: 3 },
  });
  expect(reading).toMatchObject({ usage: { input: 3 }, model: "voyage-4", problems: [] });
});

test("Cohere is billed by billed_units, whole or streamed, and reranking by search units", () => {
  const dialect = dialectOf("cohere");
  const usage = {
    billed_units: { input_tokens: 2_406, output_tokens: 2 },
    tokens: { input_tokens: 2_935, output_tokens: 4 },
  };
  const chatRoute = routeOf(dialect, "/v2/chat");
  expect(dialect.readUsage(chatRoute, { usage }).usage).toEqual({ input: 2_406, output: 2 });
  const text = `event: message-end\ndata: ${JSON.stringify({ type: "message-end", delta: { finish_reason: "COMPLETE", usage } })}\n\n`;
  expect(pass(openStream(dialect, "/v2/chat"), Buffer.from(text), [9]).reading).toMatchObject({
    usage: { input: 2_406, output: 2 },
    complete: true,
  });
  const rerank = dialect.readUsage(routeOf(dialect, "/v2/rerank"), {
    meta: { billed_units: { search_units: 2 } },
  });
  expect(rerank.usage).toEqual({ requests: 2 });
});

test("Bedrock's cache writes are split by their time-to-live", () => {
  const dialect = dialectOf("bedrock");
  const path = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";
  const usage = {
    inputTokens: 3,
    outputTokens: 61,
    cacheReadInputTokens: 2_074,
    cacheWriteInputTokens: 300,
    cacheDetails: [
      { ttl: "1h", inputTokens: 100 },
      { ttl: "5m", inputTokens: 200 },
    ],
    totalTokens: 2_438,
  };
  const route = routeOf(dialect, path);
  expect(dialect.readUsage(route, { usage })).toMatchObject({
    usage: { input: 3, output: 61, cache_read: 2_074, cache_write_1h: 100, cache_write_5m: 200 },
    problems: [],
  });
  const json = { messages: [{ content: [{ text: "x" }, { cachePoint: { ttl: "1h" } }] }] };
  expect(
    dialect.readRequest({ route, path, query: new URLSearchParams(), json, bodyBytes: 0 }),
  ).toMatchObject({
    model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    cacheWrite: "1h",
    output: { kind: "unnamed" },
  });
});

test("a stream's usage is asked for only where it would not come", () => {
  const asked = (provider: string) => {
    const dialect = dialectOf(provider);
    return dialect.mustAskUsage(routeOf(dialect, chatPath(provider)));
  };
  expect(["deepseek", "together", "cerebras", "ollama", "vllm"].map(asked)).not.toContain(false);
  expect(["xai", "groq", "openrouter"].map(asked)).not.toContain(true);
});

const FILE = `
providers:
  - name: my-llm
    base_url: https://llm.example.com/v1/
    credential: MY_LLM_TOKEN
    credential_header: x-api-key
  - { name: farm, base_url: "http://10.0.0.7:8000", free: true }
  - { name: azure-eu, base_url: "https://eu.openai.azure.com", dialect: azure, credential: AZURE_KEY }
  - { name: claude-proxy, base_url: "https://claude.example.com", dialect: anthropic, credential: CP, prices_of: anthropic }
`;

test("an operator adds providers by name, address, credential and dialect", () => {
  const settings = readProviderFile(FILE);
  expect(settings[1]).toEqual({
    name: "farm",
    title: "farm",
    baseUrl: "http://10.0.0.7:8000",
    dialect: "openai",
    credentialSetting: null,
    credentialHeader: null,
    pricedAs: null,
    free: true,
  });
  const all = allDialects(settings);
  expect(all).toHaveLength(DIALECTS.length + 4);
  const mine = dialectOf("my-llm", all);
  expect(mine.baseUrl).toBe("https://llm.example.com/v1");
  expect(mine.credentialHeaders("s")).toEqual({ "x-api-key": "s" });
  expect(routeOf(mine, "/chat/completions").operation).toBe("chat");
  const farm = dialectOf("farm", all);
  expect(farm.credentialOptional).toBe(true);
  expect(farm.credentialHeaders("")).toEqual({});
  expect(routeOf(farm, "/v1/audio/transcriptions").body).toBe("multipart");
  const azure = dialectOf("azure-eu", all);
  expect(azure).toMatchObject({ pricedAs: "openai", credentialSetting: "AZURE_KEY" });
  expect(azure.credentialHeaders("s")).toEqual({ "api-key": "s" });
  expect(dialectOf("claude-proxy", all)).toMatchObject({ pricedAs: "anthropic" });
});

test("a provider that cannot be added is refused by its field", () => {
  const refusal = (text: string): unknown => {
    try {
      allDialects(readProviderFile(text));
      return null;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return error.details["field"];
    }
  };
  const one = (more: string) => `providers: [{name: x, base_url: "https://a.b", ${more}}]`;
  expect(refusal(one(""))).toBeNull();
  expect(refusal("[")).toBe("providers file");
  expect(refusal("providers: 1")).toBe("providers file.providers");
  expect(refusal("providers: [{name: X y, base_url: 'https://a.b'}]")).toBe("providers[0].name");
  expect(refusal("providers: [{name: x, base_url: 'ftp://a.b'}]")).toBe("providers[0].base_url");
  expect(refusal(one("dialect: klingon"))).toBe("provider x.dialect");
  expect(refusal(one("credential: not-a-variable"))).toBe("providers[0].credential");
  expect(refusal(one("colour: red"))).toBe("providers[0].colour");
  expect(refusal("providers: [{name: groq, base_url: 'https://a.b'}]")).toBe("provider groq.name");
});

test("addresses are recognised, Azure's and Vertex's too", () => {
  const known = (url: string) => {
    const found = recognise(new URL(url), DIALECTS);
    return found === null ? null : [found.dialect.provider, found.path];
  };
  expect(known("https://api.x.ai/v1/chat/completions")).toEqual(["xai", "/v1/chat/completions"]);
  expect(known("https://acme.openai.azure.com/openai/v1/responses?api-version=1")).toEqual([
    "azure",
    "/openai/v1/responses",
  ]);
  expect(known("https://europe-west1-aiplatform.googleapis.com/v1/x")).toEqual(["vertex", "/v1/x"]);
  expect(known("https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse")).toEqual([
    "bedrock",
    "/model/m/converse",
  ]);
  expect(known("https://example.com/v1/chat/completions")).toBeNull();
});

test("Azure takes the model from its deployment's address", () => {
  const found = recognise(new URL("https://a.openai.azure.com"), DIALECTS);
  if (found === null) throw new Error("Azure is not recognised");
  const path = "/openai/deployments/my-gpt.4/chat/completions";
  const route = routeOf(found.dialect, path);
  expect(route.endpoint).toBe("/openai/deployments/{deployment}/chat/completions");
  const json = { messages: [], max_completion_tokens: 5 };
  expect(
    found.dialect.readRequest({ route, path, query: new URLSearchParams(), json, bodyBytes: 0 }),
  ).toMatchObject({ model: "my-gpt.4", output: { kind: "named", tokens: 5 } });
  expect(() => routeOf(found.dialect, "/openai/deployments/../chat/completions")).toThrow();
});
