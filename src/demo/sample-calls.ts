/** The kinds of calls that the demo makes, each as an application would write it with that provider's SDK. */
import type { SdkClients } from "./official-sdks.ts";

export interface SampleCall {
  readonly provider: "openai" | "anthropic" | "gemini" | "mistral";
  /** Resolves when the whole answer is there; rejects with the SDK's own error. */
  readonly make: (clients: SdkClients) => Promise<void>;
}

const QUESTIONS = [
  "Write a haiku about the sea.",
  "Explain compound interest to a child.",
  "Give three names for a bakery.",
  "Summarise the plot of Moby-Dick in two sentences.",
  "Translate 'good morning' into five languages.",
  "What should I pack for a week in Lisbon in April?",
];

/** Named, as a careful application names it: then Purser holds no more than this for each call. */
const OUTPUT_TOKENS = 120;

export function openaiChat(model: string, turn: number, streamed = false): SampleCall {
  const request = {
    model,
    max_completion_tokens: OUTPUT_TOKENS,
    messages: [{ role: "user" as const, content: questionAt(turn) }],
  };
  return {
    provider: "openai",
    make: async ({ openai }) => {
      if (!streamed) await openai.chat.completions.create(request);
      else await drain(await openai.chat.completions.create({ ...request, stream: true }));
    },
  };
}

export function openaiResponse(model: string, turn: number): SampleCall {
  const request = { model, input: questionAt(turn), max_output_tokens: OUTPUT_TOKENS };
  return {
    provider: "openai",
    make: async ({ openai }) => drain(await openai.responses.create({ ...request, stream: true })),
  };
}

export function openaiEmbedding(turn: number): SampleCall {
  const request = { model: "text-embedding-3-small", input: questionAt(turn) };
  return {
    provider: "openai",
    make: async ({ openai }) => {
      await openai.embeddings.create(request);
    },
  };
}

export function anthropicMessage(model: string, turn: number, streamed = false): SampleCall {
  const request = {
    model,
    max_tokens: OUTPUT_TOKENS,
    messages: [{ role: "user" as const, content: questionAt(turn) }],
  };
  return {
    provider: "anthropic",
    make: async ({ anthropic }) => {
      if (!streamed) await anthropic.messages.create(request);
      else await drain(await anthropic.messages.create({ ...request, stream: true }));
    },
  };
}

export function geminiContent(model: string, turn: number, streamed = false): SampleCall {
  const request = {
    model,
    contents: questionAt(turn),
    config: { maxOutputTokens: OUTPUT_TOKENS },
  };
  return {
    provider: "gemini",
    make: async ({ gemini }) => {
      if (!streamed) await gemini.models.generateContent(request);
      else await drain(await gemini.models.generateContentStream(request));
    },
  };
}

export function mistralChat(model: string, turn: number, streamed = false): SampleCall {
  const request = {
    model,
    maxTokens: OUTPUT_TOKENS,
    messages: [{ role: "user" as const, content: questionAt(turn) }],
  };
  return {
    provider: "mistral",
    make: async ({ mistral }) => {
      if (!streamed) await mistral.chat.complete(request);
      else await drain(await mistral.chat.stream(request));
    },
  };
}

function questionAt(turn: number): string {
  return QUESTIONS[turn % QUESTIONS.length] ?? "Say hello.";
}

/** An application would show each piece; the demo only needs the stream to come to its end. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _piece of stream);
}
