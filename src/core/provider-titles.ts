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
  huggingface: "Hugging Face",
  wavespeed: "WaveSpeed",
};

/** A provider that has no known title is shown by its own name. */
export function providerTitle(provider: string): string {
  return TITLES[provider] ?? provider;
}
