/** Reads a line of the results of an Anthropic message batch. */
import { type BatchLine, parseLine } from "../batch-total.ts";
import { objectIn, textIn } from "../read-json.ts";
import { readMessage } from "./read-usage.ts";

/**
 * Lines that errored, expired or were cancelled are not billed (docs.anthropic.com, "Message Batches"). null: an empty
 * line. Throws `invalid_request` where the line is no JSON object.
 */
export function readBatchLine(line: string): BatchLine | null {
  const json = parseLine(line);
  if (json === null) return null;
  const result = objectIn(json, "result");
  const succeeded = textIn(result, "type") === "succeeded";
  const reading = readMessage(objectIn(result, "message"), undefined);
  return {
    customId: textIn(json, "custom_id") ?? "",
    succeeded,
    reading: { ...reading, ...(succeeded ? {} : { usage: {} }), tier: "batch" },
  };
}
