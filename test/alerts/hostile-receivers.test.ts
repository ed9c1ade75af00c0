/** Receivers that hang, flood, redirect or lead inside: each attempt ends, in bounds, and says why. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { post } from "../../src/alerts/channels/post.ts";
import { type Lookup, systemLookup } from "../../src/alerts/channels/safe-address.ts";
import type { Attempt } from "../../src/alerts/message.ts";
import type { BareReceiver, Receiver } from "./bare-receiver.ts";
import { always, bare, closeAll, receive, SOON_MS, send, sendTo } from "./hostile-sending.ts";

afterEach(closeAll);

describe("time", () => {
  test("one that never answers is given up, and its connection is closed", async () => {
    const receiver = await bare(() => {});
    expect(await send(receiver)).toEqual(late(receiver));
    await isLeft(receiver);
  });

  test("one that trickles its headers, or hints for ever, is given up the same", async () => {
    const headers = await bare((socket) => trickle(socket, "HTTP/1.1 200 OK\r\nX-Slow: ", "x"));
    expect(await send(headers)).toEqual(late(headers));
    const hints = await bare((socket) => trickle(socket, "", "HTTP/1.1 103 Early Hints\r\n\r\n"));
    expect(await send(hints)).toEqual(late(hints));
    await isLeft(headers);
    await isLeft(hints);
  });

  test("one that says 200 and then trickles its answer has it: sent, and left alone", async () => {
    const start = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
    const receiver = await bare((socket) => trickle(socket, start, "x"));
    expect(await send(receiver)).toEqual({ kind: "sent", status: 200 });
    await isLeft(receiver);
  });

  test("one that says 500 and then trickles its answer has failed with 500", async () => {
    const start = "HTTP/1.1 500 No\r\nContent-Length: 1000000\r\n\r\n";
    const receiver = await bare((socket) => trickle(socket, start, "x"));
    expect(await send(receiver)).toMatchObject({ kind: "failed", status: 500 });
    await isLeft(receiver);
  });

  test("a name server that never answers ends with the time limit, too", async () => {
    const attempted = await sendTo("https://hooks.example.com/in", {
      resolve: () => new Promise(() => {}),
      timeoutMs: SOON_MS,
    });
    expect(attempted).toMatchObject({ kind: "failed" });
    expect(attempted).toHaveProperty(
      "reason",
      "hooks.example.com did not answer within 0.3 seconds.",
    );
  });

  test("the dispatcher's signal ends an attempt whose connection is only being made", async () => {
    const stopping = new AbortController();
    // Its first bytes are the client's part of a TLS handshake.
    const receiver = await bare(() => stopping.abort());
    const wishes = { signal: stopping.signal, privateReceivers: [receiver.host] };
    expect(await sendTo(`https://${receiver.host}/in`, wishes)).toMatchObject({ kind: "failed" });
    await isLeft(receiver);
  });

  test("the dispatcher's signal ends an attempt that runs", async () => {
    const stopping = new AbortController();
    const receiver = await bare(() => stopping.abort());
    expect(await send(receiver, { signal: stopping.signal, timeoutMs: 60_000 })).toEqual({
      kind: "failed",
      reason: "Stopped before it was answered.",
    });
    await isLeft(receiver);
  });
});

describe("size", () => {
  test("of 10 MB of answer no more than 64 kB is read, and the connection is destroyed", async () => {
    const receiver = await bare((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n");
      return pour(socket, 10_485_760);
    });
    const answer = await ask(receiver);
    expect(answer).toMatchObject({ kind: "answered", status: 200 });
    expect(answer.kind === "answered" && answer.text.length).toBe(65_536);
    await isLeft(receiver);
  });

  test("an answer without an end is left as well, whatever its status", async () => {
    for (const [status, outcome] of [
      [200, "sent"],
      [500, "failed"],
    ] as const) {
      const receiver = await bare((socket) => {
        socket.write(`HTTP/1.1 ${status} X\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n`);
        return pour(socket, Number.POSITIVE_INFINITY);
      });
      // So long that only the bound on bytes can end it.
      expect(await send(receiver, { timeoutMs: 60_000 })).toMatchObject({ kind: outcome, status });
      await isLeft(receiver);
    }
  });

  test("headers without an end fail", async () => {
    const receiver = await bare((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nX-Long: ");
      return pour(socket, Number.POSITIVE_INFINITY);
    });
    expect(await send(receiver, { timeoutMs: 60_000 })).toMatchObject({ kind: "failed" });
    await isLeft(receiver);
  });
});

describe("other addresses", () => {
  test.each([301, 302, 303, 307, 308])("a %i to 127.0.0.1 is not followed", async (status) => {
    const inside = await receive();
    const location = `http://${inside.host}/latest/meta-data`;
    const receiver = await receive(status, { location });
    const attempted = await send(receiver, { privateReceivers: [receiver.host, inside.host] });
    expect(attempted).toEqual({
      kind: "failed",
      status,
      reason: `${receiver.host} redirects; redirects are not followed. Give the address it leads to.`,
    });
    expect(receiver.asked).toHaveLength(1);
    expect(inside.asked).toEqual([]);
  });

  test("a name that leads inside is refused for good, and nobody is asked", async () => {
    const inside = await receive();
    const attempted = await sendTo(`https://hooks.example.com:${inside.port}/in?key=SECRET`, {
      resolve: always("127.0.0.1"),
    });
    expect(attempted).toMatchObject({ kind: "failed", isFinal: true });
    expect(attempted).toHaveProperty(
      "reason",
      `The address is inside your own network, or leads there; if that is meant, put hooks.example.com:${inside.port} into the setting PURSER_PRIVATE_RECEIVERS.`,
    );
    expect(inside.asked).toEqual([]);
  });

  test.each(["127.0.0.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "localhost"])(
    "%s as it is written is refused for good, and nobody is asked",
    async (host) => {
      const inside = await receive();
      for (const scheme of ["http", "https"]) {
        const attempted = await sendTo(`${scheme}://${host}:${inside.port}/in`, {
          resolve: systemLookup,
        });
        expect(attempted).toMatchObject({ kind: "failed", isFinal: true });
      }
      expect(inside.asked).toEqual([]);
    },
  );

  test("a name that is public when it is checked and private afterwards leads nowhere inside", async () => {
    const inside = await bare(() => {});
    // 2d00::/8 belongs to nobody, so what is connected to there answers nothing.
    const { resolve, answers } = changing("2d00::1", "127.0.0.1");
    const url = `https://rebinding.example.com:${inside.port}/`;
    const attempted = await sendTo(url, { resolve, timeoutMs: SOON_MS });
    expect(attempted).toMatchObject({ kind: "failed" });
    expect(attempted).not.toHaveProperty("isFinal");
    expect(answers).toHaveLength(1);
    expect(inside.connections.ever).toBe(0);
  });

  test("what was resolved once is what is connected to", async () => {
    const receiver = await receive();
    const { resolve, answers } = changing("127.0.0.1", "2d00::1");
    // No name server knows the name: it can only have been reached at the address that was checked.
    const url = `http://rebinding.invalid:${receiver.port}/in`;
    const wishes = { resolve, privateReceivers: [`rebinding.invalid:${receiver.port}`] };
    expect(await sendTo(url, wishes)).toEqual({ kind: "sent", status: 200 });
    expect(answers).toHaveLength(1);
    expect(receiver.asked[0]?.headers.host).toBe(`rebinding.invalid:${receiver.port}`);
  });

  test("an address without TLS is not asked unless it is allowed", async () => {
    const url = "http://hooks.example.com/in";
    const attempted = await sendTo(url, { resolve: always("2d00::1") });
    expect(attempted).toMatchObject({ kind: "failed", isFinal: true });
    expect(attempted).toHaveProperty("reason", expect.stringContaining("must begin with https://"));
  });
});

function ask({ host }: Receiver) {
  const never = new AbortController().signal;
  const ports = {
    privateReceivers: [host],
    version: "1",
    resolve: systemLookup,
    timeoutMs: 60_000,
  };
  return post({ url: `http://${host}/`, body: "{}" }, ports, never);
}

function late({ host }: Receiver): Attempt {
  return { kind: "failed", reason: `${host} did not answer within 0.3 seconds.` };
}

async function isLeft({ connections }: BareReceiver): Promise<void> {
  await expect.poll(() => connections).toEqual({ ever: 1, open: 0 });
}

function trickle(socket: Socket, start: string, again: string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(again), 10);
  socket.on("close", () => clearInterval(timer));
}

/** As fast as it is taken, until that is all or nobody takes it any more. */
async function pour(socket: Socket, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(65_536, "x");
  for (let left = bytes; left > 0 && !socket.destroyed; left -= chunk.length) {
    if (!socket.write(chunk)) {
      await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
    }
  }
}

/** A name that leads elsewhere from the second question on. */
function changing(first: string, then: string) {
  const answers: string[] = [];
  const resolve: Lookup = (host) => {
    answers.push(answers.length === 0 ? first : then);
    return always(answers.at(-1) ?? first)(host);
  };
  return { resolve, answers };
}
