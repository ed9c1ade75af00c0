/** OpenAI's work that is answered later: background responses and batches. */
import { DAY_MS, HOUR_MS } from "../../core/instant.ts";
import type { LaterWork, Route } from "../dialect.ts";
import { textIn } from "../read-json.ts";
import { readBatchLine } from "./read-batch.ts";
import { readUsage } from "./read-usage.ts";

/** null: answered at once, unless the request asked for the background. */
export function later(route: Route): LaterWork | null {
  if (route.endpoint === "/v1/responses") return backgroundResponse(route);
  if (route.operation === "batch") return BATCH;
  return null;
}

/** In any other state, also one that nobody knows yet, it may still be answered. */
const RESPONSE_ENDED = new Set(["completed", "incomplete", "failed", "cancelled"]);

/** A window of 24 hours, and what it may take to write the results after it. */
const BATCH_MS = DAY_MS + 2 * HOUR_MS;
const BATCH_ENDED: ReadonlySet<string | undefined> = new Set([
  "completed",
  "failed",
  "expired",
  "cancelled",
]);

/** What was answered before a batch expired or was cancelled is billed, and is in its output file all the same. */
const BATCH: LaterWork = {
  withinMs: BATCH_MS,
  path: (id) => `/v1/batches/${id}`,
  read(json) {
    if (!BATCH_ENDED.has(textIn(json, "status"))) return { kind: "running" };
    const files = ["output_file_id", "error_file_id"].flatMap((key) => textIn(json, key) ?? []);
    return { kind: "lines", paths: files.map((id) => `/v1/files/${id}/content`) };
  },
  readLine: (line, json) => readBatchLine(line, textIn(json, "endpoint") ?? ""),
};

function backgroundResponse(route: Route): LaterWork {
  return {
    withinMs: DAY_MS,
    path: (id) => `/v1/responses/${id}`,
    read(json) {
      const status = textIn(json, "status");
      if (status === undefined || !RESPONSE_ENDED.has(status)) return { kind: "running" };
      const reading = readUsage(route, json);
      const isFree = reading.usage === null && (status === "failed" || status === "cancelled");
      // One that ended without an answer and says nothing of usage is not billed.
      return { kind: "over", reading: isFree ? { ...reading, usage: {} } : reading };
    },
  };
}
