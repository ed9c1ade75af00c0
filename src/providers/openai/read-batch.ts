/** Reads a line of an OpenAI batch's output file. */
import { invalidField } from "../../core/errors.ts";
import { type BatchLine, parseLine } from "../batch-total.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { isObject, objectIn, textIn } from "../read-json.ts";
import { readUsage } from "./read-usage.ts";
import { ALL_ADDRESSES, openaiRoutes } from "./works.ts";

const ROUTES = openaiRoutes({ pattern: "/v1", endpoint: "/v1" }, ALL_ADDRESSES);

/**
 * `endpoint` is the batch's own, such as `/v1/responses`: a line's usage has that endpoint's names. null: an empty
 * line. Throws `invalid_request` where the line is no JSON object, or the endpoint is none of ours.
 */
export function readBatchLine(line: string, endpoint: string): BatchLine | null {
  const json = parseLine(line);
  if (json === null) return null;
  const response = objectIn(json, "response");
  const status = response?.["status_code"];
  return {
    customId: textIn(json, "custom_id") ?? "",
    succeeded: typeof status === "number" && status < 400,
    reading: { ...readLine(response?.["body"], endpoint), tier: "batch" },
  };
}

/** A line that failed may have no usage, and was not billed then. */
function readLine(body: unknown, endpoint: string): UsageReading {
  const route = routeOf(endpoint);
  const reading = readUsage(route, body);
  const isFree =
    reading.usage === null && (objectIn(body, "error") !== undefined || !isObject(body));
  return isFree ? { ...reading, usage: {} } : reading;
}

function routeOf(endpoint: string): Route {
  const route = ROUTES.find((one) => one.endpoint === endpoint);
  if (route === undefined) throw invalidField("endpoint", "must be one that batches can have.");
  return route;
}
