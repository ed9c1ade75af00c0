/** OpenAI's work that is answered later: background responses and batches. */
import { DAY_MS } from "../../core/instant.ts";
import type { LaterWork, Route } from "../dialect.ts";
import { textIn } from "../read-json.ts";
import { readUsage } from "./read-usage.ts";

/** null: answered at once, unless the request asked for the background. */
export function later(route: Route): LaterWork | null {
  if (route.endpoint === "/v1/responses") return backgroundResponse(route);
  return null;
}

const RUNNING: ReadonlySet<string | undefined> = new Set(["queued", "in_progress"]);

function backgroundResponse(route: Route): LaterWork {
  return {
    withinMs: DAY_MS,
    path: (id) => `/v1/responses/${id}`,
    read(json) {
      const status = textIn(json, "status");
      if (status === undefined || RUNNING.has(status)) return { kind: "running" };
      const reading = readUsage(route, json);
      const isFree = reading.usage === null && (status === "failed" || status === "cancelled");
      // One that ended without an answer and says nothing of usage is not billed.
      return { kind: "over", reading: isFree ? { ...reading, usage: {} } : reading };
    },
  };
}
