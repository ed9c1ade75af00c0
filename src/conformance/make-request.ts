/** Makes the smallest request that a recorded answer could be the answer to. */
import type { Route } from "../providers/dialect.ts";
import { isObject, type JsonObject } from "../providers/read-json.ts";
import type { Placed } from "./find-dialect.ts";
import type { Recording } from "./recording.ts";

/** By the end of an address; the first that fits. What fits none gets the fields that services paid by the unit ask for. */
const BODIES: readonly (readonly [RegExp, JsonObject])[] = [
  [/\/messages$/, { max_tokens: 64, messages: [{ role: "user", content: "Hello" }] }],
  [/\/chat(?:\/completions)?$/, { messages: [{ role: "user", content: "Hello" }] }],
  [/\/responses(?:\/compact)?$/, { input: "Hello" }],
  [/\/embeddings$/, { input: "Hello" }],
  [/\/embed$/, { texts: ["Hello"], input_type: "search_query", embedding_types: ["float"] }],
  [/\/rerank$/, { query: "Hello", documents: ["Hello"] }],
  [/\/converse$/, { messages: [{ role: "user", content: [{ text: "Hello" }] }] }],
  [/:batchEmbedContents$/, { requests: [{ content: { parts: [{ text: "Hello" }] } }] }],
  [/:embedContent$/, { content: { parts: [{ text: "Hello" }] } }],
  [/:predict$/, { instances: [{ prompt: "Hello" }] }],
  [/:(?:stream)?[gG]enerateContent$/, { contents: [{ role: "user", parts: [{ text: "Hello" }] }] }],
  [/\/ocr$/, { document: { type: "document_url", document_url: "https://example.com/a.pdf" } }],
  [/\/audio\/(?:transcriptions|translations)$/, {}],
  [/\/images\/(?:generations|edits|variations)$/, { prompt: "Hello" }],
  [/\/moderations$/, { input: "Hello" }],
  [/\/speech$/, { input: "Hello", voice: "alloy" }],
];
const OF_UNITS: JsonObject = {
  query: "Hello",
  q: "Hello",
  url: "https://example.com",
  urls: ["https://example.com"],
  prompt: "Hello",
  input: "Hello",
  text_prompts: [{ text: "Hello" }],
};

/** A model is named in the body, but for paths that name it. What was recorded of the request stands above our own. */
export function makeRequest(recording: Recording, placed: Placed): JsonObject {
  const { endpoint } = placed.route;
  const body = BODIES.find(([end]) => end.test(endpoint))?.[1] ?? OF_UNITS;
  const recorded = Object.entries(recording.asked).filter(([name]) => mayBeSent(name, endpoint));
  const streams = recording.kind === "stream" && !endpoint.includes("{model}");
  return {
    ...(endpoint.includes("{model}") || body === OF_UNITS ? {} : { model: placed.model }),
    ...body,
    ...Object.fromEntries(recorded),
    ...(streams ? { stream: true } : {}),
  };
}

/** What was not recorded with them, or belongs to another call: tools to choose from, earlier answers, work in the background. */
const NOT_SENT = new Set(["tool_choice", "previous_response_id", "conversation", "background"]);

function mayBeSent(name: string, endpoint: string): boolean {
  if (name.startsWith("_") || NOT_SENT.has(name)) return false;
  return !(name === "model" && endpoint.includes("{model}"));
}

/** Did the client ask for the usage chunk of its stream itself? */
export function asksForUsage(request: JsonObject): boolean {
  const options = request["stream_options"];
  return isObject(options) && options["include_usage"] === true;
}

/** Files of a form, by the fields that forms have them in. */
const FILES: readonly (readonly [RegExp, string])[] = [
  [/\/audio\//, "file"],
  [/image|upscale/, "image"],
];

/** What the reader of requests is given of the body: of a form, its files as what they are and not what is in them. */
export function readAs(request: JsonObject, route: Route): unknown {
  if (route.body !== "multipart") return request;
  const file = { filename: "recorded.bin", contentType: FILE_TYPE, bytes: FILE_BYTES.length };
  const files = fileFields(route).map((name) => [name, file] as const);
  return { ...textFields(request), ...Object.fromEntries(files) };
}

/** `contentType` null: the body says it itself. */
export function bodyToSend(
  request: JsonObject,
  route: Route,
): { body: string | FormData; contentType: string | null } {
  if (route.body !== "multipart") {
    return { body: JSON.stringify(request), contentType: "application/json" };
  }
  const form = new FormData();
  for (const [name, text] of Object.entries(textFields(request))) form.set(name, text);
  for (const name of fileFields(route)) {
    form.set(name, new Blob([FILE_BYTES], { type: FILE_TYPE }), "recorded.bin");
  }
  return { body: form, contentType: null };
}

const FILE_TYPE = "application/octet-stream";
const FILE_BYTES = new Uint8Array(64);

function fileFields(route: Route): string[] {
  return FILES.flatMap(([endpoint, name]) => (endpoint.test(route.endpoint) ? [name] : []));
}

function textFields(request: JsonObject): Record<string, string> {
  const texts = Object.entries(request).filter(([, value]) => typeof value !== "object");
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
}
