/** A first call through this Purser, as each provider's own SDK makes it. */

export const SDKS = [
  { name: "openai", provider: "openai", label: "OpenAI" },
  { name: "anthropic", provider: "anthropic", label: "Anthropic" },
  { name: "gemini", provider: "gemini", label: "Google Gen AI" },
  { name: "mistral", provider: "mistral", label: "Mistral" },
] as const;
export type Sdk = (typeof SDKS)[number]["name"];

export const LANGUAGES = [
  { name: "javascript", label: "JavaScript" },
  { name: "python", label: "Python" },
  { name: "curl", label: "curl" },
] as const;
export type Language = (typeof LANGUAGES)[number]["name"];

export const KEY_PLACE = "YOUR_PURSER_KEY";

export interface Snippet {
  /** What to install first; null: nothing. */
  readonly install: string | null;
  readonly text: string;
}

/** `at` is where Purser is, e.g. `http://127.0.0.1:8787`. Neither it nor a key needs escaping: both are plain signs. */
export function snippetFor(of: {
  readonly sdk: Sdk;
  readonly language: Language;
  readonly at: string;
  readonly key: string;
}): Snippet {
  return SNIPPETS[of.sdk][of.language](of.at, of.key);
}

type Write = (at: string, key: string) => Snippet;

const SNIPPETS: Readonly<Record<Sdk, Readonly<Record<Language, Write>>>> = {
  openai: {
    javascript: (at, key) => ({
      install: "npm install openai",
      text: `import OpenAI from "openai";

const openai = new OpenAI({
  baseURL: "${at}/openai/v1",
  apiKey: "${key}",
});

const answer = await openai.chat.completions.create({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "Say hello." }],
});
console.log(answer.choices[0].message.content);`,
    }),
    python: (at, key) => ({
      install: "pip install openai",
      text: `from openai import OpenAI

client = OpenAI(
    base_url="${at}/openai/v1",
    api_key="${key}",
)

answer = client.chat.completions.create(
    model="gpt-4o-mini",
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.choices[0].message.content)`,
    }),
    curl: (at, key) => ({
      install: null,
      text: `curl ${at}/openai/v1/chat/completions \\
  -H "authorization: Bearer ${key}" \\
  -H "content-type: application/json" \\
  -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Say hello."}]}'`,
    }),
  },
  anthropic: {
    javascript: (at, key) => ({
      install: "npm install @anthropic-ai/sdk",
      text: `import Anthropic from "@anthropic-ai/sdk";

const anthropic = new Anthropic({
  baseURL: "${at}/anthropic",
  apiKey: "${key}",
});

const answer = await anthropic.messages.create({
  model: "claude-haiku-4-5",
  max_tokens: 200,
  messages: [{ role: "user", content: "Say hello." }],
});
console.log(answer.content[0].text);`,
    }),
    python: (at, key) => ({
      install: "pip install anthropic",
      text: `from anthropic import Anthropic

client = Anthropic(
    base_url="${at}/anthropic",
    api_key="${key}",
)

answer = client.messages.create(
    model="claude-haiku-4-5",
    max_tokens=200,
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.content[0].text)`,
    }),
    curl: (at, key) => ({
      install: null,
      text: `curl ${at}/anthropic/v1/messages \\
  -H "x-api-key: ${key}" \\
  -H "anthropic-version: 2023-06-01" \\
  -H "content-type: application/json" \\
  -d '{"model": "claude-haiku-4-5", "max_tokens": 200, "messages": [{"role": "user", "content": "Say hello."}]}'`,
    }),
  },
  gemini: {
    javascript: (at, key) => ({
      install: "npm install @google/genai",
      text: `import { GoogleGenAI } from "@google/genai";

const gemini = new GoogleGenAI({
  apiKey: "${key}",
  httpOptions: { baseUrl: "${at}/gemini" },
});

const answer = await gemini.models.generateContent({
  model: "gemini-2.5-flash",
  contents: "Say hello.",
});
console.log(answer.text);`,
    }),
    python: (at, key) => ({
      install: "pip install google-genai",
      text: `from google import genai
from google.genai import types

client = genai.Client(
    api_key="${key}",
    http_options=types.HttpOptions(base_url="${at}/gemini"),
)

answer = client.models.generate_content(
    model="gemini-2.5-flash",
    contents="Say hello.",
)
print(answer.text)`,
    }),
    curl: (at, key) => ({
      install: null,
      text: `curl ${at}/gemini/v1beta/models/gemini-2.5-flash:generateContent \\
  -H "x-goog-api-key: ${key}" \\
  -H "content-type: application/json" \\
  -d '{"contents": [{"parts": [{"text": "Say hello."}]}]}'`,
    }),
  },
  mistral: {
    javascript: (at, key) => ({
      install: "npm install @mistralai/mistralai",
      text: `import { Mistral } from "@mistralai/mistralai";

const mistral = new Mistral({
  serverURL: "${at}/mistral",
  apiKey: "${key}",
});

const answer = await mistral.chat.complete({
  model: "mistral-small-latest",
  messages: [{ role: "user", content: "Say hello." }],
});
console.log(answer.choices[0].message.content);`,
    }),
    python: (at, key) => ({
      install: "pip install mistralai",
      text: `from mistralai import Mistral

client = Mistral(
    server_url="${at}/mistral",
    api_key="${key}",
)

answer = client.chat.complete(
    model="mistral-small-latest",
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.choices[0].message.content)`,
    }),
    curl: (at, key) => ({
      install: null,
      text: `curl ${at}/mistral/v1/chat/completions \\
  -H "authorization: Bearer ${key}" \\
  -H "content-type: application/json" \\
  -d '{"model": "mistral-small-latest", "messages": [{"role": "user", "content": "Say hello."}]}'`,
    }),
  },
};
