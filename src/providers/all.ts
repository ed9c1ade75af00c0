/** Every provider that the gateway speaks for, and what of each can be reached. */
import { anthropic } from "./anthropic/anthropic.ts";
import type { Dialect, Route } from "./dialect.ts";
import { exa } from "./exa/exa.ts";
import { firecrawl } from "./firecrawl/firecrawl.ts";
import { gemini } from "./gemini/gemini.ts";
import { mistral } from "./mistral/mistral.ts";
import { openai } from "./openai/openai.ts";
import { serper } from "./serper/serper.ts";
import { stability } from "./stability/stability.ts";
import { tavily } from "./tavily/tavily.ts";

export const DIALECTS: readonly Dialect[] = [
  openai,
  anthropic,
  gemini,
  mistral,
  tavily,
  serper,
  exa,
  firecrawl,
  stability,
];

/**
 * `path` is the provider's own, without the query. null: it is not offered. Work that is told later is not, until its
 * hold is settled by a job that asks for it, and its id is known to be its owner's.
 */
export function findRoute(dialect: Dialect, method: string, path: string): Route | null {
  const found = dialect.routes.find(
    (route) => route.method === method && route.pattern.test(path) && route.deferred === undefined,
  );
  return found ?? null;
}
