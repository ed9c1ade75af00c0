/** The administrator's way into a running Purser: its REST API, through the Unix socket in its data directory. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Transport } from "./transport.ts";

/** Whoever holds it is the administrator. One door is open at a time for each command. */
export interface AdminDoor {
  readonly send: Transport;
  close(): Promise<void>;
}

/** The door of the server on that data directory; it rejects with ENOENT or ECONNREFUSED where none is running. */
export function socketDoor(dataDir: string): AdminDoor {
  const socketPath = join(dataDir, "purser.sock");
  return { send: socketTransport(socketPath), close: async () => {} };
}

function socketTransport(socketPath: string): Transport {
  return ({ method, path, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const asked = httpRequest({
        socketPath,
        method,
        path,
        headers: { ...headers, ...length },
        signal,
      });
      asked.on("error", reject);
      asked.on("response", (answer) => resolve(asResponse(answer)));
      asked.end(body);
    });
}

function asResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headersDistinct)) {
    headers.set(name, (value ?? []).join(", "));
  }
  const status = answer.statusCode ?? 500;
  // These two have no body, and a Response of theirs takes none.
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status, headers });
}
