/** The client reads server-sent events as the standard says, and goes on where it was after a lost connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { followStream, type LiveEvent } from "../../src/client/follow-stream.ts";
import { PurserError } from "../../src/client/purser-error.ts";
import { readServerEvents, type ServerEvent } from "../../src/client/read-server-events.ts";

describe("reading", () => {
  const PIECES = [1, 2, 3, 7, 1_000];

  test.each(PIECES)("finds the same events in pieces of %d bytes", async (size) => {
    const text = [
      ": a heart-beat\n\n",
      'id: 7\r\nevent: usage\r\ndata: {"a":\r\ndata: 1}\r\n\r\n',
      "data:no space\r\r",
      "event: alert\nretry: 2500\nid\ndata: ü\n\n",
      "event: nothing\n\n",
      "id: 9\n\n",
      "id\n\n",
      "unknown: field\ndata\n\n",
      "data: cut off",
    ].join("");
    expect(await eventsIn(text, size)).toEqual([
      { event: "usage", data: '{"a":\n1}', id: "7", retryMs: null },
      { event: "message", data: "no space", id: "7", retryMs: null },
      { event: "alert", data: "ü", id: "", retryMs: 2_500 },
      { event: "", data: null, id: "9", retryMs: 2_500 },
      { event: "", data: null, id: "", retryMs: 2_500 },
      { event: "message", data: "", id: "", retryMs: 2_500 },
    ]);
  });

  async function eventsIn(text: string, size: number): Promise<ServerEvent[]> {
    const bytes = new TextEncoder().encode(text);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) {
          controller.enqueue(bytes.slice(at, at + size));
        }
        controller.close();
      },
    });
    const events: ServerEvent[] = [];
    for await (const event of readServerEvents(body)) events.push(event);
    return events;
  }
});

describe("following", () => {
  let server: Server;
  let url: string;
  let answers: ((answer: ServerResponse) => void)[];
  let askedAfter: (string | undefined)[];

  beforeEach(async () => {
    answers = [];
    askedAfter = [];
    server = createServer((request: IncomingMessage, answer) => {
      askedAfter.push(request.headers["last-event-id"]?.toString());
      const next = answers.shift() ?? ((last) => last.destroy());
      next(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = async (lastEventId: string, signal?: AbortSignal): Promise<Response> => {
    const headers = lastEventId === "" ? {} : { "last-event-id": lastEventId };
    const answer = await fetch(url, { headers, ...(signal === undefined ? {} : { signal }) });
    if (answer.ok) return answer;
    const failed = { code: "forbidden", message: "no", status: answer.status } as const;
    throw new PurserError(failed);
  };

  const sends = (text: string, then: "breaks" | "ends" | "stays") => (answer: ServerResponse) => {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    answer.write(text, () => {
      if (then === "breaks") answer.destroy();
      if (then === "ends") answer.end();
    });
  };

  test("it goes on after the last event it has, whether the connection broke or ended", async () => {
    answers = [
      sends('retry: 1\nid: a\nevent: usage\ndata: {"n":1}\n\nid: half', "breaks"),
      sends('id: b\nevent: usage\ndata: {"n":2}\n\n', "ends"),
      sends('event: alert\ndata: {"n":3}\n\n', "stays"),
    ];
    expect(await taken(3)).toEqual([
      { event: "usage", data: { n: 1 }, id: "a" },
      { event: "usage", data: { n: 2 }, id: "b" },
      { event: "alert", data: { n: 3 }, id: "b" },
    ]);
    expect(askedAfter).toEqual([undefined, "a", "b"]);
  });

  test("it begins after the event that it is given", async () => {
    answers = [sends("id: z\ndata: 1\n\n", "stays")];
    await taken(1, "y");
    expect(askedAfter).toEqual(["y"]);
  });

  test("a server that is away for a moment is asked again, one that refuses is not", async () => {
    answers = [
      (answer) => answer.writeHead(503).end(),
      sends("id: 1\ndata: 1\n\n", "ends"),
      (answer) => answer.writeHead(403).end(),
    ];
    const events: LiveEvent[] = [];
    const all = (async () => {
      for await (const event of followStream(open, {})) events.push(event);
    })();
    await expect(all).rejects.toMatchObject({ code: "forbidden" });
    expect(events).toHaveLength(1);
    expect(askedAfter).toHaveLength(3);
  });

  test("it ends with its signal, and lets go of the connection", async () => {
    const leaving = new AbortController();
    const closed = new Promise((resolve) => {
      answers = [
        (answer) => {
          answer.on("close", resolve);
          sends("id: 1\ndata: 1\n\n", "stays")(answer);
        },
      ];
    });
    for await (const _event of followStream(open, { signal: leaving.signal })) leaving.abort();
    await closed;
  });

  async function taken(count: number, lastEventId = ""): Promise<LiveEvent[]> {
    const events: LiveEvent[] = [];
    for await (const event of followStream(open, { lastEventId })) {
      events.push(event);
      if (events.length === count) break;
    }
    return events;
  }
});
