/** A simulated AI provider: a real HTTP server that speaks four providers' APIs, for the demo, tests and benchmarks. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { messagesAnswer } from "./simulated/anthropic-messages.ts";
import {
  type Behaviour,
  behaviourOfModel,
  type Script,
  type SimulatedRequest,
} from "./simulated/behaviour.ts";
import type { PromptCache } from "./simulated/compose.ts";
import { generateAnswer } from "./simulated/gemini-generate.ts";
import { AnthropicShelf } from "./simulated/kept-anthropic.ts";
import { OpenaiShelf } from "./simulated/kept-openai.ts";
import { chatAnswer } from "./simulated/openai-chat.ts";
import { mediaAnswer } from "./simulated/openai-media.ts";
import { embeddingsAnswer, responsesAnswer } from "./simulated/openai-responses.ts";
import { type Delays, sendWire } from "./simulated/send.ts";
import { fieldOf, jsonWire, type Wire } from "./simulated/wire.ts";

export interface SimulatedProvider {
  /** Where it listens, e.g. `http://127.0.0.1:41234`; each API is under its provider's name. */
  readonly url: string;
  /** Where one provider's API is: what `PURSER_UPSTREAM_<PROVIDER>` is set to. */
  upstream(provider: "openai" | "anthropic" | "gemini" | "mistral"): string;
  /** What reached it, oldest first; the last 10,000. */
  readonly requests: readonly SimulatedRequest[];
  close(): Promise<void>;
}

/** What a provider remembers between requests. */
interface Memory {
  readonly prompts: PromptCache;
  /** Models that have refused once. */
  readonly refused: Set<string>;
  readonly openai: OpenaiShelf;
  readonly anthropic: AnthropicShelf;
}

const REALISTIC: Delays = { firstMs: 120, betweenMs: 12 };
const REQUESTS_KEPT = 10_000;
const MODELS = ["gpt-4o-mini", "claude-sonnet-4-5", "gemini-2.5-flash", "mistral-small-latest"];

/** Listens on 127.0.0.1, on a free port unless `port` names one. `script` tells it to misbehave, request by request. */
export async function startSimulatedProvider(
  options: { port?: number; delays?: Delays; script?: Script } = {},
): Promise<SimulatedProvider> {
  const requests: SimulatedRequest[] = [];
  const memory: Memory = {
    prompts: new Set(),
    refused: new Set(),
    openai: new OpenaiShelf(),
    anthropic: new AnthropicShelf(),
  };
  const server = createServer((incoming, response) => {
    receive(incoming)
      .then((request) => {
        if (requests.length >= REQUESTS_KEPT) requests.shift();
        requests.push(request);
        const byName = behaviourOfModel(request.model, memory.refused);
        const behaviour = { ...byName, ...options.script?.(request) };
        return respond(request, response, behaviour, options.delays ?? REALISTIC, memory);
      })
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`;
  return {
    url,
    upstream: (provider) => `${url}/${provider}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(incoming: IncomingMessage): Promise<SimulatedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const url = new URL(incoming.url ?? "/", "http://simulated");
  const json = parsed(body);
  const form = await formOf(body, incoming.headers["content-type"]);
  const fields = json ?? form.fields;
  const inPath = /\/models\/([^/:]+):/.exec(url.pathname)?.[1];
  const inBody = fieldOf(fields, "model");
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
    json,
    fields,
    ...(form.file === undefined ? {} : { file: form.file }),
    model: inPath ?? (typeof inBody === "string" ? inBody : ""),
  };
}

async function respond(
  request: SimulatedRequest,
  response: ServerResponse,
  behaviour: Behaviour,
  delays: Delays,
  memory: Memory,
): Promise<void> {
  response.setHeader("x-simulated-provider", "purser");
  response.setHeader("x-request-id", `req_sim_${request.body.length}`);
  // What real providers send, and what must not reach a client of the operator.
  response.setHeader("x-ratelimit-remaining-requests", "9999");
  response.setHeader("openai-organization", "operators-own");
  response.setHeader("set-cookie", "session=operators-own");
  if (behaviour.hang) return;
  const waitMs = behaviour.waitMs ?? delays.firstMs;
  if (waitMs > 0) await sleep(waitMs);
  await behaviour.waitFor;
  if (response.destroyed) return;
  if (behaviour.raw !== undefined) {
    const { status, headers, body } = behaviour.raw;
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    return;
  }
  const wire = answerTo(request, behaviour, memory);
  response.statusCode = wire === null ? 404 : 200;
  const notFound = jsonWire({ error: { message: "The simulated provider has no such address." } });
  await sendWire(response, wire ?? notFound, behaviour, delays);
}

function answerTo(
  request: SimulatedRequest,
  behaviour: Behaviour,
  { prompts, openai, anthropic }: Memory,
): Wire | null {
  const { method, path } = request;
  const kept =
    openai.answer(request, behaviour, prompts) ?? anthropic.answer(request, behaviour, prompts);
  if (kept !== null) return kept;
  if (method !== "POST" && !path.includes("/models")) return null;
  if (method === "GET" && /\/models(\/[^/]+)?$/.test(path)) return modelsAnswer(path);
  if (path.endsWith("/mistral/v1/chat/completions"))
    return chatAnswer("mistral", request, behaviour, prompts);
  if (path.endsWith("/v1/chat/completions"))
    return chatAnswer("openai", request, behaviour, prompts);
  if (path.endsWith("/v1/responses")) return responsesAnswer(request, behaviour, prompts);
  if (path.endsWith("/v1/embeddings")) return embeddingsAnswer(request, behaviour, prompts);
  if (path.endsWith("/v1/messages")) return messagesAnswer(request, behaviour, prompts);
  if (/:(stream)?[gG]enerateContent$/.test(path))
    return generateAnswer(request, behaviour, prompts);
  return mediaAnswer(request, behaviour);
}

/** Each provider's list has the shape that its own SDK reads. */
function modelsAnswer(path: string): Wire {
  const gemini = path.includes("/v1beta/");
  const entry = (id: string) =>
    gemini
      ? { name: `models/${id}`, displayName: `${id} (simulated)` }
      : {
          id,
          object: "model",
          type: "model",
          display_name: `${id} (simulated)`,
          created: 1_700_000_000,
          owned_by: "simulated",
        };
  const one = /\/models\/([^/]+)$/.exec(path)?.[1];
  if (one !== undefined) return jsonWire(entry(one));
  const all = MODELS.map(entry);
  return jsonWire(gemini ? { models: all } : { object: "list", data: all, has_more: false });
}

/** The text fields of a multipart body, and what its first file holds. */
async function formOf(
  body: Buffer,
  contentType: string | undefined,
): Promise<{ fields: Readonly<Record<string, unknown>> | null; file?: string }> {
  if (contentType?.startsWith("multipart/form-data") !== true) return { fields: null };
  const response = new Response(new Uint8Array(body), { headers: { "content-type": contentType } });
  const entries = [...(await response.formData())];
  const fields = Object.fromEntries(entries.filter(([, value]) => typeof value === "string"));
  for (const [, value] of entries) {
    if (typeof value !== "string") return { fields, file: await value.text() };
  }
  return { fields };
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const json: unknown = JSON.parse(body.toString("utf8"));
    return typeof json === "object" && json !== null ? { ...json } : null;
  } catch {
    return null;
  }
}
