/** The providers that most plans name, in the order in which pages list them. */

export const PROVIDER_ORDER: readonly string[] = [
  "gemini",
  "openai",
  "anthropic",
  "mistral",
  "tavily",
  "serper",
  "exa",
  "firecrawl",
  "stability",
];
