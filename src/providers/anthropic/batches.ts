/** Anthropic's message batches: held as the sum of their requests, and asked for until they have ended. */
import { invalidField } from "../../core/errors.ts";
import { DAY_MS, HOUR_MS } from "../../core/instant.ts";
import { BatchFacts } from "../batch-facts.ts";
import type { LaterWork, RequestFacts, Route } from "../dialect.ts";
import { type JsonObject, objectIn, textIn } from "../read-json.ts";
import { routeAt } from "../unit-priced.ts";
import { readBatchLine } from "./read-batch.ts";

const BATCHES = "/v1/messages/batches";
const FREE = { operation: "batch", kind: "free" } as const;

/** Asking for one is free, and only its owner may. There is no list: it would show everybody's. */
export const BATCH_ROUTES: readonly Route[] = [
  routeAt(BATCHES, { operation: "batch", deferred: "starts", creates: { id: "batch" } }),
  routeAt(`${BATCHES}/{id}`, { ...FREE, method: "GET", deferred: "tells" }),
  routeAt(`${BATCHES}/{id}/results`, { ...FREE, method: "GET", answer: "binary" }),
  routeAt(`${BATCHES}/{id}/cancel`, { ...FREE, deferred: "tells" }),
  routeAt(`${BATCHES}/{id}`, { ...FREE, method: "DELETE" }),
];

/** `readParams` reads one of its requests. Throws `invalid_request`, with its number, where one cannot be metered. */
export function readBatch(
  body: JsonObject,
  readParams: (params: JsonObject) => RequestFacts,
): RequestFacts {
  const { requests } = body;
  if (!Array.isArray(requests)) throw invalidField("requests", "must be a list.");
  const sum = new BatchFacts();
  for (const [index, request] of requests.entries()) {
    const params = objectIn(request, "params");
    if (params === undefined) throw invalidField(`requests.${index}.params`, "must be an object.");
    sum.add(readParams(params));
  }
  return sum.total();
}

export function later(route: Route): LaterWork | null {
  return route.endpoint === BATCHES ? BATCH : null;
}

/** A batch ends within 24 hours (docs.anthropic.com, "Batch processing"); what was not answered by then has expired. */
const BATCH: LaterWork = {
  withinMs: DAY_MS + HOUR_MS,
  path: (id) => `${BATCHES}/${id}`,
  read(json) {
    if (textIn(json, "processing_status") !== "ended") return { kind: "running" };
    return { kind: "lines", paths: [`${BATCHES}/${textIn(json, "id") ?? ""}/results`] };
  },
  readLine: (line) => readBatchLine(line),
};

const RESULTS_URL = /("results_url"\s*:\s*")[^"]*?(\/v1\/messages\/batches\/[^"]*")/;

/** SDKs ask the address in `results_url`, and would take our key there: made relative, it is their own base's. */
export function withOwnUrls(text: string): string {
  return text.replace(RESULTS_URL, "$1$2");
}
