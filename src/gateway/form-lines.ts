/** Reads the first file of a kept form line by line, a piece at a time, so that calls in between are not held up. */
import { once } from "node:events";
import { setImmediate as immediate } from "node:timers/promises";
import { Busboy } from "@fastify/busboy";
import { invalidField } from "../core/errors.ts";

const LINE_BYTES_MOST = 16 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const LINE_FEED = 10;

/** Throws `invalid_request` for a line over 16 MB. */
export async function* formLines(
  pieces: Uint8Array | AsyncIterable<Uint8Array>,
  contentType: string,
): AsyncGenerator<string> {
  const cutter = new LineCutter();
  const parser = new Busboy({ headers: { "content-type": contentType } });
  let files = 0;
  parser.on("file", (_name, stream) => {
    files += 1;
    if (files === 1) stream.on("data", (piece: Buffer) => cutter.add(piece));
    else stream.resume();
  });
  const finished = once(parser, "finish");
  for await (const piece of pieces instanceof Uint8Array ? cut(pieces) : pieces) {
    if (!parser.write(piece)) await once(parser, "drain");
    await immediate();
    yield* cutter.taken();
  }
  parser.end();
  await finished;
  yield* cutter.taken();
  yield* cutter.rest();
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

class LineCutter {
  #lines: string[] = [];
  #open: Buffer[] = [];
  #openBytes = 0;

  add(piece: Buffer): void {
    let at = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, at)) {
      this.#open.push(piece.subarray(at, end));
      this.#close();
      at = end + 1;
    }
    this.#open.push(piece.subarray(at));
    this.#openBytes += piece.length - at;
  }

  taken(): string[] {
    if (this.#openBytes > LINE_BYTES_MOST) throw invalidField("file", "has a line over 16 MB.");
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  rest(): string[] {
    this.#close();
    return this.taken();
  }

  #close(): void {
    this.#lines.push(Buffer.concat(this.#open).toString("utf8"));
    this.#open = [];
    this.#openBytes = 0;
  }
}
