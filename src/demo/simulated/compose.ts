/** Composes what a simulated model answers, and counts truthfully what that used. */
import { createHash } from "node:crypto";
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";

export interface Composed {
  /** One piece is one token of output. Every answer begins by saying that it is simulated. */
  readonly pieces: readonly string[];
  readonly finish: "stop" | "length";
  readonly inputTokens: number;
  /** Part of the input tokens. */
  readonly cachedTokens: number;
  /** Beside the pieces. */
  readonly reasoningTokens: number;
  /** Names this answer; the same request gets the same one. */
  readonly id: string;
}

export interface Wishes {
  readonly maxTokens: number | null;
  readonly reasoningTokens: number;
  /** Does this provider cache a prompt of this request? */
  readonly mayCache: boolean;
}

const LABEL = ["This", " answer", " is", " simulated", " by", " Purser", "."];
const WORDS = " the call was held, forwarded, metered, priced, settled and counted".split(/(?= )/);
const TOKENS_LEAST = 16;
const TOKENS_SPREAD = 48;
const CHARACTERS_A_TOKEN = 4;
/** Providers cache prompts of at least this many tokens, in blocks. */
const CACHED_LEAST = 1_024;
const CACHE_BLOCK = 128;
const PROMPTS_REMEMBERED = 10_000;

/** Remembers prompts, as a provider's cache does. */
export type PromptCache = Set<string>;

export function compose(
  request: SimulatedRequest,
  wishes: Wishes,
  behaviour: Behaviour,
  cache: PromptCache,
): Composed {
  const digest = createHash("sha256").update(request.path).update(request.body).digest();
  const inputTokens = Math.max(1, Math.ceil(charactersOf(request.json) / CHARACTERS_A_TOKEN));
  const wanted = behaviour.outputTokens ?? TOKENS_LEAST + (digest.readUInt32BE(0) % TOKENS_SPREAD);
  const most = wishes.maxTokens ?? Number.POSITIVE_INFINITY;
  const reasoningTokens = Math.min(wishes.reasoningTokens, Math.max(0, most - 1));
  const written = Math.min(wanted, most - reasoningTokens);
  return {
    pieces: Array.from({ length: written }, (_, index) => pieceAt(index)),
    finish: written < wanted ? "length" : "stop",
    inputTokens,
    cachedTokens: wishes.mayCache ? cachedOf(inputTokens, digest.toString("hex"), cache) : 0,
    reasoningTokens,
    id: digest.toString("hex").slice(0, 24),
  };
}

/** What a usage field says: the truth, unless the provider is told to misbehave. */
export function said(count: number, behaviour: Behaviour): number | string {
  return behaviour.usageSaid ?? count;
}

function pieceAt(index: number): string {
  return LABEL[index] ?? WORDS[index % WORDS.length] ?? "";
}

/** Not text: what only names something, and pictures. */
const NO_TEXT = new Set(["model", "role", "data", "url", "image_url"]);

/** All text in a request. */
function charactersOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + charactersOf(item), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => (NO_TEXT.has(key) ? sum : sum + charactersOf(item)),
    0,
  );
}

function cachedOf(inputTokens: number, prompt: string, cache: PromptCache): number {
  if (inputTokens < CACHED_LEAST) return 0;
  if (cache.has(prompt)) return inputTokens - (inputTokens % CACHE_BLOCK);
  if (cache.size >= PROMPTS_REMEMBERED) cache.clear();
  cache.add(prompt);
  return 0;
}
