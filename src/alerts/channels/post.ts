/** Asks a receiver once, by POST, within bounds of time and size, at an address that may be asked. */
import { Client } from "undici";
import { connectingTo } from "./connect.ts";
import { retryAfterMs } from "./retry-after.ts";
import { type Lookup, type SafeAddress, safeAddress } from "./safe-address.ts";
import { whyUnanswered } from "./why-unanswered.ts";

export interface PostPorts {
  readonly privateReceivers: readonly string[];
  readonly version: string;
  readonly resolve: Lookup;
  /** For all of it: the name, the connection, the headers and the answer. */
  readonly timeoutMs: number;
}

export interface Posted {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answer =
  | {
      readonly kind: "answered";
      /** Whom we asked, as reasons may name it: without path and query. */
      readonly host: string;
      readonly status: number;
      /** As much of the answer as came in time, at most 64 kB. */
      readonly text: string;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: "unanswered"; readonly reason: string; readonly isFinal?: boolean };

const ANSWER_BYTES_MOST = 65_536;

/** Posts JSON. Ends when `signal` or the time limit says so; throws for faults of ours only. */
export async function post(posted: Posted, ports: PostPorts, signal: AbortSignal): Promise<Answer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ports.timeoutMs);
  const until = AbortSignal.any([signal, late.signal]);
  const host = URL.canParse(posted.url) ? new URL(posted.url).host : "The receiver";
  try {
    const found = await unlessAborted(
      safeAddress(posted.url, {
        privateReceivers: ports.privateReceivers,
        resolve: ports.resolve,
      }),
      until,
    );
    if (found.kind === "refused") {
      return { kind: "unanswered", reason: found.reason, isFinal: true };
    }
    return await ask(posted, found, ports, until);
  } catch (cause) {
    if (signal.aborted) return { kind: "unanswered", reason: "Stopped before it was answered." };
    const isLate = late.signal.aborted;
    const reason = whyUnanswered(cause, { host, seconds: ports.timeoutMs / 1_000, isLate });
    return { kind: "unanswered", reason };
  } finally {
    clearTimeout(timer);
  }
}

/** A connection of its own, to the addresses that were checked, gone afterwards whatever was still to come on it. */
async function ask(
  posted: Posted,
  { url, addresses }: Extract<SafeAddress, { kind: "safe" }>,
  { version }: PostPorts,
  until: AbortSignal,
): Promise<Answer> {
  const connecting = connectingTo(url, addresses);
  const client = new Client(url.origin, {
    allowH2: false,
    connect: connecting.connect,
    // Our own time limit governs.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const asking = client.request({
      method: "POST",
      path: `${url.pathname}${url.search}`,
      headers: {
        "content-type": "application/json",
        "user-agent": `Purser/${version}`,
        ...posted.headers,
      },
      body: posted.body,
      reset: true,
      signal: until,
    });
    // undici hears the signal only once it is connected.
    const { statusCode, headers, body } = await unlessAborted(asking, until);
    const pause = retryAfterMs(headers["retry-after"]);
    return {
      kind: "answered",
      host: url.host,
      status: statusCode,
      text: await readSome(body),
      ...(pause === undefined ? {} : { retryAfterMs: pause }),
    };
  } finally {
    connecting.end();
    await client.destroy();
  }
}

/** The status has said what became of it; so an answer that is too long, too slow or broken off is only not read on. */
async function readSome(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, ANSWER_BYTES_MOST - bytes));
      bytes += chunk.length;
      if (bytes >= ANSWER_BYTES_MOST) break;
    }
  } catch {
    // See above.
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** For what cannot be stopped itself: a look-up, a connection that is being made. */
function unlessAborted<Value>(promise: Promise<Value>, until: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(until.reason);
    if (until.aborted) stop();
    until.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => until.removeEventListener("abort", stop));
  });
}
