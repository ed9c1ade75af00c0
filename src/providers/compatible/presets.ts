/** The providers that took over OpenAI's dialect and come ready to use. */
import type { Dialect } from "../dialect.ts";
import { compatibleDialect } from "./compatible.ts";
import { GROQ, OPENROUTER, XAI } from "./spellings.ts";

export const PRESETS: readonly Dialect[] = [
  compatibleDialect({
    provider: "deepseek",
    title: "DeepSeek",
    baseUrl: "https://api.deepseek.com",
    credentialSetting: "DEEPSEEK_API_KEY",
  }),
  compatibleDialect({
    provider: "xai",
    title: "xAI",
    baseUrl: "https://api.x.ai",
    credentialSetting: "XAI_API_KEY",
    spelling: XAI,
    usageUnasked: true,
  }),
  compatibleDialect({
    provider: "groq",
    title: "Groq",
    baseUrl: "https://api.groq.com",
    credentialSetting: "GROQ_API_KEY",
    before: "/openai/v1",
    endpoint: "/openai/v1",
    spelling: GROQ,
    usageUnasked: true,
    outputField: "max_completion_tokens",
  }),
  compatibleDialect({
    provider: "openrouter",
    title: "OpenRouter",
    baseUrl: "https://openrouter.ai",
    credentialSetting: "OPENROUTER_API_KEY",
    before: "/api/v1",
    endpoint: "/api/v1",
    spelling: OPENROUTER,
    usageUnasked: true,
  }),
  compatibleDialect({
    provider: "together",
    title: "Together",
    baseUrl: "https://api.together.xyz",
    credentialSetting: "TOGETHER_API_KEY",
    addresses: ["/chat/completions", "/embeddings"],
  }),
  compatibleDialect({
    provider: "cerebras",
    title: "Cerebras",
    baseUrl: "https://api.cerebras.ai",
    credentialSetting: "CEREBRAS_API_KEY",
    addresses: ["/chat/completions"],
    outputField: "max_completion_tokens",
  }),
  compatibleDialect({
    provider: "zai",
    title: "Z.AI",
    baseUrl: "https://api.z.ai",
    credentialSetting: "ZAI_API_KEY",
    before: "/api/(?:coding/)?paas/v4",
    endpoint: "/api/paas/v4",
    addresses: ["/chat/completions", "/embeddings"],
    usageUnasked: true,
  }),
  compatibleDialect({
    provider: "huggingface",
    title: "Hugging Face",
    baseUrl: "https://router.huggingface.co",
    credentialSetting: "HF_TOKEN",
    // The router has an address of its own, and one for each provider behind it: `/novita/v3/openai`.
    before: "(?:/[\\w-]+){1,3}",
    addresses: ["/chat/completions", "/embeddings"],
  }),
  compatibleDialect({
    provider: "voyage",
    title: "Voyage AI",
    baseUrl: "https://api.voyageai.com",
    credentialSetting: "VOYAGE_API_KEY",
    addresses: ["/embeddings"],
  }),
  compatibleDialect({
    provider: "ollama",
    title: "Ollama",
    baseUrl: "http://127.0.0.1:11434",
    credentialSetting: "OLLAMA_API_KEY",
    credentialOptional: true,
  }),
  compatibleDialect({
    provider: "vllm",
    title: "vLLM",
    baseUrl: "http://127.0.0.1:8000",
    credentialSetting: "VLLM_API_KEY",
    credentialOptional: true,
  }),
];
