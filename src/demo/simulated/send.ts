/** Sends a simulated answer, as fast, as whole and as well as its behaviour says. */
import type { ServerResponse } from "node:http";
import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";
import zlib from "node:zlib";
import type { Behaviour } from "./behaviour.ts";
import type { Wire } from "./wire.ts";

export interface Delays {
  /** Before an answer begins, in milliseconds. */
  readonly firstMs: number;
  /** Between two pieces of a stream, in milliseconds. */
  readonly betweenMs: number;
}

const ENCODERS = {
  gzip: () => zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: () => zlib.createDeflate({ flush: zlib.constants.Z_SYNC_FLUSH }),
  br: () => zlib.createBrotliCompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => zlib.createZstdCompress({ flush: zlib.constants.ZSTD_e_flush }),
} as const;

export async function sendWire(
  response: ServerResponse,
  wire: Wire,
  behaviour: Behaviour,
  delays: Delays,
): Promise<void> {
  response.setHeader("content-type", behaviour.contentType ?? wire.contentType);
  if (behaviour.cutAfter === 0) return void response.destroy();
  if (behaviour.encoding !== undefined) return sendEncoded(response, wire, behaviour.encoding);
  if (wire.streamed) response.flushHeaders();
  else if (behaviour.cutAfter === undefined) return void response.end(wire.pieces[0]);
  await behaviour.waitBody;
  await sendPieces(response, piecesOf(wire, behaviour), behaviour.betweenMs ?? delays.betweenMs);
  if (behaviour.endLate) return;
  if (behaviour.cutAfter === undefined) response.end();
  else response.socket?.destroySoon();
}

/** What of the answer is sent: all, or the part before the cut. */
function piecesOf(wire: Wire, { cutAfter = 1, stream }: Behaviour): Iterable<string | Uint8Array> {
  if (cutAfter === 1) return stream ?? wire.pieces;
  if (wire.streamed) return wire.pieces.slice(0, Math.ceil(wire.pieces.length * cutAfter));
  const text = wire.pieces.join("");
  return [text.slice(0, Math.ceil(text.length * cutAfter))];
}

async function sendPieces(
  response: ServerResponse,
  pieces: Iterable<string | Uint8Array>,
  betweenMs: number,
): Promise<void> {
  let first = true;
  for (const piece of pieces) {
    if (!first) await (betweenMs > 0 ? sleep(betweenMs) : immediate());
    first = false;
    if (response.destroyed) return;
    if (!response.write(piece)) await drained(response);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    function go(): void {
      response.off("drain", go).off("close", go);
      resolve();
    }
    response.on("drain", go).on("close", go);
  });
}

async function sendEncoded(
  response: ServerResponse,
  wire: Wire,
  encoding: keyof typeof ENCODERS,
): Promise<void> {
  response.setHeader("content-encoding", encoding);
  const encoder = ENCODERS[encoding]();
  encoder.pipe(response);
  for (const piece of wire.pieces) {
    encoder.write(piece);
    await immediate();
  }
  encoder.end();
}
