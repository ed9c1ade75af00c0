/** Gemini's addresses: its own methods, on Google's two services, and its OpenAI-compatible ones. */
import type { Route } from "../dialect.ts";
import { MODEL_NAME } from "../model-routes.ts";
import { openaiRoutes } from "../openai/works.ts";

type Method = Pick<Route, "operation" | "kind"> & { readonly models: string };

const METHODS: Readonly<Record<string, Method>> = {
  generateContent: { operation: "generate", kind: "metered", models: MODEL_NAME },
  streamGenerateContent: { operation: "generate", kind: "metered", models: MODEL_NAME },
  embedContent: { operation: "embeddings", kind: "metered", models: MODEL_NAME },
  batchEmbedContents: { operation: "embeddings", kind: "metered", models: MODEL_NAME },
  countTokens: { operation: "count_tokens", kind: "free", models: MODEL_NAME },
  // The one method does whatever its model does, so only models are taken whose usage can be read.
  predict: { operation: "image", kind: "metered", models: "imagen-[\\w.@-]+" },
};

/** `pattern`: a regular expression of what stands before `/models/`, `endpoint` the same as words. */
export function methodRoutes(before: { pattern: string; endpoint: string }): readonly Route[] {
  return Object.entries(METHODS).map(([name, { operation, kind, models }]) => ({
    method: "POST",
    pattern: new RegExp(`^${before.pattern}/models/${models}:${name}$`),
    endpoint: `${before.endpoint}/models/{model}:${name}`,
    operation,
    kind,
  }));
}

/** Vertex embeds older models' texts by its general method. */
export function predictedEmbeddings(before: { pattern: string; endpoint: string }): Route {
  return {
    method: "POST",
    pattern: new RegExp(`^${before.pattern}/models/[\\w.-]*embedding[\\w.@-]*:predict$`),
    endpoint: `${before.endpoint}/models/{embedding model}:predict`,
    operation: "embeddings",
    kind: "metered",
  };
}

export const COMPATIBLE_ROUTES = openaiRoutes(
  { pattern: "/v1beta/openai", endpoint: "/v1beta/openai" },
  ["/chat/completions", "/embeddings"],
);

/** Is it one of the addresses that speak OpenAI's dialect? */
export function isCompatible(route: Route): boolean {
  return route.endpoint.includes("/openai/");
}
