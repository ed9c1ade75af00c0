/** Writes a picture as a PNG of at most 256 colours: a third of the size, and text stays sharp. */
import { crc32, deflateSync } from "node:zlib";

export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** Three bytes a colour. */
  readonly palette: Uint8Array;
  /** A byte a pixel, row after row. */
  readonly pixels: Uint8Array;
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const BITS = 8;
const PALETTE_COLOURS = 3;

export function palettePng({ width, height, palette, pixels }: IndexedPicture): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([BITS, PALETTE_COLOURS, 0, 0, 0], 8);
  // Each row begins with its filter; for pictures of few colours none is best.
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(name: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(content.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
