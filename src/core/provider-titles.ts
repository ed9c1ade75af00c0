/** Providers' names as people write them, for messages and pages. */

const TITLES: Readonly<Record<string, string>> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  gemini: "Gemini",
  mistral: "Mistral",
  tavily: "Tavily",
  serper: "Serper",
  exa: "Exa",
  metaphor: "Exa (Metaphor)",
  firecrawl: "Firecrawl",
  stability: "Stability",
  azure: "Azure OpenAI",
  bedrock: "Amazon Bedrock",
  cerebras: "Cerebras",
  cohere: "Cohere",
  deepseek: "DeepSeek",
  groq: "Groq",
  huggingface: "Hugging Face",
  ollama: "Ollama",
  openrouter: "OpenRouter",
  together: "Together",
  vertex: "Vertex AI",
  vllm: "vLLM",
  voyage: "Voyage AI",
  wavespeed: "WaveSpeed",
  xai: "xAI",
  zai: "Z.AI",
};

/** A provider that has no known title is shown by its own name. */
export function providerTitle(provider: string): string {
  return TITLES[provider] ?? provider;
}
