/** The free routes that list a provider's models, alike for those that took them over from OpenAI. */
import type { Route } from "./dialect.ts";

/** A path's part that is a model's name: no slash, no percent escape, and never only dots. */
export const MODEL_NAME = "(?!\\.)[\\w.:@-]+";

/** `GET /{version}/models` and `GET /{version}/models/{model}`; `shown` is the version as logs show it. */
export function modelRoutes(version: string, shown: string = version): readonly Route[] {
  const free = { method: "GET", operation: "models", kind: "free" } as const;
  return [
    { ...free, pattern: new RegExp(`^/${version}/models$`), endpoint: `/${shown}/models` },
    {
      ...free,
      pattern: new RegExp(`^/${version}/models/${MODEL_NAME}$`),
      endpoint: `/${shown}/models/{model}`,
    },
  ];
}
