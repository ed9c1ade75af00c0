/** Every provider that the gateway speaks for, and what of each can be reached. */
import { anthropic } from "./anthropic/anthropic.ts";
import { bedrock } from "./bedrock/bedrock.ts";
import { cohere } from "./cohere/cohere.ts";
import { addedDialect } from "./compatible/added-dialect.ts";
import { PRESETS } from "./compatible/presets.ts";
import type { CompatibleSetting } from "./compatible/read-setting.ts";
import type { Dialect, Route } from "./dialect.ts";
import { exa } from "./exa/exa.ts";
import { firecrawl } from "./firecrawl/firecrawl.ts";
import { gemini } from "./gemini/gemini.ts";
import { vertex } from "./gemini/vertex.ts";
import { mistral } from "./mistral/mistral.ts";
import { azure } from "./openai/azure.ts";
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
  vertex,
  cohere,
  bedrock,
  ...PRESETS,
];

/** Those, and the ones that the operator added. Throws `invalid_request` where a setting cannot be one. */
export function allDialects(added: readonly CompatibleSetting[]): readonly Dialect[] {
  const all = [...DIALECTS];
  // Azure has no address of its own: it is there to be named by a setting.
  const forms = [...DIALECTS, azure];
  for (const setting of added) all.push(addedDialect(setting, { forms, taken: all }));
  return all;
}

/** `path` is the provider's own, without the query. null: it is not offered. */
export function findRoute(dialect: Dialect, method: string, path: string): Route | null {
  const found = dialect.routes.find((route) => route.method === method && route.pattern.test(path));
  return found ?? null;
}

/** Whose prices hold for the providers that have another's. */
export function pricedAsOf(dialects: readonly Dialect[]): ReadonlyMap<string, string> {
  return new Map(
    dialects.flatMap(({ provider, pricedAs }) =>
      pricedAs === undefined ? [] : [[provider, pricedAs] as const],
    ),
  );
}
