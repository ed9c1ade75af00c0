/** Undoes a content encoding that a provider used although it was asked not to. */

import type { Transform } from "node:stream";
import { promisify } from "node:util";
import zlib from "node:zlib";

const WHOLE = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  zstd: promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress),
} as const;

const STREAMED = {
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
} as const;

export type Encoding = keyof typeof WHOLE;

/** null: nothing to undo, or an encoding that we do not know and pass on with its header. */
export function encodingOf(contentEncoding: string): Encoding | null {
  const name = contentEncoding.trim().toLowerCase();
  if (name === "x-gzip") return "gzip";
  return name === "gzip" || name === "deflate" || name === "br" || name === "zstd" ? name : null;
}

/** Rejects where the bytes are not of that encoding, or would come to more than `maxBytes`. */
export function decodeWhole(body: Buffer, encoding: Encoding, maxBytes: number): Promise<Buffer> {
  return WHOLE[encoding](body, { maxOutputLength: maxBytes });
}

export function decoderStream(encoding: Encoding): Transform {
  return STREAMED[encoding]();
}
