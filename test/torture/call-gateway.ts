/** A client calls a model through the gateway: once, whatever comes of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, jsonOf } from "./ask.ts";
import type { Client } from "./cast.ts";
import type { CallEntry, Tokens } from "./journal.ts";
import { payerOf } from "./payer.ts";
import type { Scene } from "./scene.ts";

const SHARE_STREAMED = 0.5;
const SHARE_LEAVING = 0.05;
const LEAVES_AFTER_BYTES = 400;
const WORDS_MOST = 60;
/** Who finds the server down tries a little later. */
const DOWN_MS = 100;

export async function callGateway(scene: Scene, client: Client): Promise<void> {
  const payer = payerOf(scene, client);
  const key = payer.isOwn ? client.key : scene.adminKey;
  const { end, eventId } = await callAs(scene, { customer: payer.customer, key }, client.random);
  if (end.kind === "cut" && eventId === null) await sleep(DOWN_MS);
}

/** One call of this customer; what came of it is in the journal and in the answer. */
export async function callAs(
  scene: Scene,
  as: { readonly customer: string; readonly key: string },
  random: () => number,
): Promise<CallEntry> {
  const { journal } = scene;
  const streamed = random() < SHARE_STREAMED;
  const nonce = journal.newName("model");
  const entry: CallEntry = {
    nonce,
    customer: as.customer,
    streamed,
    askedAt: Date.now(),
    eventId: null,
    end: { kind: "open" },
  };
  journal.calls.set(nonce, entry);
  const answer = await scene.asker.ask({
    url: `${scene.someUrl()}/openai/v1/chat/completions`,
    key: as.key,
    customer: as.customer,
    body: bodyOf(nonce, streamed, random),
    ...(streamed && random() < SHARE_LEAVING ? { hangUpAfterBytes: LEAVES_AFTER_BYTES } : {}),
  });
  entry.end = endOf(answer, entry, scene);
  if (entry.end.kind === "refused") journal.refused(as.customer);
  if (answer.status === 200) {
    entry.eventId = answer.requestId;
    journal.granted(as.customer);
  }
  return entry;
}

function bodyOf(model: string, streamed: boolean, random: () => number): unknown {
  return {
    model,
    max_completion_tokens: 64,
    messages: [{ role: "user", content: "word ".repeat(1 + Math.floor(random() * WORDS_MOST)) }],
    ...(streamed ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

function endOf(answer: Answer, entry: CallEntry, { journal }: Scene): CallEntry["end"] {
  if (answer.kind === "no answer") {
    journal.violate(`The call ${entry.nonce} had no answer: ${answer.why}`);
    return { kind: "cut" };
  }
  if (answer.kind !== "whole") return { kind: answer.kind };
  const { status, text, ms } = answer;
  if (status === 200) return endOfWhole(text, ms, entry, journal);
  const code = codeOf(text);
  if (status === 429) return { kind: "refused", code };
  if (status !== 503) journal.violate(`The call ${entry.nonce} was answered ${status}: ${text}`);
  return { kind: "unavailable" };
}

/** A 200 that ended well has the provider's usage in it: without it the answer was cut and looked whole. */
function endOfWhole(
  text: string,
  ms: number,
  entry: CallEntry,
  journal: Scene["journal"],
): CallEntry["end"] {
  const usage = entry.streamed ? usageOfStream(text) : tokensOf(jsonOf(text)["usage"]);
  if (usage !== null) return { kind: "answered", usage, ms };
  journal.violate(`The answer to ${entry.nonce} ended as if it were whole: ${text.slice(-300)}`);
  return { kind: "cut" };
}

function usageOfStream(text: string): Tokens | null {
  const events = text.split("\n\n").flatMap((event) => event.match(/^data: (.*)$/m)?.[1] ?? []);
  if (events.at(-1) !== "[DONE]") return null;
  const usages = events.map((event) => tokensOf(jsonOf(event)["usage"]));
  return usages.findLast((usage) => usage !== null) ?? null;
}

function tokensOf(usage: unknown): Tokens | null {
  if (typeof usage !== "object" || usage === null) return null;
  const { prompt_tokens: input, completion_tokens: output } = usage as Record<string, unknown>;
  return typeof input === "number" && typeof output === "number" ? { input, output } : null;
}

/** A refusal in the provider's own shape has our code in its `error`. */
function codeOf(text: string): string {
  const { error } = jsonOf(text);
  if (typeof error === "string") return error;
  const code = typeof error === "object" && error !== null ? { ...error } : {};
  return String("code" in code ? code.code : text.slice(0, 200));
}
