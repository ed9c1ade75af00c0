/** Finds the last thing a provider said of its usage in an answer, unprocessed; none of the meter's code is in it. */
import { firstIn, isObject, type JsonObject, objectIn, textIn } from "../providers/read-json.ts";
import { payloadsOf } from "./event-payloads.ts";
import type { Recording } from "./recording.ts";

/** Objects of a payload that may hold the usage beside the payload itself. */
const HOLDERS = ["response", "message", "x_groq", "delta", "metadata", "interaction", "data"];
const NAMES = ["usage", "usageMetadata", "usage_metadata", "usage_info"];
/** Providers paid by the unit say what they took in a field of its own. */
const UNIT_FIELDS = ["creditsUsed", "credits", "costDollars"];

/** null: the answer says nothing of its usage. */
export function lastWordOf(recording: Recording): JsonObject | null {
  if (recording.keptUsage !== null) return recording.keptUsage;
  let last: JsonObject | null = null;
  for (const payload of payloadsOf(recording)) {
    const said = usageIn(payload);
    if (said === null) continue;
    // A later word replaces an earlier one; Anthropic's `message_delta` leaves out what `message_start` said for good.
    last = textIn(payload, "type") === "message_delta" ? Object.assign({}, last, said) : said;
  }
  return last;
}

function usageIn(payload: JsonObject): JsonObject | null {
  const beside = HOLDERS.map((name) => objectIn(payload, name));
  const holders = [payload, ...beside.filter((holder) => holder !== undefined)];
  for (const holder of holders) {
    const usage = firstIn(holder, NAMES);
    if (isObject(usage) && Object.keys(usage).length > 0) return usage;
  }
  const billed = objectIn(objectIn(payload, "meta"), "billed_units");
  if (billed !== undefined) return { billed_units: billed };
  return unitsIn(holders);
}

function unitsIn(holders: readonly JsonObject[]): JsonObject | null {
  for (const holder of holders) {
    const fields = UNIT_FIELDS.filter((name) => holder[name] !== undefined);
    if (fields.length > 0) return Object.fromEntries(fields.map((name) => [name, holder[name]]));
  }
  return null;
}
