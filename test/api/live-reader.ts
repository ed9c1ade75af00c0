/** Reads a live stream block by block, as it comes. */

export interface Block {
  readonly event: string | null;
  readonly id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  readonly data: any;
}

export interface LiveReader {
  readonly status: number;
  readonly headers: Headers;
  /** The text of a failure, else "". */
  readonly failure: string;
  /** The place that the stream began at. */
  readonly startId: string;
  /** The next event that has data; null: the stream has ended. */
  next(): Promise<Block | null>;
  leave(): void;
}

export async function listenAt(
  url: string,
  of: {
    readonly key: string;
    readonly userId: string;
    readonly after?: string;
    readonly query?: string;
  },
): Promise<LiveReader> {
  const leaving = new AbortController();
  const answer = await fetch(`${url}/api/subscription/stream/${of.userId}${of.query ?? ""}`, {
    headers: {
      authorization: `Bearer ${of.key}`,
      ...(of.after === undefined ? {} : { "last-event-id": of.after }),
    },
    signal: leaving.signal,
  });
  const { status, headers, body } = answer;
  if (status !== 200 || body === null) {
    const failure = await answer.text();
    return {
      status,
      headers,
      failure,
      startId: "",
      next: async () => null,
      leave: () => undefined,
    };
  }
  const blocks = blocksOf(body);
  const first = await blocks.next();
  return {
    status,
    headers,
    failure: "",
    startId: first.done === true ? "" : (first.value.id ?? ""),
    async next() {
      for (;;) {
        const { done, value } = await blocks.next();
        if (done === true) return null;
        if (value.event !== null) return value;
      }
    },
    leave: () => leaving.abort(),
  };
}

async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Block, void, undefined> {
  let rest = "";
  try {
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop() ?? "";
      yield* blocks.map(blockOf);
    }
  } catch {
    // Cut off by the server, or left by the test: both are an end.
  }
}

function blockOf(text: string): Block {
  const fieldOf = (name: string): string | null =>
    new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1] ?? null;
  const said = fieldOf("data");
  return {
    event: fieldOf("event"),
    id: fieldOf("id"),
    data: said === null ? null : JSON.parse(said),
  };
}
