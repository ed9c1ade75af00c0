/** What OpenAI keeps: stored and background responses, files, and batches that end when they are asked for twice. */
import { randomUUID } from "node:crypto";
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";
import type { PromptCache } from "./compose.ts";
import { chatAnswer } from "./openai-chat.ts";
import { embeddingsAnswer, responsesAnswer } from "./openai-responses.ts";
import { fieldOf, jsonWire, linesWire, type Wire } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

interface Kept {
  /** What asking for it answers, and once it is over. */
  now: Json;
  readonly end: () => Json;
  asksLeft: number;
}

/** Work that is asked for is over at the second time. */
const ASKS_BEFORE_END = 1;

export class OpenaiShelf {
  readonly #kept = new Map<string, Kept>();
  readonly #files = new Map<string, { json: Json; content: string }>();

  /** null: not an address of these, or nothing of that name. */
  answer(request: SimulatedRequest, behaviour: Behaviour, cache: PromptCache): Wire | null {
    const { method, path } = request;
    const [, part = "", id = "", verb = ""] =
      /\/openai\/v1\/(responses|files|batches)(?:\/([\w-]+))?(?:\/(\w+))?$/.exec(path) ?? [];
    if (part === "") return null;
    if (method === "POST" && id === "") return this.#make(part, request, behaviour, cache);
    if (part === "files") return this.#file(method, id, verb);
    const kept = this.#kept.get(id);
    if (kept === undefined) return null;
    if (method === "DELETE") {
      this.#kept.delete(id);
      return jsonWire({ id, object: `${part.slice(0, -1)}.deleted`, deleted: true });
    }
    if (verb === "cancel") kept.now = { ...kept.now, status: "cancelled" };
    else this.#ask(kept);
    return jsonWire(verb === "input_items" ? { object: "list", data: [] } : kept.now);
  }

  #ask(kept: Kept): void {
    const isRunning = ["queued", "in_progress"].includes(String(kept.now["status"]));
    if (!isRunning) return;
    kept.now = kept.asksLeft === 0 ? kept.end() : { ...kept.now, status: "in_progress" };
    kept.asksLeft -= 1;
  }

  #make(
    part: string,
    request: SimulatedRequest,
    behaviour: Behaviour,
    cache: PromptCache,
  ): Wire | null {
    if (part === "files") return this.#upload(request);
    if (part === "batches") return this.#batch(request, behaviour, cache);
    const wire = responsesAnswer(request, behaviour, cache);
    if (wire.streamed || fieldOf(request.json, "store") === false) return wire;
    const response = { ...contentOf(wire), id: `resp_sim_${randomUUID()}` };
    if (fieldOf(request.json, "background") !== true) {
      this.#keep(response.id, { now: response, end: () => response });
      return jsonWire(response);
    }
    const now = { ...response, background: true, status: "queued", output: [], usage: null };
    this.#keep(response.id, { now, end: () => ({ ...response, background: true }) });
    return jsonWire(now);
  }

  #keep(id: string, of: Pick<Kept, "now" | "end">): void {
    this.#kept.set(id, { ...of, asksLeft: ASKS_BEFORE_END });
  }

  #upload(request: SimulatedRequest): Wire {
    const id = `file-sim-${randomUUID()}`;
    const content = request.file ?? "";
    const purpose = fieldOf(request.fields, "purpose");
    const json = { id, object: "file", bytes: content.length, filename: "upload", purpose };
    this.#files.set(id, { json, content });
    return jsonWire(json);
  }

  #file(method: string, id: string, verb: string): Wire | null {
    const file = this.#files.get(id);
    if (file === undefined) return null;
    if (method === "DELETE") {
      this.#files.delete(id);
      return jsonWire({ id, object: "file", deleted: true });
    }
    return verb === "content" ? linesWire(file.content) : jsonWire(file.json);
  }

  #batch(request: SimulatedRequest, behaviour: Behaviour, cache: PromptCache): Wire | null {
    const input = this.#files.get(String(fieldOf(request.json, "input_file_id")));
    if (input === undefined) return null;
    const endpoint = String(fieldOf(request.json, "endpoint"));
    const id = `batch_sim_${randomUUID()}`;
    const now = {
      id,
      object: "batch",
      endpoint,
      input_file_id: fieldOf(request.json, "input_file_id"),
      completion_window: "24h",
      status: "in_progress",
      output_file_id: null,
      error_file_id: null,
    };
    this.#keep(id, {
      now,
      end: () => {
        const lines = input.content.split("\n").filter((line) => line.trim() !== "");
        const content = lines
          .map((line) => resultOf(line, { request, behaviour, cache }))
          .join("\n");
        const output = `file-sim-${randomUUID()}`;
        const json = { id: output, object: "file", bytes: content.length, purpose: "batch_output" };
        this.#files.set(output, { json, content });
        return { ...now, status: "completed", output_file_id: output };
      },
    });
    return jsonWire(now);
  }
}

/** A line of a batch's results. A model named `…-fails` fails. */
function resultOf(
  line: string,
  by: { request: SimulatedRequest; behaviour: Behaviour; cache: PromptCache },
): string {
  const asked: unknown = JSON.parse(line);
  const json = { ...(fieldOf(asked, "body") as object) };
  const path = String(fieldOf(asked, "url"));
  const body = Buffer.from(JSON.stringify(json));
  const model = String(fieldOf(json, "model"));
  const one = { ...by.request, path, json, fields: json, body, model };
  const custom_id = fieldOf(asked, "custom_id");
  const isFailed = fieldOf(json, "user") === "fails";
  const response = isFailed
    ? { status_code: 400, body: { error: { message: "simulated failure" } } }
    : { status_code: 200, body: contentOf(answerOf(one, by)) };
  return JSON.stringify({ id: `batch_req_${randomUUID()}`, custom_id, response, error: null });
}

function answerOf(
  request: SimulatedRequest,
  { behaviour, cache }: { behaviour: Behaviour; cache: PromptCache },
): Wire {
  if (request.path.endsWith("/embeddings")) return embeddingsAnswer(request, behaviour, cache);
  if (request.path.endsWith("/responses")) return responsesAnswer(request, behaviour, cache);
  return chatAnswer("openai", request, behaviour, cache);
}

function contentOf(wire: Wire): Json {
  const json: unknown = JSON.parse(String(wire.pieces[0]));
  return typeof json === "object" && json !== null ? { ...json } : {};
}
