/** Writes a small folder of recordings in every format that the conformance command reads. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const CHAT = {
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-4o-mini-2024-07-18",
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 },
};

const chunk = (more: object) => ({
  id: "chatcmpl-2",
  object: "chat.completion.chunk",
  model: "gpt-4o-mini-2024-07-18",
  choices: [],
  ...more,
});
const SAID = chunk({ choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: null }] });
const STOPPED = chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const USED = chunk({ usage: { prompt_tokens: 30, completion_tokens: 7, total_tokens: 37 } });

const MESSAGE = [
  {
    type: "message_start",
    message: {
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5",
      content: [],
      usage: { input_tokens: 50, cache_read_input_tokens: 400, output_tokens: 1 },
    },
  },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } },
  { type: "message_stop" },
];

const lines = (payloads: readonly object[]) =>
  payloads.map((payload) => JSON.stringify(payload)).join("\n");
const events = (payloads: readonly object[]) =>
  `${payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join("")}data: [DONE]\n\n`;

export function recorded(url: string, asked: object, response: object): string {
  return JSON.stringify({
    request: { method: "POST", url, body_subset: asked },
    response: { status: 200, ...response },
  });
}

/** Every answer here is metered, but for those of the last two. */
export const FILES: Readonly<Record<string, string>> = {
  "json/openai/chat.json": recorded(
    "https://api.openai.com/v1/chat/completions",
    { model: "gpt-4o-mini", _n_messages: 1 },
    { content_type: "application/json", body_json: CHAT },
  ),
  "stream/openai/unasked.json": recorded(
    "https://api.openai.com/v1/chat/completions",
    { model: "gpt-4o-mini", stream: true },
    { content_type: "text/event-stream", body_sse: events([SAID, STOPPED, USED]) },
  ),
  "azure/lines.chunks.txt": lines([SAID, STOPPED, USED]),
  "anthropic/lines.chunks.txt": lines(MESSAGE),
  "gemini/bare.json": JSON.stringify({
    modelVersion: "gemini-2.5-flash",
    candidates: [{ content: { parts: [{ text: "Hi" }] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 3, totalTokenCount: 15 },
  }),
  "tavily/search.json": JSON.stringify({ query: "x", results: [], usage: { credits: 1 } }),
  "newcomer/lines.chunks.txt": lines([SAID, STOPPED, USED]),
  "stranger/riddle.json": JSON.stringify({ answer: 42, usage: { riddles: 1 } }),
};

export function writeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "purser-recordings-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}
