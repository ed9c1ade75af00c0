/** A first call to copy, by a provider that the plan has. */
import type { DashboardSeen } from "./seen.ts";

type FlatLimits = DashboardSeen["limits"]["limits"];

export interface FirstCall {
  readonly provider: string;
  readonly text: string;
}

const JSON_HEADER = `-H 'content-type: application/json'`;

const CALLS: readonly {
  readonly provider: string;
  readonly field: keyof FlatLimits["_zero_means"];
  readonly of: (at: string, key: string) => string;
}[] = [
  {
    provider: "openai",
    field: "openai_calls",
    of: (at, key) => `curl ${at}/openai/v1/chat/completions \\
  -H 'authorization: Bearer ${key}' ${JSON_HEADER} \\
  -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'`,
  },
  {
    provider: "gemini",
    field: "gemini_calls",
    of: (at, key) => `curl ${at}/gemini/v1beta/models/gemini-2.5-flash:generateContent \\
  -H 'x-goog-api-key: ${key}' ${JSON_HEADER} \\
  -d '{"contents":[{"parts":[{"text":"Hello"}]}]}'`,
  },
  {
    provider: "anthropic",
    field: "anthropic_calls",
    of: (at, key) => `curl ${at}/anthropic/v1/messages \\
  -H 'x-api-key: ${key}' -H 'anthropic-version: 2023-06-01' ${JSON_HEADER} \\
  -d '{"model":"claude-haiku-4-5","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}'`,
  },
  {
    provider: "mistral",
    field: "mistral_calls",
    of: (at, key) => `curl ${at}/mistral/v1/chat/completions \\
  -H 'authorization: Bearer ${key}' ${JSON_HEADER} \\
  -d '{"model":"mistral-small-latest","messages":[{"role":"user","content":"Hello"}]}'`,
  },
];

/** `at` is where Purser is, e.g. `https://purser.example.com`. */
export function firstCalls(limits: FlatLimits, at: string, key: string): FirstCall[] {
  return CALLS.filter(({ field }) => limits._zero_means[field] !== "disabled").map(
    ({ provider, of }) => ({ provider, text: of(at, key) }),
  );
}
