/** Anthropic's message batches, which end when they are asked for twice. */
import { randomUUID } from "node:crypto";
import { messagesAnswer } from "./anthropic-messages.ts";
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";
import type { PromptCache } from "./compose.ts";
import { fieldOf, jsonWire, linesWire, type Wire } from "./wire.ts";

interface Batch {
  readonly json: Readonly<Record<string, unknown>>;
  readonly results: string;
  state: "in_progress" | "ended";
  asksLeft: number;
}

const PATH = /\/v1\/messages\/batches(?:\/([\w-]+))?(?:\/(\w+))?$/;
const ASKS_BEFORE_END = 1;

export class AnthropicShelf {
  readonly #batches = new Map<string, Batch>();

  /** null: not an address of these, or nothing of that name. */
  answer(request: SimulatedRequest, behaviour: Behaviour, cache: PromptCache): Wire | null {
    const [found, id, verb] = PATH.exec(request.path) ?? [];
    if (found === undefined) return null;
    if (id === undefined) return this.#make(request, behaviour, cache);
    const batch = this.#batches.get(id);
    if (batch === undefined) return null;
    if (request.method === "DELETE") {
      this.#batches.delete(id);
      return jsonWire({ id, type: "message_batch_deleted" });
    }
    if (verb === "results") return batch.state === "ended" ? linesWire(batch.results) : null;
    if (verb === "cancel" || batch.asksLeft === 0) batch.state = "ended";
    batch.asksLeft -= 1;
    return jsonWire(shown(batch, request.path.replace(/\/cancel$/, "")));
  }

  #make(request: SimulatedRequest, behaviour: Behaviour, cache: PromptCache): Wire {
    const id = `msgbatch_sim_${randomUUID().replaceAll("-", "")}`;
    const requests = fieldOf(request.json, "requests");
    const lines = (Array.isArray(requests) ? requests : []).map((one: unknown) =>
      resultOf(one, { request, behaviour, cache }),
    );
    const batch: Batch = {
      json: { id, type: "message_batch", created_at: "2026-01-01T00:00:00Z" },
      results: lines.join("\n"),
      state: "in_progress",
      asksLeft: ASKS_BEFORE_END,
    };
    this.#batches.set(id, batch);
    return jsonWire(shown(batch, `${request.path}/${id}`));
  }
}

function shown({ json, state }: Batch, path: string): object {
  const results = state === "ended" ? `https://api.anthropic.example${path}/results` : null;
  return { ...json, processing_status: state, results_url: results };
}

/** A request with `metadata.user_id` "fails" expires. */
function resultOf(
  asked: unknown,
  by: { request: SimulatedRequest; behaviour: Behaviour; cache: PromptCache },
): string {
  const json = { ...(fieldOf(asked, "params") as object) };
  const custom_id = fieldOf(asked, "custom_id");
  if (fieldOf(fieldOf(json, "metadata"), "user_id") === "fails") {
    return JSON.stringify({ custom_id, result: { type: "expired" } });
  }
  const body = Buffer.from(JSON.stringify(json));
  const one = { ...by.request, json, fields: json, body, model: String(fieldOf(json, "model")) };
  const message: unknown = JSON.parse(
    String(messagesAnswer(one, by.behaviour, by.cache).pieces[0]),
  );
  return JSON.stringify({ custom_id, result: { type: "succeeded", message } });
}
