/** What the simulated providers say on the wire, in OpenAI's and Anthropic's words. */
import type { ClientCall } from "./client-call.ts";

/** A JSON request as the provider reads it. */
export interface ReadRequest {
  readonly mark: string;
  readonly outputMost: number | null;
  readonly asksUsage: boolean;
}

export function readSent(body: Uint8Array): ReadRequest {
  const json = JSON.parse(Buffer.from(body).toString("utf8")) as {
    user?: string;
    metadata?: { user_id: string };
    max_completion_tokens?: number;
    max_tokens?: number;
    max_output_tokens?: number;
    stream_options?: { include_usage?: boolean };
  };
  return {
    mark: json.user ?? json.metadata?.user_id ?? "",
    outputMost: json.max_completion_tokens ?? json.max_output_tokens ?? json.max_tokens ?? null,
    asksUsage: json.stream_options?.include_usage === true,
  };
}

interface Used {
  readonly input: number;
  readonly output: number;
}

/** The pieces of an answer, as they come one by one. `used` null: it does not say. */
export function answerPieces(call: ClientCall, used: Used | null, sent: ReadRequest): string[] {
  if (call.kind === "background")
    return [JSON.stringify({ id: `resp_${call.number}`, object: "response", status: "queued" })];
  if (call.provider === "anthropic")
    return call.kind === "stream" ? anthropicEvents(used) : [JSON.stringify(message(used))];
  return call.kind === "stream"
    ? openaiEvents(used, sent.asksUsage)
    : [JSON.stringify(completion(used))];
}

function completion(used: Used | null): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: "",
    choices: [
      { index: 0, message: { role: "assistant", content: "Said." }, finish_reason: "stop" },
    ],
    ...(used === null ? {} : { usage: openaiUsage(used) }),
  };
}

function openaiUsage({ input, output }: Used): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function openaiEvents(used: Used | null, asked: boolean): string[] {
  const chunk = (choices: object[], more: object = {}): string =>
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", choices, ...more })}\n\n`;
  const said = (content: string): string => chunk([{ index: 0, delta: { content } }]);
  const end = chunk([{ index: 0, delta: {}, finish_reason: "stop" }]);
  const usage = asked && used !== null ? chunk([], { usage: openaiUsage(used) }) : "";
  return [said("Said "), said("piece by "), said("piece."), `${end}${usage}data: [DONE]\n\n`];
}

function message(used: Used | null): object {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    content: [{ type: "text", text: "Said." }],
    stop_reason: "end_turn",
    ...(used === null ? {} : { usage: { input_tokens: used.input, output_tokens: used.output } }),
  };
}

function anthropicEvents(used: Used | null): string[] {
  const event = (data: { type: string }): string =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const delta = (text: string): string =>
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } } as never);
  const begun = used === null ? {} : { usage: { input_tokens: used.input, output_tokens: 1 } };
  const ended = used === null ? {} : { usage: { output_tokens: used.output } };
  const start = { type: "message_start", message: { id: "msg_1", content: [], ...begun } };
  const block = {
    type: "content_block_start",
    index: 0,
    content_block: { type: "text", text: "" },
  };
  const last = { type: "message_delta", delta: { stop_reason: "end_turn" }, ...ended };
  return [
    `${event(start)}${event(block)}`,
    delta("Said "),
    delta("in pieces."),
    `${event({ type: "content_block_stop" })}${event(last)}${event({ type: "message_stop" })}`,
  ];
}
