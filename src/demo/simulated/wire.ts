/** What a simulated answer is on the wire, and how to read fields of a request. */

/** Either one JSON body, or a stream in pieces that are sent one by one. */
export interface Wire {
  readonly contentType: string;
  readonly pieces: readonly (string | Uint8Array)[];
  readonly streamed: boolean;
}

export function jsonWire(body: unknown): Wire {
  return { contentType: "application/json", pieces: [JSON.stringify(body)], streamed: false };
}

export function streamWire(pieces: readonly string[]): Wire {
  return { contentType: "text/event-stream; charset=utf-8", pieces, streamed: true };
}

/** A file of lines, as its bytes are. */
export function linesWire(content: string): Wire {
  return { contentType: "application/octet-stream", pieces: [content], streamed: false };
}

/** A picture or a sound, in a few pieces. */
export function binaryWire(contentType: string, bytes: Buffer): Wire {
  const third = Math.ceil(bytes.length / 3);
  const pieces = [0, 1, 2].map((index) => bytes.subarray(index * third, (index + 1) * third));
  return { contentType, pieces, streamed: true };
}

export function dataEvent(data: unknown): string {
  return `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

export function namedEvent(
  data: { readonly type: string } & Readonly<Record<string, unknown>>,
): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function numberAt(value: unknown, ...names: string[]): number | null {
  for (const name of names) {
    const found = fieldOf(value, name);
    if (typeof found === "number") return found;
  }
  return null;
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value
    ? Reflect.get(value, name)
    : undefined;
}

const EFFORT_TOKENS: Readonly<Record<string, number>> = { low: 16, medium: 64, high: 256 };

export function effortTokens(effort: unknown): number {
  return typeof effort === "string" ? (EFFORT_TOKENS[effort] ?? 0) : 0;
}
