/** Reads server-sent events out of a streamed answer, as the HTML standard says them. */

export interface ServerEvent {
  /** `message` where the server names none. */
  readonly event: string;
  /** null: nothing happened, only the id to go on from has moved. */
  readonly data: string | null;
  /** Of this event, or the last one before it; "" where none was sent. */
  readonly id: string;
  /** What the server last asked to wait before connecting again, in milliseconds. */
  readonly retryMs: number | null;
}

/** An event longer than this is not Purser's. */
const EVENT_CHARS_MAX = 4 * 1024 * 1024;

/** Yields each event as it comes, and ids that come by themselves. Comments, and events with neither, are left out. */
export async function* readServerEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const told: Told = { event: "", data: [], id: "", isMoved: false, retryMs: null };
  for await (const line of linesOf(body)) {
    if (line !== "") {
      take(told, line);
      continue;
    }
    const { event, data, id, isMoved, retryMs } = told;
    if (data.length > 0) yield { event: event || "message", data: data.join("\n"), id, retryMs };
    else if (isMoved) yield { event, data: null, id, retryMs };
    told.event = "";
    told.data = [];
    told.isMoved = false;
  }
}

/** What the lines since the last empty one said; an id and a wait stay until they are said anew. */
interface Told {
  event: string;
  data: string[];
  id: string;
  /** Did these lines say an id? */
  isMoved: boolean;
  retryMs: number | null;
}

function take(told: Told, line: string): void {
  const { name, value } = fieldOf(line);
  if (name === "event") told.event = value;
  else if (name === "data") told.data.push(value);
  else if (name === "id" && !value.includes("\0")) {
    told.id = value;
    told.isMoved = true;
  }
  if (name === "retry" && /^\d+$/.test(value)) told.retryMs = Number(value);
}

function fieldOf(line: string): { name: string; value: string } {
  const colon = line.indexOf(":");
  if (colon < 0) return { name: line, value: "" };
  const value = line.slice(colon + 1);
  return { name: line.slice(0, colon), value: value.startsWith(" ") ? value.slice(1) : value };
}

/** Ended by LF, CR or CRLF; what the end of the stream cuts off is no line. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A CR at the end may be half of a CRLF.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      if (rest.length > EVENT_CHARS_MAX) throw new Error("An event of the stream is too long.");
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
