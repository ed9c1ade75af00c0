/** Every provider that the gateway speaks for, and what of each can be reached. */
import { anthropic } from "./anthropic/anthropic.ts";
import type { Dialect, Route } from "./dialect.ts";
import { gemini } from "./gemini/gemini.ts";
import { mistral } from "./mistral/mistral.ts";
import { openai } from "./openai/openai.ts";

export const DIALECTS: readonly Dialect[] = [openai, anthropic, gemini, mistral];

/** `path` is the provider's own, without the query. null: it is not offered. */
export function findRoute(dialect: Dialect, method: string, path: string): Route | null {
  return (
    dialect.routes.find((route) => route.method === method && route.pattern.test(path)) ?? null
  );
}
