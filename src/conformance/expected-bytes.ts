/** The bytes of a recorded stream that a client must get: all, but for a usage chunk it had not asked for. */
import { isObject } from "../providers/read-json.ts";
import { parsed } from "./event-payloads.ts";

/** One event and the blank line that ends it; what follows the last of them stands alone. */
const EVENT = /[\s\S]*?(?:\r\n\r\n|\n\n|\r\r)|[\s\S]+$/g;

/** Bytes as latin1, so that no character can be cut or changed. */
export function expectedBytes(body: Buffer, stripsUsage: boolean): Buffer {
  if (!stripsUsage) return body;
  const events = body.toString("latin1").match(EVENT) ?? [];
  return Buffer.from(events.filter((event) => !isUsageChunk(event)).join(""), "latin1");
}

function isUsageChunk(event: string): boolean {
  const json = parsed(/^data:(.*)$/m.exec(event)?.[1] ?? "");
  if (!isObject(json) || !isObject(json["usage"])) return false;
  const choices = json["choices"];
  return Array.isArray(choices) && choices.length === 0;
}
