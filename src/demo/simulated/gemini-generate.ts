/** Gemini's generateContent, and its two kinds of stream. */
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";
import { type Composed, compose, type PromptCache, said } from "./compose.ts";
import { dataEvent, fieldOf, jsonWire, numberAt, streamWire, type Wire } from "./wire.ts";

export function generateAnswer(
  request: SimulatedRequest,
  behaviour: Behaviour,
  cache: PromptCache,
): Wire {
  const config =
    fieldOf(request.json, "generationConfig") ?? fieldOf(request.json, "generation_config");
  const thinking = fieldOf(config, "thinkingConfig") ?? fieldOf(config, "thinking_config");
  const composed = compose(
    request,
    {
      maxTokens: numberAt(config, "maxOutputTokens", "max_output_tokens"),
      reasoningTokens: Math.max(0, numberAt(thinking, "thinkingBudget", "thinking_budget") ?? 0),
      mayCache: true,
    },
    behaviour,
    cache,
  );
  if (!request.path.endsWith(":streamGenerateContent")) {
    return jsonWire(
      chunk(request, composed, behaviour, { text: composed.pieces.join(""), last: true }),
    );
  }
  const chunks = composed.pieces.map((text, index) =>
    chunk(request, composed, behaviour, {
      text,
      last: index === composed.pieces.length - 1,
      index,
    }),
  );
  if (request.query.get("alt") === "sse") return streamWire(chunks.map(dataEvent));
  const pieces = chunks.map((one, index) => `${index === 0 ? "[" : ",\r\n"}${JSON.stringify(one)}`);
  return {
    contentType: "application/json; charset=UTF-8",
    pieces: [...pieces, "]"],
    streamed: true,
  };
}

function chunk(
  request: SimulatedRequest,
  composed: Composed,
  behaviour: Behaviour,
  part: { text: string; last: boolean; index?: number },
): object {
  const written = part.index === undefined ? composed.pieces.length : part.index + 1;
  return {
    candidates: [
      {
        content: { role: "model", parts: [{ text: part.text }] },
        ...(part.last ? { finishReason: composed.finish === "stop" ? "STOP" : "MAX_TOKENS" } : {}),
        index: 0,
      },
    ],
    ...(behaviour.usageUnsaid ? {} : { usageMetadata: usageOf(composed, written, behaviour) }),
    modelVersion: request.model,
    responseId: composed.id,
  };
}

/** Each chunk's usage is that of the stream so far. */
function usageOf(composed: Composed, written: number, behaviour: Behaviour): object {
  const { inputTokens, cachedTokens, reasoningTokens } = composed;
  return {
    promptTokenCount: said(inputTokens, behaviour),
    candidatesTokenCount: said(written, behaviour),
    totalTokenCount: said(inputTokens + written + reasoningTokens, behaviour),
    ...(cachedTokens > 0 ? { cachedContentTokenCount: cachedTokens } : {}),
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
  };
}
