/** A provider that answers every request with one recording, its bytes cut at random. */
import { createServer, type ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { cutAtRandom } from "./cut-bytes.ts";
import type { Recording } from "./recording.ts";

export interface Replayer {
  readonly url: string;
  /** What the next request is answered with. */
  next: Recording | null;
  close(): Promise<void>;
}

const PIECES_MOST = 24;

export async function startReplayer(random: () => number): Promise<Replayer> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      replay(replayer.next, response, random).catch(() => response.destroy());
    });
  });
  const replayer: Replayer = {
    url: "",
    next: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : address;
  return Object.assign(replayer, { url: `http://127.0.0.1:${port}` });
}

async function replay(
  recording: Recording | null,
  response: ServerResponse,
  random: () => number,
): Promise<void> {
  if (recording === null) throw new Error("Nothing to replay.");
  response.writeHead(recording.status, { "content-type": recording.contentType });
  const pieces = cutAtRandom(recording.body, 2 + Math.floor(random() * PIECES_MOST), random);
  for (const piece of pieces) {
    response.write(piece);
    // Each in a turn of its own, so that they leave as packets of their own.
    await nextTurn();
  }
  response.end();
}
