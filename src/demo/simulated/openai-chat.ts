/** Chat completions as OpenAI and Mistral speak them. */
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";
import { type Composed, compose, type PromptCache, said } from "./compose.ts";
import {
  dataEvent,
  effortTokens,
  fieldOf,
  jsonWire,
  numberAt,
  streamWire,
  type Wire,
} from "./wire.ts";

export function chatAnswer(
  flavour: "openai" | "mistral",
  request: SimulatedRequest,
  behaviour: Behaviour,
  cache: PromptCache,
): Wire {
  const { json, model } = request;
  const choices = numberAt(json, "n") ?? 1;
  const composed = compose(
    request,
    {
      maxTokens: numberAt(json, "max_completion_tokens", "max_tokens"),
      reasoningTokens: flavour === "openai" ? effortTokens(fieldOf(json, "reasoning_effort")) : 0,
      mayCache: true,
    },
    behaviour,
    cache,
  );
  const usage = behaviour.usageUnsaid ? null : usageOf(flavour, composed, choices, behaviour);
  const head = { id: `chatcmpl-sim-${composed.id}`, created: 1_700_000_000, model };
  if (fieldOf(json, "stream") === true) {
    const asked = fieldOf(fieldOf(json, "stream_options"), "include_usage") === true;
    return streamWire(chunks(flavour, { head, composed, choices, usage, asked }));
  }
  return jsonWire({
    ...head,
    object: "chat.completion",
    choices: Array.from({ length: choices }, (_, index) => ({
      index,
      message: { role: "assistant", content: composed.pieces.join(""), refusal: null },
      logprobs: null,
      finish_reason: composed.finish,
    })),
    ...(usage === null ? {} : { usage }),
    service_tier: "default",
    system_fingerprint: "simulated",
  });
}

function chunks(
  flavour: "openai" | "mistral",
  made: {
    head: object;
    composed: Composed;
    choices: number;
    usage: object | null;
    asked: boolean;
  },
): string[] {
  const { composed, choices, usage, asked } = made;
  const head = { ...made.head, object: "chat.completion.chunk", system_fingerprint: "simulated" };
  // OpenAI says usage in a chunk of its own, and only when asked; Mistral in the last chunk, unasked.
  const nothingYet = flavour === "openai" && asked ? { usage: null } : {};
  const events: string[] = [];
  for (let index = 0; index < choices; index += 1) {
    const choice = (delta: object, finish_reason: string | null) =>
      dataEvent({
        ...head,
        choices: [{ index, delta, logprobs: null, finish_reason }],
        ...(finish_reason !== null && flavour === "mistral" && usage ? { usage } : nothingYet),
      });
    events.push(choice({ role: "assistant", content: "" }, null));
    for (const piece of composed.pieces) events.push(choice({ content: piece }, null));
    events.push(choice(flavour === "openai" ? {} : { content: "" }, composed.finish));
  }
  if (flavour === "openai" && asked && usage)
    events.push(dataEvent({ ...head, choices: [], usage }));
  events.push(dataEvent("[DONE]"));
  return events;
}

function usageOf(
  flavour: "openai" | "mistral",
  composed: Composed,
  choices: number,
  behaviour: Behaviour,
): object {
  const output = (composed.pieces.length + composed.reasoningTokens) * choices;
  const counts = {
    prompt_tokens: said(composed.inputTokens, behaviour),
    completion_tokens: said(output, behaviour),
    total_tokens: said(composed.inputTokens + output, behaviour),
    prompt_tokens_details: { cached_tokens: composed.cachedTokens },
  };
  if (flavour === "mistral") return counts;
  const reasoning = composed.reasoningTokens * choices;
  return { ...counts, completion_tokens_details: { reasoning_tokens: reasoning } };
}
