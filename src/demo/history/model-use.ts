/** What one call of a model uses and how long it takes, as the demo's history draws it. */
import type { CallScope } from "../../core/limits/limit.ts";
import { type Usage, usageOf } from "../../core/usage.ts";
import type { Seeded } from "./seeded.ts";

/** One of the things that a customer's application does. */
export interface ModelUse {
  readonly scope: CallScope;
  /** Against the others of the same customer. */
  readonly weight: number;
  /** Tokens of a middling call. */
  readonly input: number;
  readonly output: number;
  /** How much of the input the provider still knows from before. */
  readonly cached: number;
  /** How much of the output is thinking. */
  readonly reasoning: number;
  /** In place of tokens. */
  readonly unit?: "images" | "credits" | "requests";
  readonly streamed: boolean;
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  /** It came up so many days ago; left out: it was always there. */
  readonly sinceDays?: number;
}

type Said = Partial<Omit<ModelUse, "scope" | "weight">> & { readonly operation?: string };

/** `of` is provider/model; operation, sizes and speeds are usual ones unless said otherwise. */
export function uses(of: string, weight: number, said: Said = {}): ModelUse {
  const [provider = "", ...rest] = of.split("/");
  const { operation = OPERATIONS[provider] ?? "chat", ...more } = said;
  return {
    scope: { provider, model: rest.join("/"), operation },
    weight,
    input: 1_400,
    output: 420,
    cached: 0,
    reasoning: 0,
    streamed: more.unit === undefined && operation !== "embeddings",
    firstTokenMs: 420,
    tokensPerSecond: 140,
    ...more,
  };
}

const OPERATIONS: Readonly<Record<string, string>> = {
  anthropic: "messages",
  gemini: "generate",
  tavily: "search",
  serper: "search",
  exa: "search",
  firecrawl: "scrape",
  stability: "image",
};

export interface DrawnUse {
  readonly usage: Usage;
  readonly latencyMs: number;
  readonly firstTokenMs: number;
}

/** `size` makes all calls of a customer longer or shorter. */
export function drawUse(use: ModelUse, size: number, chance: Seeded): DrawnUse {
  const usage =
    use.unit === undefined ? drawTokens(use, size, chance) : drawUnits(use.unit, chance);
  const firstTokenMs = Math.round(use.firstTokenMs * chance.spread(0.5));
  const written = (usage.output ?? 0) + (usage.reasoning ?? 0);
  // Long answers are written no slower than short ones, but providers send them in larger pieces.
  const writingMs =
    (written / (use.tokensPerSecond * Math.max(1, size))) * 1_000 * chance.spread(0.25);
  return { usage, firstTokenMs, latencyMs: Math.round(firstTokenMs + writingMs) };
}

function drawTokens(use: ModelUse, size: number, chance: Seeded): Usage {
  const input = Math.round(use.input * size * chance.spread(0.8)) + 8;
  const output = Math.round(use.output * size * chance.spread(0.7));
  const cached = chance.next() < 0.6 ? Math.round(input * use.cached) : 0;
  const reasoning = Math.round(output * use.reasoning);
  return usageOf({
    input: input - cached,
    cache_read: cached,
    output: output - reasoning,
    reasoning,
  });
}

function drawUnits(unit: NonNullable<ModelUse["unit"]>, chance: Seeded): Usage {
  const most = { images: 2, credits: 3, requests: 1 }[unit];
  return usageOf({ [unit]: Math.max(1, Math.round(chance.next() * most)) });
}
