/** OpenAI's Responses API and embeddings. */
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";
import { type Composed, compose, type PromptCache, said } from "./compose.ts";
import {
  effortTokens,
  fieldOf,
  jsonWire,
  namedEvent,
  numberAt,
  streamWire,
  type Wire,
} from "./wire.ts";

export function responsesAnswer(
  request: SimulatedRequest,
  behaviour: Behaviour,
  cache: PromptCache,
): Wire {
  const { json } = request;
  const composed = compose(
    request,
    {
      maxTokens: numberAt(json, "max_output_tokens"),
      reasoningTokens: effortTokens(fieldOf(fieldOf(json, "reasoning"), "effort")),
      mayCache: true,
    },
    behaviour,
    cache,
  );
  const begun = response(request, composed, { status: "in_progress", output: [], usage: null });
  const status = composed.finish === "stop" ? "completed" : "incomplete";
  const ended = response(request, composed, {
    status,
    output: [message(composed, "completed", composed.pieces.join(""))],
    usage: behaviour.usageUnsaid ? null : usageOf(composed, behaviour),
  });
  if (fieldOf(json, "stream") !== true) return jsonWire(ended);
  return streamWire(events(composed, begun, { type: `response.${status}`, response: ended }));
}

export function embeddingsAnswer(
  request: SimulatedRequest,
  behaviour: Behaviour,
  cache: PromptCache,
): Wire {
  const wishes = { maxTokens: 1, reasoningTokens: 0, mayCache: false };
  const { inputTokens, id } = compose(request, wishes, behaviour, cache);
  const input = fieldOf(request.json, "input");
  const count = Array.isArray(input) && typeof input[0] !== "number" ? input.length : 1;
  const vector = Array.from(
    { length: 8 },
    (_, index) => Number.parseInt(id[index] ?? "0", 16) / 16,
  );
  const asFloats = fieldOf(request.json, "encoding_format") !== "base64";
  const embedding = asFloats
    ? vector
    : Buffer.from(new Float32Array(vector).buffer).toString("base64");
  const usage = {
    prompt_tokens: said(inputTokens, behaviour),
    total_tokens: said(inputTokens, behaviour),
  };
  return jsonWire({
    object: "list",
    model: request.model,
    data: Array.from({ length: count }, (_, index) => ({ object: "embedding", index, embedding })),
    ...(behaviour.usageUnsaid ? {} : { usage }),
  });
}

function events(
  composed: Composed,
  begun: object,
  last: { type: string } & Record<string, unknown>,
): string[] {
  const where = { item_id: `msg_sim_${composed.id}`, output_index: 0, content_index: 0 };
  const text = composed.pieces.join("");
  const part = (said: string) => ({ type: "output_text", text: said, annotations: [] });
  const all = [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    {
      type: "response.output_item.added",
      output_index: 0,
      item: message(composed, "in_progress", null),
    },
    { type: "response.content_part.added", ...where, part: part("") },
    ...composed.pieces.map((delta) => ({ type: "response.output_text.delta", ...where, delta })),
    { type: "response.output_text.done", ...where, text },
    { type: "response.content_part.done", ...where, part: part(text) },
    {
      type: "response.output_item.done",
      output_index: 0,
      item: message(composed, "completed", text),
    },
    last,
  ];
  return all.map((event, sequence_number) => namedEvent({ ...event, sequence_number }));
}

function message(composed: Composed, status: string, text: string | null): object {
  return {
    id: `msg_sim_${composed.id}`,
    type: "message",
    role: "assistant",
    status,
    content: text === null ? [] : [{ type: "output_text", text, annotations: [] }],
  };
}

function response(request: SimulatedRequest, composed: Composed, state: object): object {
  return {
    id: `resp_sim_${composed.id}`,
    object: "response",
    created_at: 1_700_000_000,
    model: request.model,
    error: null,
    incomplete_details: composed.finish === "stop" ? null : { reason: "max_output_tokens" },
    metadata: {},
    parallel_tool_calls: true,
    tools: [],
    service_tier: "default",
    store: fieldOf(request.json, "store") ?? true,
    ...state,
  };
}

function usageOf(composed: Composed, behaviour: Behaviour): object {
  const output = composed.pieces.length + composed.reasoningTokens;
  return {
    input_tokens: said(composed.inputTokens, behaviour),
    input_tokens_details: { cached_tokens: composed.cachedTokens },
    output_tokens: said(output, behaviour),
    output_tokens_details: { reasoning_tokens: composed.reasoningTokens },
    total_tokens: said(composed.inputTokens + output, behaviour),
  };
}
