/** Forty models for the one customer who tries everything. */
import { type ModelUse, uses } from "./model-use.ts";

const CHAT = [
  "openai/gpt-6-sol",
  "openai/gpt-5.6-terra",
  "openai/gpt-5.4",
  "openai/gpt-5.4-mini",
  "openai/gpt-5",
  "openai/gpt-5-mini",
  "openai/gpt-5-nano",
  "openai/gpt-4.1",
  "openai/gpt-4.1-mini",
  "openai/gpt-4o",
  "openai/gpt-4o-mini",
  "openai/o3",
  "openai/o4-mini",
  "anthropic/claude-opus-5-5",
  "anthropic/claude-opus-5",
  "anthropic/claude-sonnet-5",
  "anthropic/claude-sonnet-4-6",
  "anthropic/claude-haiku-4-5",
  "gemini/gemini-3.8-flash",
  "gemini/gemini-3.1-pro-preview",
  "gemini/gemini-3.5-flash-lite",
  "gemini/gemini-2.5-pro",
  "gemini/gemini-2.5-flash",
  "gemini/gemini-2.5-flash-lite",
  "mistral/mistral-large-latest",
  "mistral/mistral-medium-latest",
  "mistral/mistral-small-latest",
  "mistral/magistral-medium-latest",
  "mistral/codestral-latest",
  "mistral/ministral-8b-latest",
  "deepseek/deepseek-chat",
  "deepseek/deepseek-reasoner",
  "groq/llama-3.3-70b-versatile",
  "groq/openai/gpt-oss-120b",
  "groq/meta-llama/llama-4-maverick-17b-128e-instruct",
  "xai/grok-4.5",
  "xai/grok-code-fast-1",
  "cohere/command-a-03-2025",
];

/** They come up less and less often, as models do. */
export function manyModels(): readonly ModelUse[] {
  const chat = CHAT.map((of, at) => uses(of, 100 / (at * 0.55 + 3), sizesOf(of, at)));
  return [
    ...chat,
    uses("openai/text-embedding-3-large", 8, { operation: "embeddings", output: 0 }),
    // Priced by nobody: what it costs is what the provider says, and here it says nothing.
    uses("openrouter/a-laboratory-with-a-long-name/preview-model-without-a-price-2026-02", 3, {
      sinceDays: 19,
    }),
  ];
}

function sizesOf(of: string, at: number) {
  const isSmall = /mini|nano|lite|flash|haiku|small|8b|instant/.test(of);
  return {
    input: 2_000 + ((at * 733) % 3_100),
    output: 380 + ((at * 271) % 700),
    cached: at % 3 === 0 ? 0.4 : 0,
    reasoning: /o3|o4|gpt-5|reasoner|magistral|pro/.test(of) ? 0.4 : 0,
    tokensPerSecond: isSmall ? 220 : 110,
    firstTokenMs: isSmall ? 280 : 640,
  };
}
