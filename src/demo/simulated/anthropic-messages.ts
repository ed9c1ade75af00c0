/** Anthropic's messages. */
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";
import { type Composed, compose, type PromptCache, said } from "./compose.ts";
import { fieldOf, jsonWire, namedEvent, numberAt, streamWire, type Wire } from "./wire.ts";

const THINKING_TOKENS = 64;

export function messagesAnswer(
  request: SimulatedRequest,
  behaviour: Behaviour,
  cache: PromptCache,
): Wire {
  const { json, model } = request;
  const thinks = fieldOf(fieldOf(json, "thinking"), "type") === "enabled";
  const composed = compose(
    request,
    {
      maxTokens: numberAt(json, "max_tokens"),
      reasoningTokens: thinks ? THINKING_TOKENS : 0,
      mayCache: request.body.includes('"cache_control"'),
    },
    behaviour,
    cache,
  );
  const message = {
    id: `msg_sim_${composed.id}`,
    type: "message",
    role: "assistant",
    model,
    content: [{ type: "text", text: composed.pieces.join("") }],
    stop_reason: stopReason(composed),
    stop_sequence: null,
  };
  if (fieldOf(json, "stream") === true) return streamWire(events(composed, message, behaviour));
  const usage = {
    ...inputUsage(composed, behaviour),
    output_tokens: said(outputTokens(composed), behaviour),
    service_tier: "standard",
  };
  return jsonWire({ ...message, ...(behaviour.usageUnsaid ? {} : { usage }) });
}

function events(composed: Composed, message: object, behaviour: Behaviour): string[] {
  const start = { ...inputUsage(composed, behaviour), output_tokens: 1, service_tier: "standard" };
  const end = { output_tokens: said(outputTokens(composed), behaviour) };
  const begun = { ...message, content: [], stop_reason: null };
  const usageUnsaid = behaviour.usageUnsaid === true;
  return [
    { type: "message_start", message: { ...begun, ...(usageUnsaid ? {} : { usage: start }) } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    ...composed.pieces.map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: stopReason(composed), stop_sequence: null },
      ...(usageUnsaid ? {} : { usage: end }),
    },
    { type: "message_stop" },
  ].map(namedEvent);
}

function stopReason(composed: Composed): string {
  return composed.finish === "stop" ? "end_turn" : "max_tokens";
}

/** Anthropic counts thinking inside its output, and the cache outside its input. */
function outputTokens(composed: Composed): number {
  return composed.pieces.length + composed.reasoningTokens;
}

function inputUsage(composed: Composed, behaviour: Behaviour): object {
  return {
    input_tokens: said(composed.inputTokens - composed.cachedTokens, behaviour),
    cache_read_input_tokens: composed.cachedTokens,
    cache_creation_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  };
}
